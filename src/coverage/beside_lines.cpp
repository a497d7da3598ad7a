// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/beside_lines.hpp"

#include "sheltermap/geodesy/lonlat_measure.hpp"
#include "sheltermap/geometry/dissolve.hpp"
#include "sheltermap/geometry/validity.hpp"

#include "buffered_lines.hpp"
#include "geometry/envelope.hpp"
#include "geometry/geos.hpp"
#include "nearest_cells.hpp"
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <vector>

namespace sheltermap {
namespace {

constexpr double largest_distance_m = 1'000;

void require_sound(const GeometryColumn& lines, const BesideOptions& options) {
    if (!(options.distance_m > 0 && options.distance_m <= largest_distance_m)) {
        throw std::invalid_argument("the distance beside lines must be above 0 and at most 1000 m, not " +
                                    std::to_string(options.distance_m));
    }
    if (!(options.fill_holes_m2 >= 0)) throw std::invalid_argument("fill_holes_m2 must not be negative");
    for (std::size_t row = 0; row < lines.size(); ++row) {
        const GeometryType type = lines.types[row];
        if (type == GeometryType::line_string || type == GeometryType::multi_line_string ||
            type == GeometryType::missing) {
            continue;
        }
        throw std::invalid_argument("row " + std::to_string(row + 1) + " is a " + std::string(name(type)) +
                                    " where lines belong");
    }
    for (const XY vertex : lines.vertices) {
        if (std::isfinite(vertex.x) && std::abs(vertex.y) <= 90) continue;
        throw std::invalid_argument("a line has a vertex at longitude " + std::to_string(vertex.x) + ", latitude " +
                                    std::to_string(vertex.y));
    }
}

GeometryColumn polygon_of(std::span<const XY> shell) {
    GeometryColumn column;
    column.begin_row(GeometryType::polygon);
    column.begin_part();
    column.append_ring(shell);
    return column;
}

/// A row without its small holes, which are appended to `filled` as polygons.
GeometryColumn without_holes(const GeometryColumn& column, std::size_t row, double below_m2, GeometryColumn& filled) {
    GeometryColumn result;
    if (column.types[row] == GeometryType::missing) {
        result.append_missing();
        return result;
    }
    result.begin_row(column.types[row]);
    for (auto part = column.part_offsets[row]; part < column.part_offsets[row + 1]; ++part) {
        result.begin_part();
        const auto first = column.ring_offsets[static_cast<std::size_t>(part)];
        for (auto ring = first; ring < column.ring_offsets[static_cast<std::size_t>(part) + 1]; ++ring) {
            const auto vertices = column.ring(ring);
            if (ring == first) {
                result.append_ring(vertices);
                continue;
            }
            const GeometryColumn hole = polygon_of(vertices);
            if (lonlat_area_m2(hole, 0) < below_m2) {
                filled.append_row(hole, 0);
            } else {
                result.append_ring(vertices);
            }
        }
    }
    return result;
}

/// One row, valid by RFC 7946.
GeometryColumn tidy(const GeometryColumn& column) {
    GeometryColumn whole = dissolved(column);
    const bool beyond = std::any_of(whole.vertices.begin(), whole.vertices.end(),
                                    [](const XY& vertex) { return std::abs(vertex.x) > 180; });
    return beyond ? cut_at_antimeridian(whole, 0) : whole;
}

/// The middle of the box of all vertices.
XY middle(const GeometryColumn& lines) {
    const auto box = envelope(lines.vertices);
    return {(box.min_x + box.max_x) / 2, (box.min_y + box.max_y) / 2};
}

/// A row that was valid in one plane; edges that all but touch there may cross in another.
GeometryColumn sound(const GeometryColumn& column) {
    return geometry_fault(column, 0).empty() ? column : repaired_polygon(column, 0);
}

/// What of an area in longitude and latitude lies in a group's cells in the plane.
GeometryColumn in_cells(const GeometryColumn& area, const GeometryColumn& cells, std::size_t group,
                        const Mercator& plane) {
    GeometryColumn flat = area;
    for (XY& vertex : flat.vertices) vertex = plane.from_lonlat(vertex);
    const GeosGeometry common = checked(
        GEOSIntersection_r(geos().handle, to_geos_polygon(sound(flat), 0).get(), to_geos_polygon(cells, group).get()),
        "split");
    GeometryColumn part;
    append_geos_parts(part, common.get(), GeometryType::multi_polygon);
    for (XY& vertex : part.vertices) vertex = plane.to_lonlat(vertex);
    return part.ring_offsets.size() > 1 ? sound(part) : part;
}

}  // namespace

GeometryColumn area_beside_lines(const GeometryColumn& lines, const BesideOptions& options,
                                 const Execution& execution) {
    require_sound(lines, options);
    const std::vector<std::int64_t> one(lines.size(), 0);
    GeometryColumn filled;
    return tidy(
        without_holes(buffered_lines(lines, one, 1, options.distance_m, execution), 0, options.fill_holes_m2, filled));
}

GeometryColumn areas_beside_lines_by_nearest(const GeometryColumn& lines, std::span<const std::int64_t> group,
                                             std::size_t groups, const BesideOptions& options,
                                             const Execution& execution) {
    require_sound(lines, options);
    if (group.size() != lines.size()) throw std::invalid_argument("group must have one entry per line");
    for (const std::int64_t each : group) {
        if (each < 0 || static_cast<std::size_t>(each) >= groups) {
            throw std::invalid_argument("there is no group " + std::to_string(each));
        }
    }
    GeometryColumn own = buffered_lines(lines, group, groups, options.distance_m, execution);
    if (lines.vertices.empty()) return own;
    GeometryColumn holes;
    (void)without_holes(dissolved(own), 0, options.fill_holes_m2, holes);
    const auto hole_boxes = envelopes(holes, execution);
    const Mercator plane(middle(lines));
    const GeometryColumn cells = nearest_cells(lines, group, groups, plane, options.distance_m, execution);
    std::vector<GeometryColumn> parts(groups);
    parallel_for(groups, 1, execution, [&](std::size_t each, std::size_t) {
        if (own.types[each] == GeometryType::missing || cells.types[each] == GeometryType::missing) {
            return parts[each].append_missing();
        }
        GeometryColumn area;
        area.append_row(own, each);
        const Envelope box = envelope(own.row_vertices(each));
        for (std::size_t hole = 0; hole < holes.size(); ++hole) {
            if (box.meets(hole_boxes[hole])) area.append_row(holes, hole);
        }
        parts[each] = tidy(in_cells(area.size() > 1 ? dissolved(area) : area, cells, each, plane));
    });
    return concatenated(parts, execution);
}

}  // namespace sheltermap
