// SPDX-License-Identifier: Apache-2.0
#include "prepared_polygon.hpp"

#include "orientation.hpp"
#include <algorithm>
#include <limits>

namespace sheltermap {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr std::size_t edges_per_band = 3;

}  // namespace

PreparedPolygon::PreparedPolygon(const GeometryColumn& column, std::size_t row) {
    collect_edges(column, row);
    sort_into_bands();
}

void PreparedPolygon::collect_edges(const GeometryColumn& column, std::size_t row) {
    box_ = {infinity, infinity, -infinity, -infinity};
    for (auto part = column.part_offsets[row]; part < column.part_offsets[row + 1]; ++part) {
        const auto last = column.ring_offsets[static_cast<std::size_t>(part) + 1];
        for (auto r = column.ring_offsets[static_cast<std::size_t>(part)]; r < last; ++r) {
            const auto ring = column.ring(r);
            for (std::size_t i = 1; i < ring.size(); ++i) edges_.push_back({ring[i - 1], ring[i]});
            for (const XY vertex : ring) {
                box_ = {std::min(box_.min_x, vertex.x), std::min(box_.min_y, vertex.y), std::max(box_.max_x, vertex.x),
                        std::max(box_.max_y, vertex.y)};
            }
        }
    }
}

std::size_t PreparedPolygon::band_of(double y) const noexcept {
    const auto band = static_cast<std::size_t>((y - box_.min_y) * bands_per_unit_);
    return std::min(band, band_begin_.size() - 2);
}

void PreparedPolygon::sort_into_bands() {
    const std::size_t bands = edges_.size() / edges_per_band + 1;
    const double height = box_.max_y - box_.min_y;
    bands_per_unit_ = height > 0 ? static_cast<double>(bands) / height : 0;
    band_begin_.assign(bands + 1, 0);
    const auto first_band = [&](const Edge& edge) { return band_of(std::min(edge.from.y, edge.to.y)); };
    const auto last_band = [&](const Edge& edge) { return band_of(std::max(edge.from.y, edge.to.y)); };
    for (const Edge& edge : edges_) {
        for (std::size_t band = first_band(edge); band <= last_band(edge); ++band) ++band_begin_[band + 1];
    }
    for (std::size_t band = 0; band < bands; ++band) band_begin_[band + 1] += band_begin_[band];
    std::vector<Edge> sorted(band_begin_.back());
    std::vector<std::size_t> next(band_begin_.begin(), band_begin_.end() - 1);
    for (const Edge& edge : edges_) {
        for (std::size_t band = first_band(edge); band <= last_band(edge); ++band) sorted[next[band]++] = edge;
    }
    edges_ = std::move(sorted);
}

bool PreparedPolygon::covers(XY point) const noexcept {
    if (!(point.x >= box_.min_x && point.x <= box_.max_x && point.y >= box_.min_y && point.y <= box_.max_y)) {
        return false;
    }
    const std::size_t band = band_of(point.y);
    bool inside = false;
    for (std::size_t i = band_begin_[band]; i < band_begin_[band + 1]; ++i) {
        const auto& [from, to] = edges_[i];
        if (point.y < std::min(from.y, to.y) || point.y > std::max(from.y, to.y)) continue;
        if (point.x > std::max(from.x, to.x)) continue;  // the ray runs eastwards, away from this edge
        const int side = side_of(from, to, point);
        if (side == 0 && point.x >= std::min(from.x, to.x)) return true;  // on the edge
        // Half-open in y, so that a vertex level with the point counts for one of its two edges.
        const bool crosses = (from.y > point.y) != (to.y > point.y);
        if (crosses && (side > 0) == (to.y > from.y)) inside = !inside;
    }
    return inside;
}

}  // namespace sheltermap
