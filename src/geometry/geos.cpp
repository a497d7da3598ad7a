// SPDX-License-Identifier: Apache-2.0
#include "geos.hpp"

#include "sheltermap/base/error.hpp"

#include <algorithm>
#include <new>
#include <utility>
#include <vector>

namespace sheltermap {
namespace {

GEOSCoordSequence* to_sequence(std::span<const XY> ring) {
    static_assert(sizeof(XY) == 2 * sizeof(double));
    auto* const sequence =
        GEOSCoordSeq_copyFromBuffer_r(geos().handle, &ring.front().x, static_cast<unsigned>(ring.size()), 0, 0);
    if (sequence == nullptr) throw GeometryError("vertices: " + geos_failure());
    return sequence;
}

GeosGeometry to_ring(std::span<const XY> ring) {
    return checked(GEOSGeom_createLinearRing_r(geos().handle, to_sequence(ring)), "linear ring");
}

/// GEOS becomes the owner of what it is given in a list.
std::vector<GEOSGeometry*> handed_over(std::vector<GeosGeometry>& geometries) {
    std::vector<GEOSGeometry*> raw(geometries.size());
    std::ranges::transform(geometries, raw.begin(), [](GeosGeometry& geometry) { return geometry.release(); });
    return raw;
}

GeosGeometry to_line(const GeometryColumn& column, std::int64_t part) {
    const auto line = column.ring(column.ring_offsets[static_cast<std::size_t>(part)]);
    return checked(GEOSGeom_createLineString_r(geos().handle, to_sequence(line)), "line string");
}

GeosGeometry to_polygon(const GeometryColumn& column, std::int64_t part) {
    const auto first = column.ring_offsets[static_cast<std::size_t>(part)];
    const auto last = column.ring_offsets[static_cast<std::size_t>(part) + 1];
    GeosGeometry shell = to_ring(column.ring(first));
    std::vector<GeosGeometry> holes;
    for (auto ring = first + 1; ring < last; ++ring) holes.push_back(to_ring(column.ring(ring)));
    auto owned = handed_over(holes);
    return checked(
        GEOSGeom_createPolygon_r(geos().handle, shell.release(), owned.data(), static_cast<unsigned>(owned.size())),
        "polygon");
}

void append_ring(GeometryColumn& column, const GEOSGeometry* ring) {
    const GEOSCoordSequence* sequence = GEOSGeom_getCoordSeq_r(geos().handle, ring);
    unsigned size = 0;
    GEOSCoordSeq_getSize_r(geos().handle, sequence, &size);
    std::vector<XY> vertices(size);
    GEOSCoordSeq_copyToBuffer_r(geos().handle, sequence, &vertices.front().x, 0, 0);
    column.append_ring(vertices);
}

void append_part(GeometryColumn& column, const GEOSGeometry* polygon) {
    column.begin_part();
    append_ring(column, GEOSGetExteriorRing_r(geos().handle, polygon));
    const int holes = GEOSGetNumInteriorRings_r(geos().handle, polygon);
    for (int i = 0; i < holes; ++i) append_ring(column, GEOSGetInteriorRingN_r(geos().handle, polygon, i));
}

/// Parts of a row as one geometry: the part itself where there is but one.
template <class ToPart>
GeosGeometry to_parts(const GeometryColumn& column, std::size_t row, int collection, ToPart to_part) {
    const auto first = column.part_offsets[row];
    const auto last = column.part_offsets[row + 1];
    if (last - first == 1) return to_part(column, first);
    std::vector<GeosGeometry> parts;
    for (auto part = first; part < last; ++part) parts.push_back(to_part(column, part));
    return to_collection(std::move(parts), collection);
}

void collect_parts(GeometryColumn& column, const GEOSGeometry* geometry, int wanted) {
    const int type = GEOSGeomTypeId_r(geos().handle, geometry);
    if (GEOSisEmpty_r(geos().handle, geometry) != 0) return;
    if (type == wanted && type == GEOS_POLYGON) {
        append_part(column, geometry);
    } else if (type == wanted) {
        column.begin_part();
        append_ring(column, geometry);
    } else if (type >= GEOS_MULTIPOINT) {
        const int parts = GEOSGetNumGeometries_r(geos().handle, geometry);
        for (int i = 0; i < parts; ++i) collect_parts(column, GEOSGetGeometryN_r(geos().handle, geometry, i), wanted);
    }
}

}  // namespace

GeosContext::GeosContext() : handle(GEOS_init_r()) {
    GEOSContext_setErrorMessageHandler_r(
        handle, [](const char* text, void* self) { static_cast<GeosContext*>(self)->message = text; }, this);
}
GeosContext::~GeosContext() { GEOS_finish_r(handle); }

GeosContext& geos() {
    thread_local GeosContext context;
    return context;
}

std::string geos_failure() {
    // GEOS hands on every exception by its text alone.
    std::string said = std::exchange(geos().message, {});
    if (said.find("bad_alloc") != std::string::npos) throw std::bad_alloc();
    return said;
}

GeosGeometry checked(GEOSGeometry* result, const char* operation) {
    if (result == nullptr) throw GeometryError(std::string(operation) + ": " + geos_failure());
    return GeosGeometry(result);
}

GeosGeometry to_collection(std::vector<GeosGeometry> parts, int type) {
    auto owned = handed_over(parts);
    return checked(GEOSGeom_createCollection_r(geos().handle, type, owned.data(), static_cast<unsigned>(owned.size())),
                   "collection");
}

GeosGeometry to_geos_polygon(const GeometryColumn& column, std::size_t row) {
    return to_parts(column, row, GEOS_MULTIPOLYGON, to_polygon);
}

GeosGeometry to_geos(const GeometryColumn& column, std::size_t row) {
    if (is_areal(column.types[row])) return to_geos_polygon(column, row);
    return to_parts(column, row, GEOS_MULTILINESTRING, to_line);
}

void append_geos_polygon(GeometryColumn& column, const GEOSGeometry* geometry) {
    const int type = GEOSGeomTypeId_r(geos().handle, geometry);
    if (GEOSisEmpty_r(geos().handle, geometry) != 0 || (type != GEOS_POLYGON && type != GEOS_MULTIPOLYGON)) {
        throw GeometryError("no area is left");
    }
    column.begin_row(type == GEOS_POLYGON ? GeometryType::polygon : GeometryType::multi_polygon);
    if (type == GEOS_POLYGON) return append_part(column, geometry);
    const int parts = GEOSGetNumGeometries_r(geos().handle, geometry);
    for (int i = 0; i < parts; ++i) append_part(column, GEOSGetGeometryN_r(geos().handle, geometry, i));
}

void append_geos_parts(GeometryColumn& column, const GEOSGeometry* geometry, GeometryType type) {
    column.begin_row(type);
    collect_parts(column, geometry, type == GeometryType::multi_polygon ? GEOS_POLYGON : GEOS_LINESTRING);
}

GeometryColumn merged(const GeometryColumn& column) {
    const bool areal = is_areal(column.types.front());
    std::vector<GeosGeometry> rows;
    for (std::size_t row = 0; row < column.size(); ++row) rows.push_back(to_geos(column, row));
    auto owned = handed_over(rows);
    GeosGeometry all = checked(GEOSGeom_createCollection_r(geos().handle, GEOS_GEOMETRYCOLLECTION, owned.data(),
                                                           static_cast<unsigned>(owned.size())),
                               "collection");
    if (areal) all = checked(GEOSUnaryUnion_r(geos().handle, all.get()), "union");
    GeometryColumn result;
    append_geos_parts(result, all.get(), areal ? GeometryType::multi_polygon : GeometryType::multi_line_string);
    return result;
}

}  // namespace sheltermap
