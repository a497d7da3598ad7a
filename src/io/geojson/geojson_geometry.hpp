// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include <optional>
#include <stdexcept>
#include <string_view>

namespace sheltermap::io {

class JsonCursor;

/// Why a GeoJSON geometry cannot be used.
struct GeometryRefusal {
    const char* reason;  ///< a code of refusals.hpp
    std::string detail;
};

/// Appends a GeoJSON geometry to a column; where it cannot, throws GeometryRefusal and leaves the column as it was.
/// Returns whether it had heights, which are left out.
bool append_geojson(GeometryColumn& column, std::string_view geometry);

/// The same in one go for a geometry written as most are: `type` before `coordinates` and nothing else, sound
/// throughout. Consumes it and returns whether it had heights; for any other leaves cursor and column as they were.
std::optional<bool> append_plain_geojson(GeometryColumn& column, JsonCursor& cursor);

}  // namespace sheltermap::io
