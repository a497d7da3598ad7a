// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include <ogr_geometry.h>

#include <cstddef>
#include <memory>
#include <string>

namespace sheltermap::io {

/// What happened to a geometry on its way into a column.
struct TakenGeometry {
    const char* reason = nullptr;  ///< a code of refusals.hpp where it cannot be used, else null
    std::string detail;
    bool has_heights = false;  ///< Z or M values were left out
};

/// Appends a row to the column: the geometry, or a missing one where it cannot be used. `geometry` may be null.
[[nodiscard]] TakenGeometry append_ogr(GeometryColumn& column, const OGRGeometry* geometry);

/// What the layer's notes say of the rows whose heights were left out.
[[nodiscard]] std::string heights_note(std::size_t rows);

/// A row of a column as OGR keeps it; null for a missing row.
[[nodiscard]] std::unique_ptr<OGRGeometry> to_ogr(const GeometryColumn& column, std::size_t row);

[[nodiscard]] OGRwkbGeometryType ogr_type(GeometryType type);

}  // namespace sheltermap::io
