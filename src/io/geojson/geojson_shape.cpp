// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/geojson_shape.hpp"

#include "sheltermap/base/error.hpp"

#include <ogr_geometry.h>

#include "io/gdal_call.hpp"
#include "io/geojson/decimal_text.hpp"
#include "io/ogr/ogr_geometry.hpp"
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <span>

namespace sheltermap::io {
namespace {

void append_position(std::string& out, XY at) {
    out += '[';
    append_degrees(out, at.x);
    out += ',';
    append_degrees(out, at.y);
    out += ']';
}

/// A list in brackets; `append_item(i)` appends each of those from `first` to before `last`.
template <class AppendItem>
void append_list(std::string& out, std::int64_t first, std::int64_t last, AppendItem append_item) {
    out += '[';
    for (std::int64_t i = first; i < last; ++i) {
        if (i > first) out += ',';
        append_item(i);
    }
    out += ']';
}

void append_line(std::string& out, std::span<const XY> vertices, bool backwards = false) {
    const auto count = static_cast<std::int64_t>(vertices.size());
    append_list(out, 0, count, [&](std::int64_t i) {
        append_position(out, vertices[static_cast<std::size_t>(backwards ? count - 1 - i : i)]);
    });
}

double twice_signed_area(std::span<const XY> ring) {
    double sum = 0;
    for (std::size_t i = 1; i < ring.size(); ++i)
        sum += (ring[i].x - ring[0].x) * (ring[i - 1].y - ring[0].y) -
               (ring[i - 1].x - ring[0].x) * (ring[i].y - ring[0].y);
    return -sum;
}

/// Shells run counterclockwise, holes clockwise.
void append_ring(std::string& out, std::span<const XY> vertices, bool is_shell) {
    const bool is_counterclockwise = twice_signed_area(vertices) > 0;
    append_line(out, vertices, is_counterclockwise != is_shell);
}

void append_part(std::string& out, const GeometryColumn& column, GeometryType type, std::int64_t part) {
    const auto first = column.ring_offsets[static_cast<std::size_t>(part)];
    const auto last = column.ring_offsets[static_cast<std::size_t>(part) + 1];
    if (is_areal(type)) {
        return append_list(out, first, last, [&](std::int64_t i) { append_ring(out, column.ring(i), i == first); });
    }
    if (type == GeometryType::point || type == GeometryType::multi_point)
        return append_position(out, column.ring(first).front());
    append_line(out, column.ring(first));
}

void append_shape(std::string& out, const GeometryColumn& column, std::size_t row) {
    const GeometryType type = column.types[row];
    ((out += R"({"type":")") += name(type)) += R"(","coordinates":)";
    const auto first = column.part_offsets[row];
    if (type == GeometryType::point || type == GeometryType::line_string || type == GeometryType::polygon) {
        append_part(out, column, type, first);
    } else {
        append_list(out, first, column.part_offsets[row + 1],
                    [&](std::int64_t part) { append_part(out, column, type, part); });
    }
    out += '}';
}

/// A vertex beyond 180°, or an edge longer than half the way round. (An edge from -180° to 180° goes all the way.)
bool crosses_antimeridian(const GeometryColumn& column, std::size_t row) {
    if (std::ranges::any_of(column.row_vertices(row), [](XY at) { return std::abs(at.x) > 180; })) return true;
    const auto jumps = [](XY from, XY to) { return std::abs(to.x - from.x) > 180 && std::abs(to.x - from.x) < 360; };
    for (auto part = column.part_offsets[row]; part < column.part_offsets[row + 1]; ++part) {
        const auto last = column.ring_offsets[static_cast<std::size_t>(part) + 1];
        for (auto i = column.ring_offsets[static_cast<std::size_t>(part)]; i < last; ++i) {
            const auto vertices = column.ring(i);
            if (std::ranges::adjacent_find(vertices, jumps) != vertices.end()) return true;
        }
    }
    return false;
}

GeometryColumn cut_at_antimeridian(const GeometryColumn& column, std::size_t row) {
    const GdalCall call;
    const auto whole = to_ogr(column, row);
    char wrap[] = "WRAPDATELINE=YES";
    char* options[] = {wrap, nullptr};
    const std::unique_ptr<OGRGeometry> cut(OGRGeometryFactory::transformWithOptions(whole.get(), nullptr, options));
    GeometryColumn result;
    const TakenGeometry taken = append_ogr(result, cut.get());
    if (taken.reason != nullptr)
        throw WriteError("row " + std::to_string(row + 1) + " cannot be cut at 180°: " + taken.detail);
    return result;
}

}  // namespace

void append_geojson_shape(std::string& out, const GeometryColumn& lonlat, std::size_t row) {
    if (lonlat.types[row] == GeometryType::missing) {
        out += "null";
        return;
    }
    const auto is_finite = [](XY at) { return std::isfinite(at.x) && std::isfinite(at.y); };
    if (!std::ranges::all_of(lonlat.row_vertices(row), is_finite))
        throw WriteError("row " + std::to_string(row + 1) + " has no finite position in WGS 84, which GeoJSON needs");
    if (lonlat.types[row] != GeometryType::point && crosses_antimeridian(lonlat, row))
        return append_shape(out, cut_at_antimeridian(lonlat, row), 0);
    append_shape(out, lonlat, row);
}

}  // namespace sheltermap::io
