// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include "geometry/orientation.hpp"
#include <algorithm>

namespace sheltermap {

/// Follows a ray eastwards, edge by edge, from a point beside an edge: a little way along it, and by far less to one
/// side of it. So the point lies on no boundary, whatever runs through the edge's begin or along it; exact.
class RayBeside {
public:
    RayBeside(XY from, XY towards, bool left)
        : from_(from), towards_(towards), left_(left), level_is_below_(lies_above_its_begin()) {}

    /// Never on an edge.
    bool meets(XY a, XY b) noexcept {
        const bool a_is_below = is_below(a);
        if (a_is_below == is_below(b) || from_.x > std::max(a.x, b.x)) return false;
        if (from_.x >= std::min(a.x, b.x) && lies_left_of(a, b) != a_is_below) return false;
        inside_ = !inside_;
        return false;
    }
    /// For edges that follow each other from one vertex to another, all of them east of the point.
    void passes(XY first, XY last) noexcept { inside_ ^= is_below(first) != is_below(last); }
    [[nodiscard]] bool inside() const noexcept { return inside_; }

private:
    [[nodiscard]] bool lies_above_its_begin() const noexcept {
        if (towards_.y != from_.y) return towards_.y > from_.y;
        return (towards_.x > from_.x) == left_;
    }
    [[nodiscard]] bool is_below(XY vertex) const noexcept {
        return vertex.y == from_.y ? level_is_below_ : vertex.y < from_.y;
    }
    [[nodiscard]] bool lies_left_of(XY a, XY b) const noexcept {
        if (const int side = side_of(a, b, from_); side != 0) return side > 0;
        if (const int side = side_of(a, b, towards_); side != 0) return side > 0;
        const bool same_way =
            towards_.x != from_.x ? (towards_.x > from_.x) == (b.x > a.x) : (towards_.y > from_.y) == (b.y > a.y);
        return same_way == left_;
    }

    XY from_, towards_;
    bool left_;
    bool level_is_below_;  // which vertices as high as the edge's begin are
    bool inside_ = false;
};

}  // namespace sheltermap
