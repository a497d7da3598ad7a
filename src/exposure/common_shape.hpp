// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include "boundary_walk.hpp"

namespace sheltermap {

/// Appends what two valid polygons have in common, by the pieces of its boundary, as a row of type multi_polygon:
/// shells clockwise and holes counter-clockwise, as GEOS has them; rings begin with their smallest vertex, by x, then
/// y, and stand in the order of these.
///
/// Crossings are rounded to doubles. Where this could make rings touch or cross, as some vertex, edge or other crossing
/// is within a tenth of a micrometre or so, or a polygon's own rings touch, nothing is appended and the answer is
/// false.
[[nodiscard]] bool append_common_shape(const CommonBoundary& boundary, GeometryColumn& shapes);

}  // namespace sheltermap
