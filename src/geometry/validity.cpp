// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geometry/validity.hpp"

#include "sheltermap/base/error.hpp"

#include "geos.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <vector>

namespace sheltermap {
namespace {

std::string text(double value) {
    std::array<char, 32> buffer{};
    auto* const end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
    return {buffer.data(), end};
}

std::string spot(XY at) { return "(" + text(at.x) + ", " + text(at.y) + ")"; }

std::string ring_fault(std::span<const XY> ring) {
    if (ring.size() < 4) return "a ring has " + std::to_string(ring.size()) + " vertices, a polygon needs at least 4";
    if (ring.front() != ring.back()) return "a ring is not closed: it starts at " + spot(ring.front());
    return {};
}

std::string rings_fault(const GeometryColumn& column, std::size_t row) {
    for (auto part = column.part_offsets[row]; part < column.part_offsets[row + 1]; ++part) {
        const auto first = column.ring_offsets[static_cast<std::size_t>(part)];
        const auto last = column.ring_offsets[static_cast<std::size_t>(part) + 1];
        if (first == last) return "a polygon without a ring";
        for (auto ring = first; ring < last; ++ring) {
            if (auto fault = ring_fault(column.ring(ring)); !fault.empty()) return fault;
        }
    }
    return {};
}

std::string polygon_fault(const GeometryColumn& column, std::size_t row) {
    if (auto fault = rings_fault(column, row); !fault.empty()) return fault;
    const GeosGeometry polygon = to_geos_polygon(column, row);
    auto* const handle = geos().handle;
    char* reason = nullptr;
    GEOSGeometry* location = nullptr;
    const char valid = GEOSisValidDetail_r(handle, polygon.get(), 0, &reason, &location);
    const GeosGeometry where(location);
    std::string why = reason == nullptr ? geos_failure() : reason;
    GEOSFree_r(handle, reason);
    if (valid == 1) return {};
    XY at{};
    if (where && GEOSGeomGetX_r(handle, where.get(), &at.x) == 1 && GEOSGeomGetY_r(handle, where.get(), &at.y) == 1) {
        return why + " at " + spot(at);
    }
    return why;
}

std::string line_fault(const GeometryColumn& column, std::size_t row) {
    for (auto part = column.part_offsets[row]; part < column.part_offsets[row + 1]; ++part) {
        if (column.ring(column.ring_offsets[static_cast<std::size_t>(part)]).size() < 2) {
            return "a line has fewer than 2 vertices";
        }
    }
    return {};
}

}  // namespace

std::string geometry_fault(const GeometryColumn& column, std::size_t row) {
    const GeometryType type = column.types[row];
    const auto vertices = column.row_vertices(row);
    if (type == GeometryType::missing || vertices.empty()) return "no geometry";
    const auto bad =
        std::find_if(vertices.begin(), vertices.end(), [](XY v) { return !std::isfinite(v.x) || !std::isfinite(v.y); });
    if (bad != vertices.end()) return "a coordinate is not a finite number: " + spot(*bad);
    if (is_areal(type)) return polygon_fault(column, row);
    if (type == GeometryType::line_string || type == GeometryType::multi_line_string) return line_fault(column, row);
    return {};
}

GeometryColumn repaired_polygon(const GeometryColumn& column, std::size_t row) {
    if (auto fault = rings_fault(column, row); !fault.empty()) throw GeometryError(fault);
    auto* const handle = geos().handle;
    const GeosGeometry polygon = to_geos_polygon(column, row);
    // The structure method keeps what the rings enclose; the older line-work method can turn overlaps into holes.
    GEOSMakeValidParams* params = GEOSMakeValidParams_create_r(handle);
    GEOSMakeValidParams_setMethod_r(handle, params, GEOS_MAKE_VALID_STRUCTURE);
    GEOSMakeValidParams_setKeepCollapsed_r(handle, params, 0);
    GEOSGeometry* made = GEOSMakeValidWithParams_r(handle, polygon.get(), params);
    GEOSMakeValidParams_destroy_r(handle, params);
    const GeosGeometry valid = checked(made, "make valid");
    GeometryColumn repaired;
    append_geos_polygon(repaired, valid.get());
    return repaired;
}

}  // namespace sheltermap
