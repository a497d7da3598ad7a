// SPDX-License-Identifier: Apache-2.0
#include "boundary_walk.hpp"

#include <algorithm>
#include <utility>

namespace sheltermap {

CommonArea BoundaryWalk::common_area(const std::stop_token& stop) {
    lines_ = nullptr;
    follow_all(stop);
    return {.area_m2 = -area_.value(), .all = all_};
}

bool BoundaryWalk::common_lines(GeometryColumn& inside, const std::stop_token& stop) {
    lines_ = &inside;
    inside.begin_row(GeometryType::multi_line_string);
    follow_all(stop);
    return all_;
}

void BoundaryWalk::follow_all(const std::stop_token& stop) {
    inside_.assign(meetings_.size(), 0);
    area_ = {};
    common_.pieces.clear();
    common_.vertices.clear();
    if (meetings_.none()) {
        locate(0, 0);
        all_ = counts(0);
        return;
    }
    const Boundary& first = meetings_.polygon(0);
    all_ = meetings_.edges(0).size() == first.edge_count();
    from_parallel_.emplace(first.envelope().min_y);
    meetings_.find(stop);
    const std::size_t followed = lines_ != nullptr ? 1 : meetings_.size();
    for (std::size_t own = 0; own < followed && !stop.stop_requested(); ++own) follow(own);
    if (meetings_.size() == 2) {
        common_.polygons = {&meetings_.polygon(0), &meetings_.polygon(1)};
        common_.edges = {meetings_.edges(0), meetings_.edges(1)};
        common_.crossings = meetings_.crossings();
    }
}

/// Chains of edges that follow each other; where each begins it is asked once in what polygons that is, and again where
/// a vertex lies on another boundary.
void BoundaryWalk::follow(std::size_t own) {
    const Boundary& polygon = meetings_.polygon(own);
    const auto edges = meetings_.edges(own);
    const bool recorded = meetings_.size() == 2 && lines_ == nullptr && !meetings_.any_touch();
    bool counted = false;
    auto touch = meetings_.touches(own).begin();
    auto passage = meetings_.passages(own).begin();
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const std::uint32_t edge = edges[i];
        const XY end = polygon.vertex(edge + 1);
        XY last = polygon.vertex(edge);
        if (i == 0 || edges[i - 1] + 1 != edge) {
            turn_ = polygon.ring_of(edge).turn;
            inner_side_ = turn_ > 0 ? left_side : right_side;
            end_line();
            locate(own, edge);
            counted = counts(own);
            if (recorded && counted) {
                begin_piece(own, edge, CommonBoundary::open);
                common_.vertices.push_back(last);
            }
        }
        for (; touch != meetings_.touches(own).end() && touch->edge == edge; ++touch) {
            change(own, touch->other, sides_inside(own, edge, touch->other));
            counted = counts(own);
        }
        for (; passage != meetings_.passages(own).end() && passage->edge == edge; ++passage) {
            add_piece(own, counted, last, passage->at);
            if (recorded && counted) end_piece(passage->number);
            change(own, passage->other, inside_[passage->other] ^ passage->sides);
            counted = counts(own);
            if (recorded && counted) begin_piece(own, edge, passage->number);
            last = passage->at;
        }
        add_piece(own, counted, last, end);
        if (!recorded || !counted) continue;
        common_.vertices.push_back(end);
        if (i + 1 == edges.size() || edges[i + 1] != edge + 1) end_piece(CommonBoundary::open);
    }
    end_line();
}

void BoundaryWalk::locate(std::size_t own, std::uint32_t edge) {
    const XY at = meetings_.polygon(own).vertex(edge);
    const auto locate_in = [&](std::uint32_t other) {
        inside_[other] = 0;
        const Location where = meetings_.polygon(other).locate(at);
        if (where == Location::inside) change(own, other, both_sides);
        if (where == Location::boundary) change(own, other, sides_inside(own, edge, other));
    };
    decisive_ = 0;
    if (own > 0) locate_in(0);
    std::ranges::for_each(meetings_.near(own), locate_in);
}

/// At the begin of an edge, on the sides that matter.
Sides BoundaryWalk::sides_inside(std::size_t own, std::uint32_t edge, std::uint32_t other) const {
    const XY from = meetings_.polygon(own).vertex(edge), to = meetings_.polygon(own).vertex(edge + 1);
    Sides inside = 0;
    for (const Sides side : {left_side, right_side}) {
        if ((deciding_sides(own, other) & side) == 0) continue;
        if (meetings_.polygon(other).holds_beside(from, to, side == left_side)) inside |= side;
    }
    return inside;
}

void BoundaryWalk::change(std::size_t own, std::uint32_t other, Sides inside) {
    const Sides before = std::exchange(inside_[other], inside);
    if (other == 0) return;
    const Sides deciding = deciding_sides(own, other);
    decisive_ += ((inside & deciding) != 0 ? 1 : 0) - ((before & deciding) != 0 ? 1 : 0);
}

/// On which sides of an edge another polygon decides whether it counts.
Sides BoundaryWalk::deciding_sides(std::size_t own, std::size_t other) const {
    if (own == 0) return lines_ != nullptr ? both_sides : inner_side_;
    return other < own ? both_sides : both_sides ^ inner_side_;
}

bool BoundaryWalk::counts(std::size_t own) const {
    return own == 0 ? decisive_ > 0 : inside_[0] == both_sides && decisive_ == 0;
}

void BoundaryWalk::add_piece(std::size_t own, bool counted, XY from, XY to) {
    if (from.x == to.x && from.y == to.y) return;
    if (counted != (own == 0)) all_ = false;
    if (!counted) return end_line();
    if (lines_ == nullptr) return area_.add(turn_ * from_parallel_->area_m2(from, to));
    if (line_.empty()) line_.push_back(from);
    line_.push_back(to);
}

void BoundaryWalk::end_line() {
    if (line_.empty()) return;
    lines_->begin_part();
    lines_->append_ring(line_);
    line_.clear();
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
