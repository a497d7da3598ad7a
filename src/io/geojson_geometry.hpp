// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include <stdexcept>
#include <string_view>

namespace sheltermap::io {

/// Why a GeoJSON geometry cannot be used.
struct GeometryRefusal {
    const char* reason;  ///< a code of refusals.hpp
    std::string detail;
};

/// Appends a GeoJSON geometry to a column; where it cannot, throws GeometryRefusal and leaves the column as it was.
/// Returns whether it had heights, which are left out.
bool append_geojson(GeometryColumn& column, std::string_view geometry);

}  // namespace sheltermap::io
