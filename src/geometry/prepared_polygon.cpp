// SPDX-License-Identifier: Apache-2.0
#include "prepared_polygon.hpp"

#include "eastward_ray.hpp"
#include <algorithm>
#include <limits>
#include <stdexcept>

namespace sheltermap {
namespace {

constexpr std::size_t edges_per_band = 3;

/// Calls `visit(begin, end)` with the vertices of every ring, counted from the first of the row.
template <class Visit>
void for_each_ring(const GeometryColumn& column, std::size_t row, Visit visit) {
    const auto first = column.ring_offsets[static_cast<std::size_t>(column.part_offsets[row])];
    const auto last = column.ring_offsets[static_cast<std::size_t>(column.part_offsets[row + 1])];
    const auto origin = column.vertex_offsets[static_cast<std::size_t>(first)];
    for (auto ring = first; ring < last; ++ring) {
        visit(static_cast<std::size_t>(column.vertex_offsets[static_cast<std::size_t>(ring)] - origin),
              static_cast<std::size_t>(column.vertex_offsets[static_cast<std::size_t>(ring) + 1] - origin));
    }
}

}  // namespace

bool covers(const GeometryColumn& column, std::size_t row, XY point) noexcept {
    const auto vertices = column.row_vertices(row);
    EastwardRay ray(point);
    bool on_edge = false;
    for_each_ring(column, row, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin + 1; i < end; ++i) on_edge |= ray.meets(vertices[i - 1], vertices[i]);
    });
    return on_edge || ray.inside();
}

PreparedPolygon::PreparedPolygon(const GeometryColumn& column, std::size_t row)
    : vertices_(column.row_vertices(row)), box_(sheltermap::envelope(vertices_)) {
    if (vertices_.size() > std::numeric_limits<std::uint32_t>::max()) {
        throw std::length_error("a polygon of more than 2^32 - 1 vertices");
    }
    if (!box_.empty()) sort_into_bands(column, row);
}

void PreparedPolygon::sort_into_bands(const GeometryColumn& column, std::size_t row) {
    const std::size_t bands = vertices_.size() / edges_per_band + 1;
    const double height = box_.max_y - box_.min_y;
    bands_per_unit_ = height > 0 ? static_cast<double>(bands) / height : 0;
    last_band_ = static_cast<double>(bands - 1);
    band_begin_.assign(bands + 1, 0);
    std::vector<std::uint32_t> band(vertices_.size());
    for (std::size_t i = 0; i < band.size(); ++i) band[i] = static_cast<std::uint32_t>(band_of(vertices_[i].y));
    const auto for_each_edge = [&](auto visit) {
        for_each_ring(column, row, [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i + 1 < end; ++i) {
                const auto [low, high] = std::minmax(band[i], band[i + 1]);
                for (std::uint32_t b = low; b <= high; ++b) visit(b, static_cast<std::uint32_t>(i));
            }
        });
    };
    // Bands hold their ends first; filling from the back turns these into their beginnings.
    for_each_edge([&](std::uint32_t b, std::uint32_t) { ++band_begin_[b]; });
    std::uint32_t total = 0;
    for (std::uint32_t& end : band_begin_) end = total += end;
    edges_.resize(total);
    for_each_edge([&](std::uint32_t b, std::uint32_t edge) { edges_[--band_begin_[b]] = edge; });
}

Location PreparedPolygon::locate(XY point) const noexcept {
    if (!box_.holds(point)) return Location::outside;
    // Without branches, which nobody could predict: most edges lie wholly east or west of the point.
    bool inside = false;
    bool close = false;
    visit_edges(point.y, point.y, [&](std::uint32_t edge) {
        const XY from = vertices_[edge];
        const XY to = vertices_[edge + 1];
        const bool crosses = (from.y <= point.y) != (to.y <= point.y);
        const bool east = point.x < std::min(from.x, to.x);
        inside ^= crosses & east;
        close |= (crosses & !east & (point.x <= std::max(from.x, to.x))) | (from.y == point.y);
    });
    if (close) return locate_exactly(point);
    return inside ? Location::inside : Location::outside;
}

Location PreparedPolygon::locate_exactly(XY point) const noexcept {
    EastwardRay ray(point);
    bool on_edge = false;
    visit_edges(point.y, point.y,
                [&](std::uint32_t edge) { on_edge |= ray.meets(vertices_[edge], vertices_[edge + 1]); });
    if (on_edge) return Location::boundary;
    return ray.inside() ? Location::inside : Location::outside;
}

}  // namespace sheltermap
