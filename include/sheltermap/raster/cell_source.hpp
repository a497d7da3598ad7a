// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geodesy/crs.hpp"
#include "sheltermap/geometry/coordinates.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>

namespace sheltermap {

/// Cells in columns and rows that run along the axes of a reference system. A point on an edge between cells belongs to
/// the cell of the higher column or row, one on the outer edge of the last column or row to none.
struct Grid {
    std::int64_t columns = 0, rows = 0;
    XY corner{0, 0};  ///< the outer corner of the cell in the first column of the first row
    XY step{1, -1};   ///< from a column to the next, above 0; from a row to the next, below 0 where rows run southwards
};

/// Cells of a grid that lie together.
struct CellWindow {
    std::int64_t column = 0, row = 0;  ///< the first ones
    std::int64_t columns = 0, rows = 0;
};

/// Columns of a row, from the first to before the last; none where they end before they begin.
struct ColumnRange {
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    std::int64_t end = 0;
};

/// Reads cells, for one thread at a time.
class CellReader {
public:
    CellReader() = default;
    CellReader(const CellReader&) = delete;
    CellReader& operator=(const CellReader&) = delete;
    virtual ~CellReader() = default;
    /// Puts the values of a block into `values`, each row `stride` behind the one before; NaN where there is none.
    /// `block` is one of the source's, cut off at the last column and row of the grid; `wanted` says for each of its
    /// rows in which columns values are asked for, the others may be left as they are.
    virtual void read(const CellWindow& block, std::span<const ColumnRange> wanted, double* values,
                      std::size_t stride) = 0;
};

/// Where the cells of a grid come from: a file, or memory. Immutable, and usable from any number of threads.
///
///     const std::int64_t columns = depths.block_columns(), rows = depths.block_rows();
///     std::vector<double> values(columns * rows);
///     const std::vector<ColumnRange> all(rows, {0, columns});
///     depths.reader()->read({.columns = columns, .rows = rows}, all, values.data(), columns);
class CellSource {
public:
    CellSource() = default;
    CellSource(const CellSource&) = delete;
    CellSource& operator=(const CellSource&) = delete;
    virtual ~CellSource() = default;
    [[nodiscard]] virtual const Grid& grid() const = 0;
    [[nodiscard]] virtual const Crs& crs() const = 0;
    /// Cells come in blocks of as many columns and rows; the first block begins at the first cell.
    [[nodiscard]] virtual std::int64_t block_columns() const = 0;
    [[nodiscard]] virtual std::int64_t block_rows() const = 0;
    [[nodiscard]] virtual std::unique_ptr<CellReader> reader() const = 0;
};

}  // namespace sheltermap
