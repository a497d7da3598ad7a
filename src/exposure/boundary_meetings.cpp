// SPDX-License-Identifier: Apache-2.0
#include "boundary_meetings.hpp"

#include "geometry/orientation.hpp"
#include <algorithm>
#include <cmath>
#include <numeric>

namespace sheltermap {
namespace {

Envelope box_around(const Meeting& edge) {
    Envelope box;
    box.add(edge[0]);
    box.add(edge[1]);
    return box;
}

void put_edges_near(const Boundary& polygon, const Envelope& box, std::vector<std::uint32_t>& edges) {
    edges.clear();
    polygon.visit_edges_near(box, [&](std::uint32_t edge) { edges.push_back(edge); });
}

}  // namespace

void BoundaryMeetings::put(const Boundary& first, std::span<const Boundary* const> others) {
    polygons_.assign(1, &first);
    polygons_.insert(polygons_.end(), others.begin(), others.end());
    if (edges_.size() < polygons_.size()) {
        edges_.resize(polygons_.size());
        near_.resize(polygons_.size());
        passages_.resize(polygons_.size());
        touches_.resize(polygons_.size());
    }
    none_ = true;
    for (std::size_t other = 1; other < polygons_.size(); ++other) {
        put_edges_near(*polygons_[other], first.envelope(), edges_[other]);
        none_ = none_ && edges_[other].empty();
    }
    find_near();
    if (none_) return;
    // Of several others each edge needs to be followed, as any may be in one that is not near it.
    put_edges_near(first, others.size() == 1 ? others.front()->envelope() : first.envelope(), edges_[0]);
}

/// Boxes from west to east, each with those that begin before it ends.
void BoundaryMeetings::find_near() {
    for (std::size_t own = 0; own < polygons_.size(); ++own) near_[own].clear();
    from_west_.resize(polygons_.size() - 1);
    std::iota(from_west_.begin(), from_west_.end(), 1U);
    near_[0] = from_west_;
    std::ranges::sort(from_west_, {}, [&](std::uint32_t own) { return polygons_[own]->envelope().min_x; });
    for (std::size_t i = 0; i < from_west_.size(); ++i) {
        const Envelope& box = polygons_[from_west_[i]]->envelope();
        for (std::size_t k = i + 1; k < from_west_.size(); ++k) {
            const Envelope& another = polygons_[from_west_[k]]->envelope();
            if (another.min_x > box.max_x) break;
            if (!box.meets(another)) continue;
            near_[from_west_[i]].push_back(from_west_[k]);
            near_[from_west_[k]].push_back(from_west_[i]);
        }
    }
}

bool BoundaryMeetings::are_stacked() const {
    constexpr std::size_t many = 32;  // that a polygon is near to, where making their union costs as much per edge
    std::size_t pairs = 0, edges = 0;
    for (std::size_t own = 1; own < polygons_.size(); ++own) {
        pairs += edges_[own].size() * near_[own].size();
        edges += polygons_[own]->edge_count();
    }
    return pairs > many * edges;
}

void BoundaryMeetings::find(const std::stop_token& stop) {
    crossings_.clear();
    any_touch_ = false;
    for (std::size_t own = 0; own < polygons_.size(); ++own) {
        passages_[own].clear();
        touches_[own].clear();
    }
    for (std::size_t own = 0; own < polygons_.size(); ++own) {
        for (const std::uint32_t other : near_[own]) {
            if (stop.stop_requested()) return;
            meet(own, other);
        }
    }
    for (std::size_t own = 0; own < polygons_.size(); ++own) put_in_order(own);
}

void BoundaryMeetings::meet(std::size_t own, std::size_t other) {
    constexpr std::size_t few = 32;
    const Boundary& polygon = *polygons_[own];
    const Boundary& another = *polygons_[other];
    if (!polygon.envelope().meets(another.envelope())) return;
    if (own == 0) put_edges_near(polygon, another.envelope(), own_near_);
    for (const std::uint32_t edge : own == 0 ? own_near_ : edges_[own]) {
        const Envelope box = box_around(ends(own, edge));
        if (!box.meets(another.envelope())) continue;
        const bool all_known = own == 0 && edges_[other].size() <= few;
        if (!all_known) put_edges_near(another, box, other_near_);
        for (const std::uint32_t other_edge : all_known ? edges_[other] : other_near_) {
            meet(own, edge, other, other_edge);
        }
    }
}

/// Other pairs than those with the first are asked both ways, as each follows but its own edges near the first.
void BoundaryMeetings::meet(std::size_t own, std::uint32_t edge, std::size_t other, std::uint32_t other_edge) {
    const auto [a, b] = ends(own, edge);
    const auto [c, d] = ends(other, other_edge);
    const bool apart = (std::max(c.x, d.x) < std::min(a.x, b.x)) | (std::min(c.x, d.x) > std::max(a.x, b.x)) |
                       (std::max(c.y, d.y) < std::min(a.y, b.y)) | (std::min(c.y, d.y) > std::max(a.y, b.y));
    if (apart) return;
    const int c_side = side_of(a, b, c), d_side = side_of(a, b, d);
    if (c_side == d_side && c_side != 0) return;
    const int a_side = side_of(c, d, a), b_side = side_of(c, d, b);
    if (a_side == b_side && a_side != 0) return;
    if (c_side != 0 && d_side != 0 && a_side != 0 && b_side != 0) return cross(own, edge, other, other_edge);
    any_touch_ = true;
    touch(own, edge, other, {c, d}, c_side, d_side);
    // NOLINTNEXTLINE(readability-suspicious-call-argument): the other way round is meant
    if (own == 0) touch(other, other_edge, own, {a, b}, a_side, b_side);
}

void BoundaryMeetings::cross(std::size_t own, std::uint32_t edge, std::size_t other, std::uint32_t other_edge) {
    const Meeting mine = ends(own, edge), theirs = ends(other, other_edge);
    const auto [a, b] = mine;
    const auto [c, d] = theirs;
    // The same point whichever of the two polygons it is asked for.
    const XY at = own < other ? crossing_point(a, b, c, d) : crossing_point(c, d, a, b);
    const auto number = static_cast<std::int32_t>(crossings_.size());
    passages_[own].push_back(
        {edge, static_cast<std::uint32_t>(other), crossing_along(a, b, c, d), at, theirs, number, both_sides});
    if (own > 0) return;
    passages_[other].push_back({other_edge, 0, crossing_along(c, d, a, b), at, mine, number, both_sides});
    crossings_.push_back({at, {edge, other_edge}});
}

/// An edge that begins on another, or on which another ends: the one is then asked anew what it lies in, and along the
/// other this changes on the side the other comes from. Two along each other change nothing.
void BoundaryMeetings::touch(std::size_t own, std::uint32_t edge, std::size_t other, const Meeting& by, int begin_side,
                             int end_side) {
    const Meeting mine = ends(own, edge);
    const auto number = static_cast<std::uint32_t>(other);
    if (side_of(by[0], by[1], mine[0]) == 0 && box_around(by).holds(mine[0])) touches_[own].push_back({edge, number});
    if ((begin_side == 0) == (end_side == 0)) return;
    const XY at = begin_side == 0 ? by[0] : by[1];
    const auto is_at = [at](XY end) { return at.x == end.x && at.y == end.y; };
    if (is_at(mine[0]) || is_at(mine[1]) || !box_around(mine).holds(at)) return;
    const Sides side = begin_side + end_side > 0 ? left_side : right_side;
    passages_[own].push_back({edge, number, point_along(mine[0], mine[1], at), at, {at, at}, -1, side});
}

void BoundaryMeetings::put_in_order(std::size_t own) {
    std::ranges::stable_sort(passages_[own], [&](const Passage& one, const Passage& other) {
        if (one.edge != other.edge) return one.edge < other.edge;
        const auto [share, error] = one.along;
        if (std::abs(share - other.along.share) > error + other.along.error) return share < other.along.share;
        const auto [a, b] = ends(own, one.edge);
        return meets_before(a, b, one.by, other.by);
    });
    std::ranges::sort(touches_[own]);
    touches_[own].erase(std::unique(touches_[own].begin(), touches_[own].end()), touches_[own].end());
}

}  // namespace sheltermap
