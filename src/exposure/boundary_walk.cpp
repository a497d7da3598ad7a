// SPDX-License-Identifier: Apache-2.0
#include "boundary_walk.hpp"

#include "geometry/orientation.hpp"
#include <algorithm>
#include <cmath>
#include <utility>

namespace sheltermap {
namespace {

XY crossing_point(XY a, XY b, XY c, XY d) {
    const double area = (c.x - a.x) * (d.y - c.y) - (c.y - a.y) * (d.x - c.x);
    const double whole = (b.x - a.x) * (d.y - c.y) - (b.y - a.y) * (d.x - c.x);
    const double t = std::clamp(area / whole, 0.0, 1.0);
    return {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
}

double along(XY from, XY to, XY at) {
    const bool by_x = std::abs(to.x - from.x) > std::abs(to.y - from.y);
    return by_x ? (at.x - from.x) / (to.x - from.x) : (at.y - from.y) / (to.y - from.y);
}

Envelope around(const Boundary& polygon, std::uint32_t edge) {
    Envelope box;
    box.add(polygon.vertex(edge));
    box.add(polygon.vertex(edge + 1));
    return box;
}

void put_edges_near(const Boundary& polygon, const Envelope& box, std::vector<std::uint32_t>& edges) {
    edges.clear();
    polygon.visit_edges_near(box, [&](std::uint32_t edge) { edges.push_back(edge); });
}

}  // namespace

std::optional<CommonArea> BoundaryWalk::common_area(const Boundary& polygon, std::span<const Boundary* const> others) {
    polygons_.assign(1, &polygon);
    polygons_.insert(polygons_.end(), others.begin(), others.end());
    if (edges_.size() < polygons_.size()) {
        edges_.resize(polygons_.size());
        crossings_.resize(polygons_.size());
    }
    bool alone = true;  // no other boundary is near
    for (std::size_t other = 1; other < polygons_.size(); ++other) {
        put_edges_near(*polygons_[other], polygon.envelope(), edges_[other]);
        alone = alone && edges_[other].empty();
    }
    inside_.assign(polygons_.size(), 0);
    if (alone) {
        locate(0, polygon.vertex(0));
        return CommonArea{.area_m2 = 0, .all = counts(0)};
    }
    // Of several others each edge needs to be followed, as any may be in one that is not near it.
    const Envelope all = others.size() == 1 ? others.front()->envelope() : polygon.envelope();
    put_edges_near(polygon, all, edges_[0]);
    all_ = edges_[0].size() == polygon.edge_count();
    common_.crossings.clear();
    common_.pieces.clear();
    common_.vertices.clear();
    if (!find_crossings()) return std::nullopt;
    area_ = {};
    from_parallel_.emplace(polygon.envelope().min_y);
    for (std::size_t own = 0; own < polygons_.size(); ++own) {
        if (!follow(own)) return std::nullopt;
    }
    if (others.size() == 1) {
        common_.polygons = {polygons_[0], polygons_[1]};
        common_.edges = {edges_[0], edges_[1]};
    }
    return CommonArea{.area_m2 = -area_.value(), .all = all_};
}

bool BoundaryWalk::find_crossings() {
    for (std::size_t own = 0; own < polygons_.size(); ++own) crossings_[own].clear();
    for (std::size_t own = 0; own < polygons_.size(); ++own) {
        for (std::size_t other = 1; other < polygons_.size(); ++other) {
            if (other != own && !cross(own, other)) return false;
        }
    }
    for (std::size_t own = 0; own < polygons_.size(); ++own) {
        std::ranges::sort(crossings_[own], {}, [](const CrossingOnEdge& c) { return std::pair(c.edge, c.along); });
    }
    return true;
}

bool BoundaryWalk::cross(std::size_t own, std::size_t other) {
    constexpr std::size_t few = 32;
    const Boundary& polygon = *polygons_[own];
    const Boundary& another = *polygons_[other];
    if (!polygon.envelope().meets(another.envelope())) return true;
    if (own == 0) put_edges_near(polygon, another.envelope(), own_near_);
    for (const std::uint32_t edge : own == 0 ? own_near_ : edges_[own]) {
        const Envelope box = around(polygon, edge);
        if (!box.meets(another.envelope())) continue;
        const bool all_known = own == 0 && edges_[other].size() <= few;
        if (!all_known) put_edges_near(another, box, near_);
        for (const std::uint32_t other_edge : all_known ? edges_[other] : near_) {
            if (!cross(own, edge, other, other_edge)) return false;
        }
    }
    return true;
}

bool BoundaryWalk::cross(std::size_t own, std::uint32_t edge, std::size_t other, std::uint32_t other_edge) {
    const XY a = polygons_[own]->vertex(edge), b = polygons_[own]->vertex(edge + 1);
    const XY c = polygons_[other]->vertex(other_edge), d = polygons_[other]->vertex(other_edge + 1);
    const bool apart = (std::max(c.x, d.x) < std::min(a.x, b.x)) | (std::min(c.x, d.x) > std::max(a.x, b.x)) |
                       (std::max(c.y, d.y) < std::min(a.y, b.y)) | (std::min(c.y, d.y) > std::max(a.y, b.y));
    if (apart) return true;
    const int c_side = side_of(a, b, c), d_side = side_of(a, b, d);
    if (c_side == d_side && c_side != 0) return true;
    const int a_side = side_of(c, d, a), b_side = side_of(c, d, b);
    if (a_side == b_side && a_side != 0) return true;
    if (c_side == 0 || d_side == 0 || a_side == 0 || b_side == 0) return false;
    // The same point whichever of the two polygons it is asked for.
    const XY at = own < other ? crossing_point(a, b, c, d) : crossing_point(c, d, a, b);
    const auto number = static_cast<std::int32_t>(common_.crossings.size());
    crossings_[own].push_back({edge, along(a, b, at), at, other, number});
    // Other pairs of polygons are asked both ways, as each follows but its own edges near the first.
    if (own == 0) {
        crossings_[other].push_back({other_edge, along(c, d, at), at, own, number});
        common_.crossings.push_back({at, {edge, other_edge}});
    }
    return true;
}

/// Chains of edges that follow each other; where each begins it is asked once in what polygons that is.
bool BoundaryWalk::follow(std::size_t own) {
    const Boundary& polygon = *polygons_[own];
    const std::vector<std::uint32_t>& edges = edges_[own];
    const bool recorded = polygons_.size() == 2;
    bool counted = false;
    auto crossing = crossings_[own].begin();
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const std::uint32_t edge = edges[i];
        const XY end = polygon.vertex(edge + 1);
        XY last = polygon.vertex(edge);
        if (i == 0 || edges[i - 1] + 1 != edge) {
            turn_ = polygon.ring_of(edge).turn;
            if (!locate(own, last)) return false;
            counted = counts(own);
            if (recorded && counted) {
                begin_piece(own, edge, CommonBoundary::open);
                common_.vertices.push_back(last);
            }
        }
        for (; crossing != crossings_[own].end() && crossing->edge == edge; ++crossing) {
            add_piece(own, counted, last, crossing->at);
            if (recorded && counted) end_piece(crossing->number);
            inside_[crossing->polygon] ^= 1;
            if (crossing->polygon > 0) others_around_ += inside_[crossing->polygon] == 1 ? 1 : -1;
            counted = counts(own);
            if (recorded && counted) begin_piece(own, edge, crossing->number);
            last = crossing->at;
        }
        add_piece(own, counted, last, end);
        if (!recorded || !counted) continue;
        common_.vertices.push_back(end);
        if (i + 1 == edges.size() || edges[i + 1] != edge + 1) end_piece(CommonBoundary::open);
    }
    return true;
}

bool BoundaryWalk::locate(std::size_t own, XY at) {
    inside_[own] = 0;
    others_around_ = 0;
    for (std::size_t other = 0; other < polygons_.size(); ++other) {
        if (other == own) continue;
        const Location where = polygons_[other]->locate(at);
        if (where == Location::boundary) return false;
        inside_[other] = where == Location::inside ? 1 : 0;
        if (other > 0) others_around_ += inside_[other];
    }
    return true;
}

bool BoundaryWalk::counts(std::size_t own) const {
    return own == 0 ? others_around_ > 0 : inside_[0] == 1 && others_around_ == 0;
}

void BoundaryWalk::add_piece(std::size_t own, bool counted, XY from, XY to) {
    if (counted) area_.add(turn_ * from_parallel_->area_m2(from, to));
    if (counted != (own == 0)) all_ = false;
}

void BoundaryWalk::begin_piece(std::size_t own, std::uint32_t edge, std::int32_t from) {
    const auto begin = static_cast<std::uint32_t>(common_.vertices.size());
    common_.pieces.push_back({begin, begin, from, CommonBoundary::open, edge, static_cast<std::uint8_t>(own)});
}

void BoundaryWalk::end_piece(std::int32_t to) {
    common_.pieces.back().end = static_cast<std::uint32_t>(common_.vertices.size());
    common_.pieces.back().to = to;
}

}  // namespace sheltermap
