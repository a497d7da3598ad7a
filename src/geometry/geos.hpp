// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include <geos_c.h>

#include <memory>
#include <string>
#include <vector>

namespace sheltermap {

/// This thread's GEOS context and the text of its last message; GEOS contexts must not be shared between threads.
struct GeosContext {
    GeosContext();
    ~GeosContext();
    GeosContext(const GeosContext&) = delete;
    GeosContext& operator=(const GeosContext&) = delete;
    GEOSContextHandle_t handle;
    std::string message;
};
GeosContext& geos();

struct GeosDelete {
    void operator()(GEOSGeometry* geometry) const noexcept { GEOSGeom_destroy_r(geos().handle, geometry); }
};
using GeosGeometry = std::unique_ptr<GEOSGeometry, GeosDelete>;

/// What GEOS said when it failed. Throws std::bad_alloc where that was that memory is out, which says nothing of a
/// geometry.
std::string geos_failure();

/// Takes ownership of what GEOS returned; where that is nothing throws GeometryError with its message, or as
/// geos_failure.
GeosGeometry checked(GEOSGeometry* result, const char* operation);

/// A multi-geometry or collection of what it is given.
GeosGeometry to_collection(std::vector<GeosGeometry> parts, int type);

/// Areal row of a column as GEOS sees it.
GeosGeometry to_geos_polygon(const GeometryColumn& column, std::size_t row);
/// Areal row or row of lines as GEOS sees it.
GeosGeometry to_geos(const GeometryColumn& column, std::size_t row);
/// Appends a GEOS (multi)polygon as one row; throws GeometryError for another or an empty type.
void append_geos_polygon(GeometryColumn& column, const GEOSGeometry* geometry);

/// Appends the polygons (for multi_polygon) or lines (for multi_line_string) among the parts of a geometry as one row;
/// a row without parts where there are none.
void append_geos_parts(GeometryColumn& column, const GEOSGeometry* geometry, GeometryType type);
/// All rows of a column of one type as one: lines side by side, polygons dissolved.
GeometryColumn merged(const GeometryColumn& column);

}  // namespace sheltermap
