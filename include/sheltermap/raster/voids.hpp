// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/raster/cell_source.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace sheltermap {

/// For each place, in the grid's reference system, whether its cell lies in a void that cells with a value enclose:
/// cells without one that hang together by their edges and nowhere reach the edge of the grid. One pass over the whole
/// grid, of which no more is kept than where voids begin and end.
///
///     const std::vector<std::uint8_t> is_cut_out = in_enclosed_void(eastings_and_northings, depths, execution);
[[nodiscard]] std::vector<std::uint8_t> in_enclosed_void(std::span<const XY> places, const CellSource& source,
                                                         const Execution& execution = {});

/// Columns with one entry per place; NaN where no cell is near enough.
struct NearestValues {
    std::vector<double> value;
    std::vector<double> distance_m;  ///< to the middle of the cell
};

/// The value of the nearest cell that has one above `above`, by the distance along the ellipsoid from the place to the
/// middle of the cell, within `within_m`; the first by rows and columns where several are as near. Columns beyond the
/// last one are not searched, also where the grid goes round the Earth. Throws Error where the distance is so many
/// cells that a window of 67 million would not hold them.
[[nodiscard]] NearestValues nearest_values(std::span<const XY> places, const CellSource& source, double within_m,
                                           double above = -std::numeric_limits<double>::infinity(),
                                           const Execution& execution = {});

}  // namespace sheltermap
