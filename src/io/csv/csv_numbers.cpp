// SPDX-License-Identifier: Apache-2.0
#include "io/csv/csv_numbers.hpp"

#include "sheltermap/base/error.hpp"

#include "base/excerpt.hpp"
#include <algorithm>

namespace sheltermap::io {
namespace {

/// With a decimal point or, where it cannot be a delimiter, a comma.
Number number_in(std::string_view cell, const CsvTable& table, char& mark_used) {
    mark_used = '.';
    Number number = parse_number(cell, '.');
    if (number.kind == Number::Kind::none && table.delimiter != ',') {
        mark_used = ',';
        number = parse_number(cell, ',');
    }
    return number;
}

}  // namespace

CsvNumbers::CsvNumbers(const CsvTable& table, const CoordinateColumns& coordinates, const Execution& execution)
    : table_(table), coordinates_(coordinates), columns_(table.names.size()) {
    for (std::size_t column = 0; column < columns_.size(); ++column) {
        if (execution.stop.stop_requested()) throw Cancelled();
        Cells& cells = columns_[column];
        for (std::size_t row = 0; row < table.rows(); ++row) {
            if (const auto cell = table.cell(row, column); !cell.empty()) add(cell, row, cells);
        }
        // A coordinate with a fraction is sure: nobody writes degrees in thousands.
        const char mark = cells.sure_mark != '\0' || !is_coordinate(column) ? cells.sure_mark : cells.mark;
        if (cells.kind != Kind::texts) {
            has_points_ |= mark == '.';
            has_commas_ |= mark == ',';
        }
    }
    // Between quotes a comma says something only where nothing speaks for the point.
    if (!has_points_) has_commas_ |= std::ranges::any_of(columns_, &Cells::has_comma_in_text);
}

void CsvNumbers::add(std::string_view cell, std::size_t row, Cells& cells) const {
    cells.has_values = true;
    if (cells.kind == Kind::texts) return;
    char mark_used = '.';
    const Number number = number_in(cell, table_, mark_used);
    if (number.kind == Number::Kind::none) {
        cells.kind = Kind::texts;
        const bool has_comma = parse_number(cell, ',').kind == Number::Kind::real;
        cells.has_comma_in_text = has_comma && !may_be_thousands(cell);
        return;
    }
    if (number.kind == Number::Kind::integer) {
        cells.has_inexact_integers |= number.integer > max_exact_integer || number.integer < -max_exact_integer;
        cells.has_whole |= number.integer != 0;
        return;
    }
    cells.kind = Kind::reals;
    if (cells.sure_mark == mark_used) return;  // what may be thousands is none, then
    if (may_be_thousands(cell)) {
        if (cells.twofold++ == 0) cells.first_twofold = row;
        cells.ends_in_zero |= cell.find_last_not_of(" \t") == cell.rfind('0');
    } else {
        cells.sure_mark = mark_used;
    }
    if (cells.mark != '\0' && cells.mark != mark_used) cells.kind = Kind::texts;
    cells.mark = mark_used;
}

bool CsvNumbers::is_doubtful(std::size_t column) const {
    const Cells& cells = columns_[column];
    if (cells.kind != Kind::reals || cells.twofold == 0 || cells.sure_mark != '\0' || is_coordinate(column))
        return false;
    // "1.200" beside "85": a program that leaves out the zeros of 85.000 leaves out those of 1.2.
    if (cells.has_whole && cells.ends_in_zero) return true;
    const bool speaks_for = cells.mark == '.' ? has_points_ : has_commas_;
    const bool speaks_against = cells.mark == '.' ? has_commas_ : has_points_;
    return speaks_against || (!speaks_for && table_.delimiter != ',');
}

CsvNumbers::Kind CsvNumbers::kind(std::size_t column) const {
    const Cells& cells = columns_[column];
    const bool is_inexact = cells.kind == Kind::reals && cells.has_inexact_integers;
    return !cells.has_values || is_inexact || is_doubtful(column) ? Kind::texts : cells.kind;
}

Number CsvNumbers::number(std::string_view cell, std::size_t column) const {
    char mark_used = '.';
    const Number number = number_in(cell, table_, mark_used);
    const char sure = columns_[column].sure_mark;
    if (sure != '\0' && number.kind == Number::Kind::real && mark_used != sure && may_be_thousands(cell)) return {};
    return number;
}

std::string CsvNumbers::doubt(std::size_t column) const {
    if (!is_doubtful(column)) return {};
    const Cells& cells = columns_[column];
    const std::string_view cell = table_.cell(cells.first_twofold, column);
    const std::string others =
        cells.twofold > 1 ? " (and " + std::to_string(cells.twofold - 1) + " more cells like it)" : std::string();
    return "column '" + table_.names[column] + "' holds " + quoted_excerpt(cell) + " in row " +
           std::to_string(cells.first_twofold + 1) + others +
           ", which may be thousands or have a fraction, and the file does not show which: it was read as text";
}

}  // namespace sheltermap::io
