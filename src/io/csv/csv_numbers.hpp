// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"

#include "io/csv/csv_columns.hpp"
#include "io/csv/csv_syntax.hpp"
#include "io/numbers.hpp"
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace sheltermap::io {

/// How the numbers of a CSV table are written. The mark before decimals is the point or, where it cannot be a
/// delimiter, the comma, but one and the same: "1.200" beside "56,950" may be 1200, and is then no number.
class CsvNumbers {
public:
    enum class Kind { integers, reals, texts };

    CsvNumbers(const CsvTable& table, const CoordinateColumns& coordinates, const Execution& execution);
    /// What all cells of a column are, the first of these.
    [[nodiscard]] Kind kind(std::size_t column) const;
    /// A cell of such a column. None where the cell, with another mark than the others of a column of coordinates, can
    /// mean two numbers.
    [[nodiscard]] Number number(std::string_view cell, std::size_t column) const;
    /// What a note says of a column whose numbers can mean two things each; empty for others.
    [[nodiscard]] std::string doubt(std::size_t column) const;

private:
    /// What all the cells of a column have in common.
    struct Cells {
        Kind kind = Kind::integers;
        bool has_values = false, has_inexact_integers = false, has_whole = false;
        char mark = '\0';                            ///< of the numbers with a fraction; two different ones make texts
        char sure_mark = '\0';                       ///< of those that can mean one number only
        std::size_t twofold = 0, first_twofold = 0;  ///< how many can mean two, and the row of the first
        bool ends_in_zero = false;                   ///< one of those
        bool has_comma_in_text = false;              ///< where the comma is the delimiter: "12,5" between quotes
    };
    void add(std::string_view cell, std::size_t row, Cells& cells) const;
    [[nodiscard]] bool is_doubtful(std::size_t column) const;
    [[nodiscard]] bool is_coordinate(std::size_t column) const {
        return column == coordinates_.x || column == coordinates_.y;
    }
    const CsvTable& table_;
    CoordinateColumns coordinates_;
    std::vector<Cells> columns_;
    bool has_points_ = false, has_commas_ = false;  ///< as sure marks, anywhere in the table
};

}  // namespace sheltermap::io
