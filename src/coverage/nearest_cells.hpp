// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include "geodesy/mercator.hpp"
#include <cstddef>
#include <cstdint>
#include <span>

namespace sheltermap {

/// Where the lines of each group are nearer than those of any other, in the coordinates of `plane`: a row per group,
/// missing where it has no line. Right within distance_m / 20 for places up to distance_m from a line; farther away
/// roughly. Neighbours have the same vertices along their border.
///
/// A Voronoi diagram of points along the lines: distance_m / 10 apart on lines that come near those of another group,
/// ten times as far apart elsewhere, where the nearest line of another group is more than twice as far as any point
/// that matters is from its own.
[[nodiscard]] GeometryColumn nearest_cells(const GeometryColumn& lines, std::span<const std::int64_t> group,
                                           std::size_t groups, const Mercator& plane, double distance_m,
                                           const Execution& execution);

}  // namespace sheltermap
