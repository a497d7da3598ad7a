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
/// The border of the area is within 1.5 % of the distance from where it belongs: GEOS straightens bends shallower than
/// 1 % of it, round ends and corners are polygons of 32 sides whose vertices lie on the circle (0.5 % nearer in
/// between), and the plane each piece is drawn in adds 0.1 % of the distance up to 60° of latitude, 0.3 % up to 80°.
/// Lines without length count for nothing. Polygons by RFC 7946: cut at the antimeridian, right-hand rule.
///
/// Throws std::invalid_argument for options out of range, a row that is not a line or a vertex that is no place,
/// GeometryError where GEOS gives up.
[[nodiscard]] GeometryColumn area_beside_lines(const GeometryColumn& lines, const BesideOptions& options = {},
                                               const Execution& execution = {});

/// The same split among groups of lines: row g is what is nearest to a line of group g; missing where it has none.
///
/// Together they are what area_beside_lines gives, within the same error, filled holes split too; rows overlap by no
/// more than rounding, some 10 µm beside their borders. Lines stand for points along them, a tenth of the distance
/// apart where two groups are near each other: no border is farther than half of that from where it belongs. Across the
/// antimeridian groups are not told apart and may overlap. Throws also where a group is not below `groups`, or its
/// column of another length than the lines.
[[nodiscard]] GeometryColumn areas_beside_lines_by_nearest(const GeometryColumn& lines,
                                                           std::span<const std::int64_t> group, std::size_t groups,
                                                           const BesideOptions& options = {},
                                                           const Execution& execution = {});

}  // namespace sheltermap
