// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/raster/cell_source.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace sheltermap {

/// Calls `cell(row, column, share)` for the cells of a window that an edge runs through, and which share of it lies in
/// each. Coordinates are in columns and rows; what runs along an edge between cells is in the higher column or row.
template <class Cell>
void for_each_cell_of_edge(XY from, XY to, const CellWindow& window, Cell cell) {
    const double across = to.x - from.x, down = to.y - from.y;
    // Where the edge enters and leaves the window, as shares of the way.
    double enter = 0, leave = 1;
    const auto clip = [&](double start, double way, std::int64_t first, std::int64_t count) {
        const auto low = static_cast<double>(first), high = static_cast<double>(first + count);
        if (way == 0) {
            if (!(start >= low && start < high)) leave = -1;
            return;
        }
        const double one = (low - start) / way, other = (high - start) / way;
        enter = std::max(enter, std::min(one, other));
        leave = std::min(leave, std::max(one, other));
    };
    clip(from.x, across, window.column, window.columns);
    clip(from.y, down, window.row, window.rows);
    if (!(enter < leave)) return;
    // From cell to cell by whole numbers (Amanatides and Woo 1987), so that rounding cannot hold it anywhere.
    const auto cell_of = [&](double start, double way, std::int64_t first, std::int64_t count) {
        const double at = std::floor(start + way * enter);
        return std::clamp(static_cast<std::int64_t>(at), first, first + count - 1);
    };
    const auto reached = [](std::int64_t at, double start, double way) {
        if (way == 0) return std::numeric_limits<double>::infinity();
        return (static_cast<double>(way > 0 ? at + 1 : at) - start) / way;
    };
    std::int64_t column = cell_of(from.x, across, window.column, window.columns);
    std::int64_t row = cell_of(from.y, down, window.row, window.rows);
    while (enter < leave && column >= window.column && column < window.column + window.columns && row >= window.row &&
           row < window.row + window.rows) {
        const double by_column = reached(column, from.x, across), by_row = reached(row, from.y, down);
        const double next = std::min({by_column, by_row, leave});
        if (next > enter) {
            cell(row, column, next - enter);
            enter = next;
        }
        if (by_column <= by_row) {
            column += across > 0 ? 1 : -1;
        } else {
            row += down > 0 ? 1 : -1;
        }
    }
}

}  // namespace sheltermap
