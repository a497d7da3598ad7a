// SPDX-License-Identifier: Apache-2.0
#include "buffered_lines.hpp"

#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geometry/dissolve.hpp"

#include "geometry/geos.hpp"
#include <algorithm>
#include <cmath>
#include <numbers>
#include <utility>
#include <vector>

namespace sheltermap {
namespace {

constexpr double band_deg = 0.05;
constexpr int sides_of_quarter = 8;
/// Pieces buffered at once and shapes united at once: enough to be quick, few enough to share out and to stop.
constexpr std::size_t pieces_per_block = 64;
constexpr std::size_t shapes_per_union = 16;

/// Part of a line between two parallels.
struct LineBetweenParallels {
    std::int64_t group;
    std::int32_t band;
    std::size_t begin, end;  // vertices
};

std::int32_t band_of(double latitude) { return static_cast<std::int32_t>(std::floor(latitude / band_deg)); }

/// Cuts a line at the parallels between bands.
class LineCutter {
public:
    LineCutter(std::int64_t group, std::vector<XY>& vertices, std::vector<LineBetweenParallels>& pieces)
        : group_(group), vertices_(vertices), pieces_(pieces) {}

    void cut(std::span<const XY> line) {
        fresh_ = true;
        for (std::size_t i = 1; i < line.size(); ++i) {
            const XY from = line[i - 1];
            const XY to = line[i];
            const std::int32_t last = band_of(to.y);
            XY at = from;
            for (std::int32_t band = band_of(from.y); band != last; band += last > band ? 1 : -1) {
                const double parallel = band_deg * (last > band ? band + 1 : band);
                const double share = std::clamp((parallel - from.y) / (to.y - from.y), 0.0, 1.0);
                const XY crossing{from.x + share * (to.x - from.x), parallel};
                append(at, crossing, band);
                at = crossing;
            }
            append(at, to, last);
        }
    }

private:
    void append(XY from, XY to, std::int32_t band) {
        if (from == to) return;
        if (fresh_ || pieces_.back().band != band) {
            pieces_.push_back({group_, band, vertices_.size(), 0});
            vertices_.push_back(from);
        }
        vertices_.push_back(to);
        pieces_.back().end = vertices_.size();
        fresh_ = false;
    }

