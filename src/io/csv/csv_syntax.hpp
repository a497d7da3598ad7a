// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"

#include <cstddef>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sheltermap::io {

/// A CSV file taken apart after RFC 4180. The cells are views into the text it was made from and into `unescaped`.
struct CsvTable {
    char delimiter = ',';
    std::vector<std::string> names;       ///< of the columns
    std::size_t named = 0;                ///< columns up to the last that the file names; those behind are "column_4"
    std::vector<std::string_view> cells;  ///< row after row, as many per row as there are names
    std::vector<std::pair<std::size_t, std::string>> bad_rows;  ///< row from 0 and what is wrong; their cells are empty
    std::deque<std::string> unescaped;                          ///< texts that held doubled quotes
    std::vector<std::string> notes = {};                        ///< what was passed over, and how the file ends
    [[nodiscard]] std::size_t rows() const noexcept { return names.empty() ? 0 : cells.size() / names.size(); }
    [[nodiscard]] std::string_view cell(std::size_t row, std::size_t column) const {
        return cells[row * names.size() + column];
    }
    /// Without a name and without a value: what delimiters at the ends of lines leave behind.
    [[nodiscard]] bool is_void(std::size_t column) const;
};

/// The delimiter (comma, semicolon or tab) is the one that a line "sep=;" before the table names, as Excel writes it,
/// else the one the first line uses most. Lines of nothing but blanks and delimiters are passed over, wherever they
/// stand. A row with too few or too many fields is a bad row, and so is the last one where the file was cut (see
/// `judge_end`).
/// Throws ReadError, in the name of `file_name`, for a quote that is never closed and for columns without unique names.
[[nodiscard]] CsvTable parse_csv(std::string_view text, const std::string& file_name, const Execution& execution = {});

}  // namespace sheltermap::io
