// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace sheltermap {

struct BesideOptions {
    double distance_m = 50;         ///< how far beside the lines, in (0, 1000]
    double fill_holes_m2 = 10'000;  ///< holes smaller than this are filled; 0 for none
};

/// Everything within a distance of lines in WGS 84, as one row; missing where there is no line.
///
///     const GeometryColumn served = area_beside_lines(edge_parts(graph, reached), {.distance_m = 50});
///
/// The distance is right within 0.1 % along lines up to 60° of latitude and 0.3 % up to 80°; round ends and corners are
/// polygons of 32 sides whose vertices lie at the distance, so up to 0.5 % nearer in between. Polygons by RFC 7946: cut
/// at the antimeridian, right-hand rule.
/// Throws std::invalid_argument for options out of range or a row that is not a line, GeometryError where GEOS gives
/// up.
[[nodiscard]] GeometryColumn area_beside_lines(const GeometryColumn& lines, const BesideOptions& options = {},
                                               const Execution& execution = {});

/// The same split among groups of lines: row g is what is nearest to a line of group g; missing where it has none.
///
/// Rows overlap by no more than the rounding of coordinates and together are what area_beside_lines gives; filled holes
/// are split too. Lines stand for points along them, a tenth of the distance apart where two groups are near each
/// other: no border is farther than half of that from where it belongs. Across the antimeridian groups are not told
/// apart and may overlap.
/// Throws also where a group is not below `groups`, or its column of another length than the lines.
[[nodiscard]] GeometryColumn areas_beside_lines_by_nearest(const GeometryColumn& lines,
                                                           std::span<const std::int64_t> group, std::size_t groups,
                                                           const BesideOptions& options = {},
                                                           const Execution& execution = {});

}  // namespace sheltermap
