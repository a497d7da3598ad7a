// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include "geometry/orientation.hpp"
#include <algorithm>

namespace sheltermap {

/// Follows a ray from a point eastwards, edge by edge; exact.
class EastwardRay {
public:
    explicit EastwardRay(XY point) : point_(point) {}

    /// True where the point lies on the edge; on a vertex, where it lies on the first of the edge.
    bool meets(XY from, XY to) noexcept {
        const bool from_is_below = from.y <= point_.y;
        const bool to_is_below = to.y <= point_.y;
        if (from_is_below == to_is_below) return from.y == point_.y && touches_level(from, to);
        // Half-open in y, so that a vertex level with the point counts for one of its two edges.
        if (point_.x > std::max(from.x, to.x)) return false;
        if (point_.x >= std::min(from.x, to.x)) {
            const int side = side_of(from, to, point_);
            if (side == 0) return true;
            if ((side > 0) != from_is_below) return false;
        }
        inside_ = !inside_;
        return false;
    }
    /// For edges that follow each other from one vertex to another, all of them east of the point.
    void passes(XY first, XY last) noexcept { inside_ ^= (first.y <= point_.y) != (last.y <= point_.y); }
    [[nodiscard]] bool inside() const noexcept { return inside_; }

private:
    /// `from` is level with the point, and the edge does not cross the ray.
    [[nodiscard]] bool touches_level(XY from, XY to) const noexcept {
        if (from.x == point_.x) return true;
        return to.y == point_.y && point_.x >= std::min(from.x, to.x) && point_.x <= std::max(from.x, to.x);
    }

    XY point_;
    bool inside_ = false;
};

}  // namespace sheltermap
