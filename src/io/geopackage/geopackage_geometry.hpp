// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include "io/ogr/ogr_geometry.hpp"
#include <cstddef>
#include <span>

namespace sheltermap::io {

/// Appends a geometry as GeoPackage stores it (OGC 12-128, clause 2.1.3) where it is as most are: little-endian, flat,
/// of one of the six simple types, with all its parts and finite or infinite coordinates. False for any other, and the
/// column is then as it was.
[[nodiscard]] bool append_plain_blob(GeometryColumn& column, std::span<const std::byte> blob);

/// Appends any other, by OGR: with heights, big-endian, empty, a curve; or a missing one, and the reason. GDAL's
/// messages are still to be looked at.
[[nodiscard]] TakenGeometry append_blob(GeometryColumn& column, std::span<const std::byte> blob);

}  // namespace sheltermap::io
