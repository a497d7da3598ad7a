// SPDX-License-Identifier: Apache-2.0
#include "clip_polygon.hpp"

#include "geometry/orientation.hpp"
#include <algorithm>
#include <utility>

namespace sheltermap {
ClipPolygon::ClipPolygon(const GeometryColumn& column, std::size_t row) : prepared_(column, row) {
    std::uint32_t end = 0;
    for (auto part = column.part_offsets[row]; part < column.part_offsets[row + 1]; ++part) {
        const auto shell = column.ring_offsets[static_cast<std::size_t>(part)];
        for (auto r = shell; r < column.ring_offsets[static_cast<std::size_t>(part) + 1]; ++r) {
            const auto ring = column.ring(r);
            end += static_cast<std::uint32_t>(ring.size());
            rings_.push_back({end, runs_counter_clockwise(ring) == (r == shell) ? 1.0 : -1.0});
        }
    }
}

double ClipPolygon::turn(std::uint32_t edge) const noexcept {
    return std::ranges::upper_bound(rings_, edge, {}, &Ring::end)->turn;
}

void ClipPolygon::all_edges(std::vector<std::uint32_t>& edges) const {
    edges.clear();
    std::uint32_t begin = 0;
    for (const Ring& ring : rings_) {
        for (; begin + 1 < ring.end; ++begin) edges.push_back(begin);
        begin = ring.end;
    }
}

void ClipPolygon::edges_near(const Envelope& box, std::vector<std::uint32_t>& edges) const {
    edges.clear();
    prepared_.visit_edges(box.min_y, box.max_y, [&](std::uint32_t edge) {
        const XY from = vertex(edge), to = vertex(edge + 1);
        if ((from.x < box.min_x && to.x < box.min_x) || (from.x > box.max_x && to.x > box.max_x)) return;
        if ((from.y < box.min_y && to.y < box.min_y) || (from.y > box.max_y && to.y > box.max_y)) return;
        edges.push_back(edge);
    });
    std::ranges::sort(edges);
    edges.erase(std::ranges::unique(edges).begin(), edges.end());
}

std::vector<std::int32_t> ClipPolygons::in_order_of_place(std::span<const std::int32_t> rows) const {
    std::vector<std::int32_t> ordered(rows.begin(), rows.end());
    const auto vertices = [&](std::int32_t row) { return column_.row_vertices(static_cast<std::size_t>(row)); };
    std::ranges::sort(ordered);
    std::ranges::stable_sort(ordered, [&](std::int32_t one, std::int32_t other) {
        return std::ranges::lexicographical_compare(
            vertices(one), vertices(other), [](XY a, XY b) { return std::pair(a.x, a.y) < std::pair(b.x, b.y); });
    });
    return ordered;
}

}  // namespace sheltermap
