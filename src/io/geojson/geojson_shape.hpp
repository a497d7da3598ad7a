// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>
#include <string>

namespace sheltermap::io {

/// Appends a row of a column in WGS 84 as a GeoJSON geometry, null where it is missing: shells counterclockwise, cut in
/// two at 180° where it crosses it (RFC 7946, sections 3.1.6 and 3.1.9). Throws WriteError where that cannot be done.
void append_geojson_shape(std::string& out, const GeometryColumn& lonlat, std::size_t row);

}  // namespace sheltermap::io