    std::int64_t group_;
    std::vector<XY>& vertices_;
    std::vector<LineBetweenParallels>& pieces_;
    bool fresh_ = true;
};

/// Metres per degree in the middle of a band.
XY scale_of(std::int32_t band) {
    const double latitude = (band + 0.5) * band_deg * std::numbers::pi / 180;
    const double e2 = 1 - (wgs84_b_m / wgs84_a_m) * (wgs84_b_m / wgs84_a_m);
    const double w2 = 1 - e2 * std::sin(latitude) * std::sin(latitude);
    const double normal = wgs84_a_m / std::sqrt(w2);
    const double meridian = normal * (1 - e2) / w2;
    return {normal * std::cos(latitude) * std::numbers::pi / 180, meridian * std::numbers::pi / 180};
}

/// Pieces of one group and band, buffered together.
GeometryColumn buffered(std::span<const LineBetweenParallels> pieces, const std::vector<XY>& vertices,
                        double distance_m) {
    const XY scale = scale_of(pieces.front().band);
    const XY origin = vertices[pieces.front().begin];
    GeometryColumn plane;
    plane.begin_row(GeometryType::multi_line_string);
    std::vector<XY> line;
    for (const LineBetweenParallels& piece : pieces) {
        line.clear();
        for (std::size_t i = piece.begin; i < piece.end; ++i) {
            line.push_back({(vertices[i].x - origin.x) * scale.x, (vertices[i].y - origin.y) * scale.y});
        }
        plane.begin_part();
        plane.append_ring(line);
    }
    // Pieces that end where the next begins become one: every end takes a half circle.
    auto* const handle = geos().handle;
    const GeosGeometry merged = checked(GEOSLineMerge_r(handle, to_geos(plane, 0).get()), "line merge");
    // One by one and then united: buffered at once, lines near each other take GEOS several times as long.
    std::vector<GeosGeometry> shapes;
    for (int i = 0; i < GEOSGetNumGeometries_r(handle, merged.get()); ++i) {
        const GEOSGeometry* const each = GEOSGetGeometryN_r(handle, merged.get(), i);
        shapes.push_back(checked(GEOSBuffer_r(handle, each, distance_m, sides_of_quarter), "buffer"));
    }
    const GeosGeometry all = to_collection(std::move(shapes), GEOS_GEOMETRYCOLLECTION);
    const GeosGeometry shape = checked(GEOSUnaryUnion_r(handle, all.get()), "union");
    GeometryColumn column;
    append_geos_polygon(column, shape.get());
    for (XY& vertex : column.vertices) {
        vertex = {origin.x + vertex.x / scale.x, origin.y + vertex.y / scale.y};
    }
    return column;
}

/// Runs of neighbours of one group, at most so many together; `group_of(i)` tells the group.
template <class GroupOf>
std::vector<std::size_t> runs(std::size_t count, std::size_t most, GroupOf group_of) {
    std::vector<std::size_t> begins{0};
    for (std::size_t i = 1; i < count; ++i) {
        if (group_of(i) != group_of(i - 1) || i - begins.back() == most) begins.push_back(i);
    }
    if (count > 0) begins.push_back(count);
    return begins;
}

using Shapes = std::vector<std::pair<std::int64_t, GeometryColumn>>;  // group, one row

/// Unites the shapes of each group, some at a time, until every group has one.
Shapes united(Shapes shapes, const Execution& execution) {
    for (;;) {
        const auto begins = runs(shapes.size(), shapes_per_union, [&](std::size_t i) { return shapes[i].first; });
        Shapes fewer(begins.size() - 1);
        parallel_for(fewer.size(), 1, execution, [&](std::size_t run, std::size_t) {
            GeometryColumn together;
            for (std::size_t i = begins[run]; i < begins[run + 1]; ++i) together.append_row(shapes[i].second, 0);
            fewer[run] = {shapes[begins[run]].first, dissolved(together)};
        });
        const bool done = std::adjacent_find(fewer.begin(), fewer.end(), [](const auto& a, const auto& b) {
                              return a.first == b.first;
                          }) == fewer.end();
        shapes = std::move(fewer);
        if (done) return shapes;
    }
}

}  // namespace

GeometryColumn buffered_lines(const GeometryColumn& lines, std::span<const std::int64_t> group, std::size_t groups,
                              double distance_m, const Execution& execution) {
    std::vector<XY> vertices;
    std::vector<LineBetweenParallels> pieces;
    for (std::size_t row = 0; row < lines.size(); ++row) {
        const auto first = lines.ring_offsets[static_cast<std::size_t>(lines.part_offsets[row])];
        const auto last = lines.ring_offsets[static_cast<std::size_t>(lines.part_offsets[row + 1])];
        LineCutter cutter(group[row], vertices, pieces);
        for (auto part = first; part < last; ++part) cutter.cut(lines.ring(part));
    }
    std::stable_sort(pieces.begin(), pieces.end(), [](const LineBetweenParallels& a, const LineBetweenParallels& b) {
        return std::pair{a.group, a.band} < std::pair{b.group, b.band};
    });
    const auto begins = runs(pieces.size(), pieces_per_block,
                             [&](std::size_t i) { return std::pair{pieces[i].group, pieces[i].band}; });
    Shapes shapes(begins.size() - 1);
    parallel_for(shapes.size(), 1, execution, [&](std::size_t block, std::size_t) {
        const auto together = std::span(pieces).subspan(begins[block], begins[block + 1] - begins[block]);
        shapes[block] = {together.front().group, buffered(together, vertices, distance_m)};
    });
    shapes = united(std::move(shapes), execution);
    GeometryColumn areas;
    auto next = shapes.begin();
    for (std::int64_t each = 0; each < static_cast<std::int64_t>(groups); ++each) {
        if (next != shapes.end() && next->first == each) {
            areas.append_row(next++->second, 0);
        } else {
            areas.append_missing();
        }
    }
    return areas;
}

}  // namespace sheltermap
