// SPDX-License-Identifier: Apache-2.0
#include "io/files/text_file.hpp"

#include "io/files/encoding.hpp"
#include <atomic>
#include <memory>
#include <stdexcept>
#include <string_view>

namespace sheltermap::io {
namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

bool has_utf16_mark(std::string_view bytes) { return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"); }

bool has_zero_byte(std::string_view text, const Execution& execution) {
    constexpr std::size_t bytes_per_block = std::size_t{1} << 20U;
    std::atomic<bool> found{false};
    parallel_for(text.size(), bytes_per_block, execution, [&](std::size_t begin, std::size_t end) {
        if (text.substr(begin, end - begin).find('\0') != std::string_view::npos) found = true;
    });
    return found;
}

}  // namespace

KeptText text_of(const Source& source, const std::string& encoding, const Execution& execution) {
    KeptText text = file_bytes(source, execution);
    const std::string from = encoding.empty() && has_utf16_mark(text.view) ? "UTF-16" : encoding;
    if (!from.empty()) {
        try {
            const auto converted = std::make_shared<const std::string>(to_utf8(text.view, from));
            text = {converted, *converted};
        } catch (const std::invalid_argument& fault) {
            throw ReadError(source.file_name + " cannot be read as " + from + ": " + fault.what());
        }
    }
    if (text.view.starts_with(utf8_mark)) text.view.remove_prefix(utf8_mark.size());
    if (has_zero_byte(text.view, execution)) {
        throw ReadError(source.file_name + " is not a text file: it holds zero bytes; is the ending right?");
    }
    return text;
}

ReadError too_many_rows(const std::string& file_name, const ReadOptions& options) {
    return ReadError(file_name + " has more rows than the limit of " + std::to_string(options.max_rows));
}

void require_few_columns(std::size_t columns, const std::string& file_name) {
    constexpr std::size_t most = 16'384;
    if (columns <= most) return;
    throw ReadError(file_name + " has more than " + std::to_string(most) +
                    " columns, the most that a table may have; leave out those that are not needed, or turn the table "
                    "so that they become rows");
}

}  // namespace sheltermap::io
