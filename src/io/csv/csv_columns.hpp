// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/reader.hpp"

#include "io/csv/csv_syntax.hpp"
#include <functional>
#include <optional>
#include <string>

namespace sheltermap::io {

/// Told of a cell that cannot be taken: row from 0, and why.
using CellFault = std::function<void(std::size_t row, const std::string& why)>;

class CsvNumbers;

/// A column of a CSV table as whole numbers, numbers or texts: the first of these that all its cells are. Empty cells
/// have no value.
[[nodiscard]] Column csv_column(const CsvTable& table, std::size_t column, const CsvNumbers& numbers,
                                const CellFault& bad_number);

/// Where a CSV table keeps its positions.
struct CoordinateColumns {
    std::size_t x;
    std::size_t y;
    bool named_degrees;  ///< by their names they are longitude and latitude
};

/// By the names given in the options, otherwise by the names people use (lon/lat, x/y, east/north, garums/platums).
/// Throws ReadError that lists the columns.
[[nodiscard]] CoordinateColumns coordinate_columns(const CsvTable& table, const ReadOptions& options,
                                                   const std::string& file_name);

/// A coordinate; nothing and a message in `fault` where the cell holds none. Both empty for an empty cell.
[[nodiscard]] std::optional<double> coordinate(const CsvTable& table, std::size_t row, std::size_t column,
                                               const CsvNumbers& numbers, std::string& fault);

}  // namespace sheltermap::io
