// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geometry/dissolve.hpp"

#include "geometry/orientation.hpp"
#include "geos.hpp"
#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

namespace sheltermap {
namespace {

void turn_by_right_hand_rule(GeometryColumn& column) {
    for (std::size_t part = 0; part + 1 < column.ring_offsets.size(); ++part) {
        for (auto r = column.ring_offsets[part]; r < column.ring_offsets[part + 1]; ++r) {
            const bool is_shell = r == column.ring_offsets[part];
            if (runs_counter_clockwise(column.ring(r)) == is_shell) continue;
            const auto ring = static_cast<std::size_t>(r);
            std::reverse(column.vertices.begin() + column.vertex_offsets[ring],
                         column.vertices.begin() + column.vertex_offsets[ring + 1]);
        }
    }
}

/// Overlay leaves lines and points beside polygons where shapes only touch.
void take_polygons(const GEOSGeometry* geometry, std::vector<GeosGeometry>& polygons) {
    auto* const handle = geos().handle;
    if (GEOSisEmpty_r(handle, geometry) != 0) return;
    const int type = GEOSGeomTypeId_r(handle, geometry);
    if (type == GEOS_POLYGON) {
        polygons.push_back(checked(GEOSGeom_clone_r(handle, geometry), "clone"));
    } else if (type == GEOS_MULTIPOLYGON || type == GEOS_GEOMETRYCOLLECTION) {
        for (int i = 0; i < GEOSGetNumGeometries_r(handle, geometry); ++i) {
            take_polygons(GEOSGetGeometryN_r(handle, geometry, i), polygons);
        }
    }
}

GeometryColumn as_row(const GeosGeometry& geometry) {
    std::vector<GeosGeometry> polygons;
    take_polygons(geometry.get(), polygons);
    GeometryColumn column;
    if (polygons.empty()) {
        column.append_missing();
    } else if (polygons.size() == 1) {
        append_geos_polygon(column, polygons.front().get());
    } else {
        append_geos_polygon(column, to_collection(std::move(polygons), GEOS_MULTIPOLYGON).get());
    }
    turn_by_right_hand_rule(column);
    return column;
}

GeometryColumn united(std::vector<GeosGeometry> polygons) {
    const GeosGeometry all = to_collection(std::move(polygons), GEOS_GEOMETRYCOLLECTION);
    return as_row(checked(GEOSUnaryUnion_r(geos().handle, all.get()), "union"));
}

/// All longitudes from `west` to `west` + 360.
GeosGeometry world(double west) {
    GeometryColumn box;
    box.begin_row(GeometryType::polygon);
    box.begin_part();
    box.append_ring(std::array<XY, 5>{{{west, -90}, {west + 360, -90}, {west + 360, 90}, {west, 90}, {west, -90}}});
    return to_geos_polygon(box, 0);
}

}  // namespace

GeometryColumn dissolved(const GeometryColumn& column) {
    std::vector<GeosGeometry> polygons;
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (is_areal(column.types[row])) polygons.push_back(to_geos_polygon(column, row));
    }
    return united(std::move(polygons));
}

GeometryColumn cut_at_antimeridian(const GeometryColumn& column, std::size_t row) {
    const GeosGeometry whole = to_geos_polygon(column, row);
    std::vector<GeosGeometry> parts;
    for (const double turn : {-360.0, 0.0, 360.0}) {
        const GeosGeometry part =
            checked(GEOSIntersection_r(geos().handle, whole.get(), world(turn - 180).get()), "cut at the antimeridian");
        GeometryColumn moved = as_row(part);
        if (moved.types.front() == GeometryType::missing) continue;
        for (XY& vertex : moved.vertices) vertex.x -= turn;
        parts.push_back(to_geos_polygon(moved, 0));
    }
    return united(std::move(parts));
}

}  // namespace sheltermap
