// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>

namespace sheltermap {

/// The union of all polygons of a column as a column of one row, missing where there are none. Rings run by the
/// right-hand rule (RFC 7946, section 3.1.6): shells counter-clockwise, holes clockwise.
/// Polygons must be valid; throws GeometryError where GEOS gives up.
///
///     const GeometryColumn wet = dissolved(zones);  // where zones overlap counts once
[[nodiscard]] GeometryColumn dissolved(const GeometryColumn& column);

/// A polygon row whose longitudes run up to 360° beyond [-180, 180], cut at the antimeridian and moved back into it
/// (RFC 7946, section 3.1.9), as a column of one row with rings by the right-hand rule.
/// The polygon must be valid; throws GeometryError where GEOS gives up.
[[nodiscard]] GeometryColumn cut_at_antimeridian(const GeometryColumn& column, std::size_t row);

}  // namespace sheltermap
