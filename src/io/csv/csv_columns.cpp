// SPDX-License-Identifier: Apache-2.0
#include "io/csv/csv_columns.hpp"

#include "sheltermap/base/error.hpp"

#include "base/excerpt.hpp"
#include "base/invisible.hpp"
#include "io/csv/csv_numbers.hpp"
#include "io/csv/formula.hpp"
#include "io/numbers.hpp"
#include "io/text.hpp"
#include <algorithm>
#include <array>
#include <span>

namespace sheltermap::io {
namespace {

std::optional<std::size_t> find_any(const CsvTable& table, std::span<const std::string_view> names) {
    for (const std::string_view name : names) {
        const auto found = std::ranges::find(table.names, name, lower);
        if (found != table.names.end()) return static_cast<std::size_t>(found - table.names.begin());
    }
    return std::nullopt;
}

// In small letters, as `lower` makes ASCII ones; others are listed both ways.
constexpr std::array<std::string_view, 7> lon_names{
    "lon", "longitude", "lng", "long", "garums", "ģeogrāfiskais garums", "Ģeogrāfiskais garums"};
constexpr std::array<std::string_view, 5> lat_names{"lat", "latitude", "platums", "ģeogrāfiskais platums",
                                                    "Ģeogrāfiskais platums"};
constexpr std::array<std::string_view, 6> x_names{"x", "east", "easting", "e", "x_coord", "coord_x"};
constexpr std::array<std::string_view, 6> y_names{"y", "north", "northing", "n", "y_coord", "coord_y"};

std::optional<CoordinateColumns> pair_of(const CsvTable& table, bool degrees) {
    const auto x = find_any(table, degrees ? std::span<const std::string_view>(lon_names) : x_names);
    const auto y = find_any(table, degrees ? std::span<const std::string_view>(lat_names) : y_names);
    return x && y ? std::optional(CoordinateColumns{*x, *y, degrees}) : std::nullopt;
}

std::string list_of_names(const CsvTable& table) {
    std::string names;
    for (const auto& name : table.names) names += (names.empty() ? "" : ", ") + visible(name);
    return names;
}

std::size_t named_column(const CsvTable& table, const std::string& name, const char* option,
                         const std::string& file_name) {
    const auto found = std::ranges::find(table.names, name);
    if (found == table.names.end()) {
        throw ReadError(file_name + " has no column '" + name + "' (" + option + "=); it has " + list_of_names(table));
    }
    return static_cast<std::size_t>(found - table.names.begin());
}

bool is_named(const CsvTable& table, std::size_t column, std::span<const std::string_view> names) {
    return std::ranges::find(names, lower(table.names[column])) != names.end();
}

}  // namespace

Column csv_column(const CsvTable& table, std::size_t column, const CsvNumbers& numbers, const CellFault& bad_number) {
    using Kind = CsvNumbers::Kind;
    Column result{table.names[column], {}, std::vector<std::uint8_t>(table.rows(), 0)};
    const Kind kind = numbers.kind(column);
    if (kind == Kind::integers) result.values = std::vector<std::int64_t>(table.rows());
    if (kind == Kind::reals) result.values = std::vector<double>(table.rows());
    if (kind == Kind::texts) result.values = Texts{};
    for (std::size_t row = 0; row < table.rows(); ++row) {
        const std::string_view cell = table.cell(row, column);
        if (auto* texts = std::get_if<Texts>(&result.values)) texts->push_back(unguarded(cell));
        if (cell.empty()) continue;
        const Number number = kind == Kind::texts ? Number{} : numbers.number(cell, column);
        if (number.kind == Number::Kind::out_of_range) {
            bad_number(row,
                       "column '" + result.name + "': " + quoted_excerpt(cell) + " is beyond the range of numbers");
            continue;
        }
        result.valid[row] = 1;
        if (auto* integers = std::get_if<std::vector<std::int64_t>>(&result.values)) (*integers)[row] = number.integer;
        if (auto* reals = std::get_if<std::vector<double>>(&result.values)) (*reals)[row] = number.real;
    }
    return result;
}

CoordinateColumns coordinate_columns(const CsvTable& table, const ReadOptions& options, const std::string& file_name) {
    if (options.x.empty() != options.y.empty()) throw std::invalid_argument("x and y must be given together");
    if (!options.x.empty()) {
        const std::size_t x = named_column(table, options.x, "x", file_name);
        const std::size_t y = named_column(table, options.y, "y", file_name);
        return {x, y, is_named(table, x, lon_names) && is_named(table, y, lat_names)};
    }
    const bool metres_expected = !options.crs.empty() && !Crs(options.crs).is_geographic();
    const auto likely = pair_of(table, !metres_expected);
    const auto found = likely ? likely : pair_of(table, metres_expected);
    if (!found) {
        throw ReadError(file_name + " has no columns that are clearly coordinates; name them with x= and y=; it has " +
                        list_of_names(table));
    }
    return *found;
}

std::optional<double> coordinate(const CsvTable& table, std::size_t row, std::size_t column, const CsvNumbers& numbers,
                                 std::string& fault) {
    const std::string_view cell = table.cell(row, column);
    if (cell.empty()) return std::nullopt;
    const Number number = numbers.number(cell, column);
    if (number.is_finite()) return number.real;
    const char* why = " is not a number";
    if (number.kind == Number::Kind::out_of_range)
        why = " is beyond the range of numbers";
    else if (may_be_thousands(cell))
        why = " has another mark before its decimals than other rows, or thousands";
    fault = "column '" + table.names[column] + "': " + quoted_excerpt(cell) + why;
    return std::nullopt;
}

}  // namespace sheltermap::io
