// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/geometry_column.hpp"
#include "sheltermap/raster/cell_source.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sheltermap {

struct ZonalOptions {
    bool extremes = false;            ///< the least and the greatest value of the cells a zone touches
    bool areas = false;               ///< square metres of cells with a value, of voids and outside
    bool classes = false;             ///< how much of each value: for grids of classes
    std::size_t most_classes = 1000;  ///< what holds more different values is no grid of classes
};

/// Columns with one entry per zone; NaN for a zone without a geometry. Cells count by the fraction of them in the zone.
struct ZonalStatistics {
    std::vector<double> cells;            ///< with a value
    std::vector<double> void_cells;       ///< without one
    std::vector<double> outside_cells;    ///< as many cells as the zone's part outside the grid has room for
    std::vector<double> sum;              ///< of value times fraction
    std::vector<double> least, greatest;  ///< NaN where no cell has a value; empty unless asked for
    std::vector<double> area_m2, void_m2, outside_m2;  ///< empty unless asked for
    std::vector<std::int64_t> class_offsets;           ///< zones + 1: classes of zone r; empty unless asked for
    std::vector<double> class_value;                   ///< ascending within a zone
    std::vector<double> class_cells;                   ///< cells of that value

    [[nodiscard]] std::size_t size() const noexcept { return cells.size(); }
};

/// Statistics of a grid by zones: polygons or lines in the grid's reference system, valid, edges straight in it.
/// Fractions of cells are exact, up to the rounding of doubles. Cells count by their length of a line, in rows of the
/// grid, which has no area; of a grid in degrees columns are as much shorter as in the middle of the line. A cell of
/// which less than 1e-9 is in the zone (of zones smaller than a cell, less than 1e-9 of the zone) is not touched. Of a
/// grid in degrees any whole number of turns round the Earth brings zones to where its columns are.
///
/// The area of a cell is the ellipsoid's: in closed form between meridians and parallels, of other cells that of their
/// corners, between cells less than 10 km apart by quadratic interpolation, which is right to 1e-8. What a zone has of
/// a cell is the cell's area times the fraction; between parallels, where cells grow narrower towards the poles, how
/// far north the part lies counts as well, and what is left is below 3e-7 for cells of 10 km, 3e-9 for those of 1 km.
///
/// Blocks are read once, each window of the grid is dropped before the next one is read, and the results are the same
/// bytes for any number of threads. Throws CrsError where a zone has no place in the grid's reference system,
/// std::invalid_argument where a row is a point, and Error where there are too many classes or one is no whole
/// number.
///
///     const ZonalStatistics water = zonal_statistics(zones, depths, {.extremes = true}, execution);
///     const double mean_depth = water.sum[0] / water.cells[0];
[[nodiscard]] ZonalStatistics zonal_statistics(const GeometryColumn& zones, const CellSource& source,
                                               const ZonalOptions& options = {}, const Execution& execution = {});

}  // namespace sheltermap
