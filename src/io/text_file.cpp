// SPDX-License-Identifier: Apache-2.0
#include "text_file.hpp"

#include "encoding.hpp"
#include <stdexcept>
#include <string_view>

namespace sheltermap::io {
namespace {

constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

bool has_utf16_mark(std::string_view bytes) { return bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF"); }

}  // namespace

std::string text_of(const Source& source, const std::string& encoding) {
    std::string bytes = file_bytes(source);
    const std::string from = encoding.empty() && has_utf16_mark(bytes) ? "UTF-16" : encoding;
    if (!from.empty()) {
        try {
            bytes = to_utf8(bytes, from);
        } catch (const std::invalid_argument& fault) {
            throw ReadError(source.file_name + " cannot be read as " + from + ": " + fault.what());
        }
    }
    if (bytes.starts_with(utf8_mark)) bytes.erase(0, utf8_mark.size());
    if (bytes.find('\0') != std::string::npos) {
        throw ReadError(source.file_name + " is not a text file: it holds zero bytes; is the ending right?");
    }
    return bytes;
}

ReadError too_many_rows(const std::string& file_name, const ReadOptions& options) {
    return ReadError(file_name + " has more rows than the limit of " + std::to_string(options.max_rows));
}

}  // namespace sheltermap::io
