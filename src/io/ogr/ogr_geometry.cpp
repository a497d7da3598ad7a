// SPDX-License-Identifier: Apache-2.0
#include "io/ogr/ogr_geometry.hpp"

#include "geometry/parts.hpp"
#include "io/checks/refusals.hpp"
#include <algorithm>
#include <vector>

namespace sheltermap::io {
namespace {

static_assert(sizeof(XY) == sizeof(OGRRawPoint));

void append_curve(GeometryColumn& column, const OGRSimpleCurve& curve) {
    std::vector<XY> vertices(static_cast<std::size_t>(curve.getNumPoints()));
    if (!vertices.empty()) curve.getPoints(reinterpret_cast<OGRRawPoint*>(vertices.data()));
    column.append_ring(vertices);
}

void append_polygon_part(GeometryColumn& column, const OGRPolygon& polygon) {
    column.begin_part();
    for (const OGRLinearRing* ring : polygon) append_curve(column, *ring);
}

void append_point_part(GeometryColumn& column, const OGRPoint& point) {
    column.begin_part();
    const XY at{point.getX(), point.getY()};
    column.append_ring({&at, 1});
}

void append_line_part(GeometryColumn& column, const OGRLineString& line) {
    column.begin_part();
    append_curve(column, line);
}

/// The parts of a collection, those of what is inside it too.
void find_parts(const OGRGeometryCollection& collection, std::vector<const OGRGeometry*>& parts) {
    for (const OGRGeometry* part : collection) {
        if (part->IsEmpty()) continue;
        if (OGR_GT_IsSubClassOf(part->getGeometryType(), wkbGeometryCollection) != 0) {
            find_parts(*part->toGeometryCollection(), parts);
        } else {
            parts.push_back(part);
        }
    }
}

/// Appends a collection whose parts are all points, all lines or all polygons; false for any other.
bool append_of_one_kind(GeometryColumn& column, const OGRGeometryCollection& collection) {
    std::vector<const OGRGeometry*> parts;
    find_parts(collection, parts);
    const auto kind = wkbFlatten(parts.front()->getGeometryType());
    const auto is_other = [&](const OGRGeometry* part) { return wkbFlatten(part->getGeometryType()) != kind; };
    if (kind > wkbPolygon || std::ranges::any_of(parts, is_other)) return false;
    column.begin_row(type_of_parts(static_cast<GeometryType>(kind), parts.size()));  // the codes are in this order
    for (const OGRGeometry* part : parts) {
        if (kind == wkbPoint) append_point_part(column, *part->toPoint());
        if (kind == wkbLineString) append_line_part(column, *part->toLineString());
        if (kind == wkbPolygon) append_polygon_part(column, *part->toPolygon());
    }
    return true;
}

/// False for a type a column cannot hold.
bool append_known(GeometryColumn& column, const OGRGeometry& geometry) {
    switch (wkbFlatten(geometry.getGeometryType())) {
        case wkbPoint:
            column.begin_row(GeometryType::point);
            append_point_part(column, *geometry.toPoint());
            return true;
        case wkbLineString:
            column.begin_row(GeometryType::line_string);
            append_line_part(column, *geometry.toLineString());
            return true;
        case wkbPolygon:
            column.begin_row(GeometryType::polygon);
            append_polygon_part(column, *geometry.toPolygon());
            return true;
        case wkbMultiPoint:
            column.begin_row(GeometryType::multi_point);
            for (const OGRPoint* point : *geometry.toMultiPoint()) {
                if (!point->IsEmpty()) append_point_part(column, *point);
            }
            return true;
        case wkbMultiLineString:
            column.begin_row(GeometryType::multi_line_string);
            for (const OGRLineString* line : *geometry.toMultiLineString()) append_line_part(column, *line);
            return true;
        case wkbMultiPolygon:
            column.begin_row(GeometryType::multi_polygon);
            for (const OGRPolygon* polygon : *geometry.toMultiPolygon()) append_polygon_part(column, *polygon);
            return true;
        case wkbGeometryCollection:
            return append_of_one_kind(column, *geometry.toGeometryCollection());
        default:
            return false;
    }
}

std::string advice_for(const OGRGeometry& geometry) {
    const std::string type = OGRGeometryTypeToName(geometry.getGeometryType());
    if (wkbFlatten(geometry.getGeometryType()) == wkbGeometryCollection) {
        return "a GeometryCollection mixes types; split it into rows of one type";
    }
    return "geometries of the type '" + type +
           "' are not read; convert curves and surfaces to plain lines and polygons first";
}

void add_line(OGRLineString& line, std::span<const XY> vertices) {
    line.setPoints(static_cast<int>(vertices.size()), reinterpret_cast<const OGRRawPoint*>(vertices.data()));
}

std::unique_ptr<OGRGeometry> part_as_ogr(const GeometryColumn& column, std::int64_t part, OGRwkbGeometryType single) {
    const auto first = column.ring_offsets[static_cast<std::size_t>(part)];
    const auto last = column.ring_offsets[static_cast<std::size_t>(part) + 1];
    if (single == wkbPoint) {
        const XY at = column.ring(first).front();
        return std::make_unique<OGRPoint>(at.x, at.y);
    }
    if (single == wkbLineString) {
        auto line = std::make_unique<OGRLineString>();
        add_line(*line, column.ring(first));
        return line;
    }
    auto polygon = std::make_unique<OGRPolygon>();
    for (auto ring = first; ring < last; ++ring) {
        auto shell = std::make_unique<OGRLinearRing>();
        add_line(*shell, column.ring(ring));
        polygon->addRingDirectly(shell.release());
    }
    return polygon;
}

}  // namespace

TakenGeometry append_ogr(GeometryColumn& column, const OGRGeometry* geometry) {
    TakenGeometry taken;
    if (geometry == nullptr || geometry->IsEmpty()) {
        taken.reason = reason::missing_geometry;
        taken.detail = geometry == nullptr ? "no geometry" : "the geometry is empty";
    } else if (append_known(column, *geometry)) {
        taken.has_heights = geometry->Is3D() != 0 || geometry->IsMeasured() != 0;
        return taken;
    } else {
        taken.reason = reason::unsupported_geometry;
        taken.detail = advice_for(*geometry);
    }
    column.append_missing();
    return taken;
}

std::string heights_note(std::size_t rows) {
    return "heights (Z) or measures (M) of " + std::to_string(rows) + " rows were left out";
}

OGRwkbGeometryType ogr_type(GeometryType type) {
    constexpr OGRwkbGeometryType types[] = {wkbUnknown,    wkbPoint,           wkbLineString,  wkbPolygon,
                                            wkbMultiPoint, wkbMultiLineString, wkbMultiPolygon};
    return types[static_cast<std::size_t>(type)];
}

std::unique_ptr<OGRGeometry> to_ogr(const GeometryColumn& column, std::size_t row) {
    const GeometryType type = column.types[row];
    if (type == GeometryType::missing) return nullptr;
    const OGRwkbGeometryType whole = ogr_type(type);
    const OGRwkbGeometryType single = ogr_type(part_type(type));
    if (whole == single) return part_as_ogr(column, column.part_offsets[row], single);
    std::unique_ptr<OGRGeometry> collection(OGRGeometryFactory::createGeometry(whole));
    for (auto part = column.part_offsets[row]; part < column.part_offsets[row + 1]; ++part) {
        collection->toGeometryCollection()->addGeometryDirectly(part_as_ogr(column, part, single).release());
    }
    return collection;
}

}  // namespace sheltermap::io
