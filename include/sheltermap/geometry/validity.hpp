// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>
#include <string>

namespace sheltermap {

/// Why a row of a column cannot be used: one short sentence that names the spot, empty when the row is sound.
///
/// Looked at, in this order: no geometry, a coordinate that is not finite, a line of fewer than 2 or a ring of fewer
/// than 4 vertices, a ring that is not closed, and for polygons the rules of Simple Features (GEOS isValid:
/// self-intersection, hole outside its shell, …).
///
///     if (const auto fault = geometry_fault(polygons, 0); !fault.empty()) std::cerr << "row 1: " << fault << "\n";
[[nodiscard]] std::string geometry_fault(const GeometryColumn& column, std::size_t row);

/// A row made valid with GEOS MakeValid, its areal part kept, as a column of one row.
/// Throws GeometryError where nothing areal is left.
[[nodiscard]] GeometryColumn repaired_polygon(const GeometryColumn& column, std::size_t row);

}  // namespace sheltermap
