// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "boundary.hpp"
#include "edge_crossing.hpp"
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace sheltermap {

/// Sides of an edge, looking along it.
using Sides = std::uint8_t;
inline constexpr Sides left_side = 1, right_side = 2, both_sides = left_side | right_side;

/// Where, along an edge, what lies beside it passes into another polygon or out of it.
struct Passage {
    std::uint32_t edge;
    std::uint32_t other;  // the polygon
    AlongEdge along;
    XY at;
    Meeting by;
    std::int32_t number;  // of the crossing, between the first polygon and another; else nothing
    Sides sides;          // both where boundaries cross, one where the other only has a vertex on the edge
};

/// An edge that begins on the boundary of another polygon.
struct Touch {
    std::uint32_t edge;
    std::uint32_t other;
    friend auto operator<=>(const Touch&, const Touch&) = default;
};

/// Where two edges of the first polygon and of another cross.
struct Crossing {
    XY at;
    std::array<std::uint32_t, 2> edge;
};

/// Where the boundaries of a polygon, or of lines, and of others near it meet: found exactly, ordered along edges
/// exactly. Keeps its memory from one polygon to the next.
class BoundaryMeetings {
public:
    /// The first is a polygon or lines, the others are polygons.
    void put(const Boundary& first, std::span<const Boundary* const> others);
    /// True where no other boundary is near the first.
    [[nodiscard]] bool none() const noexcept { return none_; }
    /// True where so many of the others lie over each other that their union is sooner made than followed.
    [[nodiscard]] bool are_stacked() const;
    /// Finds all meetings; some where a stop was requested.
    void find(const std::stop_token& stop);

    [[nodiscard]] std::size_t size() const noexcept { return polygons_.size(); }
    [[nodiscard]] const Boundary& polygon(std::size_t own) const noexcept { return *polygons_[own]; }
    /// Of a polygon, those near the first; of the first, those that may be in others.
    [[nodiscard]] std::span<const std::uint32_t> edges(std::size_t own) const noexcept { return edges_[own]; }
    /// The polygons whose boxes meet that of one, of which the first is none.
    [[nodiscard]] std::span<const std::uint32_t> near(std::size_t own) const noexcept { return near_[own]; }
    [[nodiscard]] std::span<const Passage> passages(std::size_t own) const noexcept { return passages_[own]; }
    [[nodiscard]] std::span<const Touch> touches(std::size_t own) const noexcept { return touches_[own]; }
    [[nodiscard]] std::span<const Crossing> crossings() const noexcept { return crossings_; }
    /// True where boundaries anywhere touch, run along each other or pass through a vertex.
    [[nodiscard]] bool any_touch() const noexcept { return any_touch_; }

private:
    void find_near();
    void meet(std::size_t own, std::size_t other);
    void meet(std::size_t own, std::uint32_t edge, std::size_t other, std::uint32_t other_edge);
    void cross(std::size_t own, std::uint32_t edge, std::size_t other, std::uint32_t other_edge);
    void touch(std::size_t own, std::uint32_t edge, std::size_t other, const Meeting& by, int begin_side, int end_side);
    void put_in_order(std::size_t own);
    [[nodiscard]] Meeting ends(std::size_t own, std::uint32_t edge) const noexcept {
        return {polygons_[own]->vertex(edge), polygons_[own]->vertex(edge + 1)};
    }

    std::vector<const Boundary*> polygons_;
    std::vector<std::vector<std::uint32_t>> edges_, near_;  // per polygon
    std::vector<std::vector<Passage>> passages_;
    std::vector<std::vector<Touch>> touches_;
    std::vector<Crossing> crossings_;
    std::vector<std::uint32_t> from_west_, own_near_, other_near_;
    bool none_ = true, any_touch_ = false;
};

}  // namespace sheltermap
