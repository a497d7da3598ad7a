// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/raster/cell_source.hpp"

#include <cmath>

namespace sheltermap {

/// Nearer than this, in cells, something is on an edge: what arithmetic with coordinates leaves.
inline constexpr double hair_of_cell = 1e-9;

/// Degrees round the Earth; 0 in systems in which nothing comes round.
[[nodiscard]] inline double turn_of(const Crs& crs) noexcept { return crs.is_geographic() ? 360.0 : 0.0; }

/// The column or row of a position in cells from the outer corner; what is a hair before an edge is on it.
[[nodiscard]] inline double cell_number(double position) noexcept {
    const double nearest = std::round(position);
    return std::abs(position - nearest) < hair_of_cell ? nearest : std::floor(position);
}

/// The cell of a place, as numbers that need not be those of a cell of the grid; NaN without a place.
struct CellAt {
    double column, row;
};
[[nodiscard]] inline CellAt cell_at(const Grid& grid, double turn, XY place) noexcept {
    double column = cell_number((place.x - grid.corner.x) / grid.step.x);
    if (turn > 0 && !(column >= 0 && column < static_cast<double>(grid.columns))) {
        const double turns = std::floor((place.x - grid.corner.x) / turn + hair_of_cell);
        column = cell_number((place.x - turn * turns - grid.corner.x) / grid.step.x);
    }
    return {column, cell_number((place.y - grid.corner.y) / grid.step.y)};
}

[[nodiscard]] inline bool is_inside(const Grid& grid, CellAt cell) noexcept {
    return cell.column >= 0 && cell.column < static_cast<double>(grid.columns) && cell.row >= 0 &&
           cell.row < static_cast<double>(grid.rows);
}

}  // namespace sheltermap
