// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>
#include <cstdint>
#include <span>

namespace sheltermap {

/// Everything within a distance of the lines of each group, a row per group, missing where it has no line; not cut at
/// the antimeridian. Errors as in area_beside_lines.
///
/// Lines are cut at parallels 0.05° apart, each piece is buffered in a plane whose axes have the scale of the middle of
/// its band, and all are united in longitude and latitude. Half a band is 4.4e-4 rad, over which the length of a degree
/// of longitude changes by that times tan φ.
[[nodiscard]] GeometryColumn buffered_lines(const GeometryColumn& lines, std::span<const std::int64_t> group,
                                            std::size_t groups, double distance_m, const Execution& execution);

}  // namespace sheltermap
