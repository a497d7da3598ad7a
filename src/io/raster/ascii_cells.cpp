// SPDX-License-Identifier: Apache-2.0
#include "io/raster/ascii_cells.hpp"

#include "sheltermap/base/error.hpp"

#include "base/real_number.hpp"
#include "io/files/encoding.hpp"
#include "io/text.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <fstream>
#include <string_view>
#include <vector>

namespace sheltermap::io {
namespace {

constexpr std::size_t longest = 64;  // of a number, also one with all its digits

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

/// Words of a text, one after the other; none may be longer than a number can be.
class Words {
public:
    explicit Words(const std::filesystem::path& path) : file_(path, std::ios::binary), buffer_(std::size_t{1} << 20U) {}

    /// False at the end; a word that goes on for longer is cut.
    bool next(std::string& word) {
        word.clear();
        int c = get();
        while (c >= 0 && is_blank(static_cast<char>(c))) c = get();
        for (; c >= 0 && !is_blank(static_cast<char>(c)); c = get()) {
            if (word.size() <= longest) word.push_back(static_cast<char>(c));
        }
        return !word.empty();
    }

private:
    int get() {
        if (at_ == end_) {
            file_.read(buffer_.data(), static_cast<std::streamsize>(buffer_.size()));
            end_ = static_cast<std::size_t>(file_.gcount());
            at_ = 0;
            if (end_ == 0) return -1;
        }
        return static_cast<unsigned char>(buffer_[at_++]);
    }
    std::ifstream file_;
    std::vector<char> buffer_;
    std::size_t at_ = 0, end_ = 0;
};

bool is_key(const std::string& word) {
    constexpr std::array<std::string_view, 7> keys{"ncols", "nrows", "xll", "yll", "cellsize", "dx", "dy"};
    const std::string small = lower(word);
    return small.starts_with("nodata") ||
           std::ranges::any_of(keys, [&](std::string_view key) { return small.starts_with(key); });
}

/// As GDAL reads numbers: a comma may stand before the decimals.
bool is_number(std::string& word) {
    std::ranges::replace(word, ',', '.');
    const char* first = word.data() + (word.starts_with('+') ? 1 : 0);
    const char* const last = word.data() + word.size();
    double value = 0;
    const auto [end, failed] = read_real(first, last, value);
    return end == last && failed == std::errc();
}

}  // namespace

void require_whole_ascii(const std::filesystem::path& path, const std::string& file_name, std::int64_t columns,
                         std::int64_t rows) {
    Words words(path);
    std::string word;
    bool is_there = words.next(word);
    while (is_there && is_key(word)) {
        (void)words.next(word);  // its value
        is_there = words.next(word);
    }
    std::int64_t cells = 0;
    for (; is_there; is_there = words.next(word)) {
        const std::string written = word;
        if (cells == columns * rows) {
            throw ReadError(file_name + " is damaged: it goes on after its last cell, with '" + escaped(written) +
                            "'; get the file again");
        }
        if (!is_number(word)) {
            throw ReadError(file_name + " is damaged: row " + std::to_string(cells / columns + 1) + ", column " +
                            std::to_string(cells % columns + 1) + " holds '" + escaped(written) +
                            "', which is no number a cell can hold");
        }
        ++cells;
    }
    if (cells < columns * rows) {
        throw ReadError(file_name + " is cut: it declares " + std::to_string(columns) + " x " + std::to_string(rows) +
                        " cells and has " + std::to_string(cells) + "; get the file again");
    }
}

}  // namespace sheltermap::io
