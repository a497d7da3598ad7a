// SPDX-License-Identifier: Apache-2.0
#include "io/csv/csv_end.hpp"

#include "base/excerpt.hpp"
#include "io/numbers.hpp"
#include <algorithm>
#include <optional>

namespace sheltermap::io {
namespace {

/// So many rows must agree before the last one, which does not, is called cut.
constexpr std::size_t enough_rows = 20;

/// How many decimals a number is written with; nothing for what is no plain number.
std::optional<std::size_t> decimals(std::string_view cell, char delimiter) {
    const bool is_number =
        parse_number(cell, '.').is_finite() || (delimiter != ',' && parse_number(cell, ',').is_finite());
    if (!is_number || cell.find_first_of("eE") != std::string_view::npos) return std::nullopt;
    const auto mark = cell.find_first_of(".,");
    return mark == std::string_view::npos ? 0 : cell.size() - mark - 1;
}

/// A number and then its mark, or the sign of an exponent: "56.", "1.2e", "3e-".
bool is_begun_number(std::string_view cell, char delimiter) {
    if (cell.size() < 2) return false;
    const char last = cell.back();
    if (last == '.' || (last == ',' && delimiter != ',')) return decimals(cell, delimiter) == 0U;
    const auto exponent = std::min(cell.find_first_of("eE"), cell.size());
    const std::string_view rest = cell.substr(exponent);
    const bool is_begun = rest.size() == 1 || (rest.size() == 2 && (last == '-' || last == '+'));
    return is_begun && decimals(cell.substr(0, exponent), delimiter).has_value();
}

/// What the cells of a column have in common, but for the last row and the bad ones.
struct OtherCells {
    std::size_t rows = 0;
    bool has_empty = false;
    bool are_numbers = true;
    bool same_decimals = true;
    std::optional<std::size_t> decimals_of_first;

    OtherCells(const CsvTable& table, std::size_t column) {
        auto bad = table.bad_rows.begin();
        for (std::size_t row = 0; row + 1 < table.rows(); ++row) {
            while (bad != table.bad_rows.end() && bad->first < row) ++bad;
            if (bad == table.bad_rows.end() || bad->first != row) add(table.cell(row, column), table.delimiter);
        }
    }

private:
    void add(std::string_view cell, char delimiter) {
        ++rows;
        has_empty |= cell.empty();
        if (cell.empty()) return;
        const auto written = decimals(cell, delimiter);
        are_numbers &= written.has_value() && !is_begun_number(cell, delimiter);
        if (!decimals_of_first) decimals_of_first = written;
        same_decimals &= written == decimals_of_first;
    }
};

/// Why the last cell of the file was begun only, and is not whole; empty where nothing tells so.
std::string cut_cell(const CsvTable& table, std::size_t column) {
    const std::string_view cell = table.cell(table.rows() - 1, column);
    const OtherCells others(table, column);
    const std::string here = "in column '" + table.names[column] + "' ";
    if (cell.empty()) {
        return others.rows >= enough_rows && !others.has_empty ? here + "without a value, which every other row has"
                                                               : "";
    }
    if (!others.are_numbers || others.rows == 0) return {};
    const std::string text = quoted_excerpt(cell);
    if (is_begun_number(cell, table.delimiter)) return here + "with " + text + ", the begin of a number";
    const auto written = decimals(cell, table.delimiter);
    const bool agree = others.rows >= enough_rows && others.same_decimals && !others.has_empty;
    if (!agree || !written || written >= others.decimals_of_first) return {};
    return here + "with " + text + ", where every other row has " + std::to_string(*others.decimals_of_first) +
           (*others.decimals_of_first == 1 ? " decimal" : " decimals");
}

/// Takes the last row for cut; `how` says where the file ends.
void take_for_cut(CsvTable& table, const std::string& how, bool is_bad) {
    const std::size_t row = table.rows() - 1;
    if (is_bad) table.bad_rows.pop_back();
    table.bad_rows.emplace_back(row, "the file ends inside this row, " + how +
                                         ": it was cut, and rows behind it are in no total and in no list; get the "
                                         "file again, or complete the row and end it with a line end");
    std::fill(table.cells.end() - static_cast<std::ptrdiff_t>(table.names.size()), table.cells.end(),
              std::string_view());
    table.notes.push_back("the file was cut inside row " + std::to_string(row + 1) +
                          ": rows that stood behind it are in no total and in no list; get the file again");
}

}  // namespace

void judge_end(CsvTable& table, const LastRow& last, std::string_view text) {
    if (table.rows() == 0) return;
    if (last.ends_in_line_end) {
        const auto line_end = text.substr(std::min(text.find_first_of("\r\n"), text.size()));
        if (text.ends_with('\r') && line_end.starts_with("\r\n"))
            take_for_cut(table, "in the middle of its line end", last.is_bad);
        return;
    }
    if (last.fields < table.named) {
        return take_for_cut(
            table, "with " + std::to_string(last.fields) + " of its " + std::to_string(table.named) + " fields",
            last.is_bad);
    }
    const std::size_t column = std::min(last.fields, table.names.size()) - 1;
    const bool is_closed = text.ends_with('"');
    if (const std::string how = last.is_bad || is_closed ? "" : cut_cell(table, column); !how.empty())
        return take_for_cut(table, how, false);
    const std::string_view cell = table.cell(table.rows() - 1, column);
    table.notes.push_back(
        "the file has no line end at its end: row " + std::to_string(table.rows()) + ", the last, was taken as whole" +
        (last.is_bad || is_closed
             ? std::string()
             : ", and its column '" + table.names[column] + "' as " + (cell.empty() ? "empty" : quoted_excerpt(cell))));
}

}  // namespace sheltermap::io
