// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/raster/cell_source.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Areas of cells on the ellipsoid in square metres; 0 of cells that are nowhere on Earth.
class CellAreas {
public:
    CellAreas(const Grid& grid, const Crs& crs);

    /// Whether all cells of a row have one area: between parallels.
    [[nodiscard]] bool is_one_per_row() const noexcept { return one_per_row_; }
    /// The area of each cell of a row, where it is one.
    [[nodiscard]] double of_row(std::int64_t row) const;
    /// By which share of itself the area of a cell would grow if it began a row later: how much wider it is at its end.
    [[nodiscard]] double growth_of_row(std::int64_t row) const;
    /// The areas of a window's cells, row by row.
    [[nodiscard]] std::vector<double> of_cells(const CellWindow& window, const Execution& execution) const;

private:
    [[nodiscard]] std::vector<double> measured(const CellWindow& window, std::int64_t apart,
                                               const Execution& execution) const;
    const Grid grid_;
    const Crs crs_;
    bool one_per_row_;
    std::int64_t apart_ = 1;  // cells from one that is measured to the next
};

}  // namespace sheltermap
