// SPDX-License-Identifier: Apache-2.0
#include "network/walkable_area.hpp"

#include "geometry/eastward_ray.hpp"
#include "geometry/orientation.hpp"
#include "network/segments.hpp"
#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <tuple>
#include <utility>

namespace sheltermap {
namespace {

/// The geometry of an area, in units of the grid: whole numbers, so that every test is exact.
class AreaShape {
public:
    AreaShape(const Streets& streets, const WalkableArea& area) {
        for (const auto& ring : area.rings) {
            std::vector<XY> vertices;
            vertices.reserve(ring.size());
            for (const std::uint32_t point : ring) vertices.push_back(grid_xy(streets.points[point]));
            rings_.push_back(std::move(vertices));
        }
    }

    /// A vertex where streets come in, or that the area turns around by more than half a circle: where ways bend.
    struct Corner {
        std::uint32_t point;
        XY at, before, after;
        bool entrance;
    };

    /// Nothing where the area turns the other way, as no shortest way bends there.
    [[nodiscard]] std::optional<Corner> corner(std::size_t ring, std::size_t vertex, std::uint32_t point) const {
        const auto& vertices = rings_[ring];
        const XY at = vertices[vertex];
        const XY before = vertex == 0 ? vertices[vertices.size() - 2] : vertices[vertex - 1];
        const XY after = vertices[vertex + 1];
        bool is_hole = false;
        for (std::size_t other = 0; other < rings_.size(); ++other) {
            if (other != ring) is_hole ^= holds(rings_[other], {(at.x + after.x) / 2, (at.y + after.y) / 2});
        }
        const int turn = side_of(before, at, after);
        if (turn == 0 || (turn > 0) != (is_hole == runs_counter_clockwise(vertices))) return std::nullopt;
        return Corner{point, at, before, after, false};
    }
    /// Whether a shortest way may come straight from somewhere and bend there: both sides lie on one side of it.
    static bool is_bend(XY from, const Corner& to) {
        return to.entrance || side_of(from, to.at, to.before) * side_of(from, to.at, to.after) >= 0;
    }

    /// Whether the straight way between two vertices lies inside, and touches the border at its ends only.
    [[nodiscard]] bool sees(XY from, XY to) const {
        for (const auto& ring : rings_) {
            for (std::size_t i = 1; i < ring.size(); ++i) {
                if (meets(from, to, ring[i - 1], ring[i])) return false;
            }
        }
        const XY middle{(from.x + to.x) / 2, (from.y + to.y) / 2};
        bool inside = false;
        for (const auto& ring : rings_) inside ^= holds(ring, middle);
        return inside;
    }

private:
    static bool holds(const std::vector<XY>& ring, XY point) {
        EastwardRay ray(point);
        for (std::size_t i = 1; i < ring.size(); ++i) {
            if (ray.meets(ring[i - 1], ring[i])) return false;
        }
        return ray.inside();
    }
    static bool is_between(XY from, XY to, XY point) {
        return point != from && point != to && side_of(from, to, point) == 0 && point.x >= std::min(from.x, to.x) &&
               point.x <= std::max(from.x, to.x) && point.y >= std::min(from.y, to.y) &&
               point.y <= std::max(from.y, to.y);
    }
    /// Whether a way meets a side of the border elsewhere than at an end of its own.
    static bool meets(XY from, XY to, XY a, XY b) {
        if (is_between(from, to, a) || is_between(from, to, b)) return true;
        if (is_between(a, b, from) || is_between(a, b, to)) return false;  // an end on another side of the border
        if ((a == from && b == to) || (a == to && b == from)) return true;
        return side_of(from, to, a) * side_of(from, to, b) < 0 && side_of(a, b, from) * side_of(a, b, to) < 0;
    }

    std::vector<std::vector<XY>> rings_;
};

/// How many streets and areas use each point, two for more.
std::vector<std::uint8_t> uses_of(const Streets& streets, std::span<const WalkableArea> areas) {
    std::vector<std::uint8_t> uses(streets.points.size(), 0);
    const auto use = [&](std::uint32_t point) { uses[point] = static_cast<std::uint8_t>(uses[point] > 0 ? 2 : 1); };
    std::for_each(streets.vertices.begin(), streets.vertices.end(), use);
    for (const WalkableArea& area : areas) {
        for (const auto& ring : area.rings) std::for_each(ring.begin(), ring.end() - 1, use);
    }
    return uses;
}

void add_line(Streets& streets, const Street& street, std::span<const std::uint32_t> points) {
    streets.vertices.insert(streets.vertices.end(), points.begin(), points.end());
    streets.streets.push_back(street);
    streets.offsets.push_back(streets.vertices.size());
}

/// Where ways across an area begin, bend and end; none where nobody goes through.
std::vector<AreaShape::Corner> corners_of(const Streets& streets, const WalkableArea& area, const AreaShape& shape,
                                          std::span<const std::uint8_t> uses) {
    std::vector<AreaShape::Corner> corners;
    std::size_t entrances = 0;
    for (std::size_t ring = 0; ring < area.rings.size(); ++ring) {
        for (std::size_t vertex = 0; vertex + 1 < area.rings[ring].size(); ++vertex) {
            const std::uint32_t point = area.rings[ring][vertex];
            if (uses[point] > 1 && streets.blocked[point] == 0) {
                const XY at = grid_xy(streets.points[point]);
                corners.push_back({point, at, at, at, true});
                ++entrances;
            } else if (const auto corner = shape.corner(ring, vertex, point)) {
                corners.push_back(*corner);
            }
        }
    }
    if (entrances < 2) corners.clear();
    return corners;
}

/// Adds the ways across an area; false where there would be too many.
bool cross(Streets& streets, const WalkableArea& area, std::span<const std::uint8_t> uses) {
    const AreaShape shape(streets, area);
    const auto corners = corners_of(streets, area, shape, uses);
    std::size_t vertices = 0;
    for (const auto& ring : area.rings) vertices += ring.size();
    if (corners.size() > most_corners || (!corners.empty() && vertices > most_vertices)) return false;
    Street across = area.street;
    across.flags |= street_across;
    for (std::size_t i = 0; i < corners.size(); ++i) {
        for (std::size_t j = i + 1; j < corners.size(); ++j) {
            const auto& [from, to] = std::tie(corners[i], corners[j]);
            const bool useful = from.at != to.at && AreaShape::is_bend(from.at, to) && AreaShape::is_bend(to.at, from);
            if (useful && shape.sees(from.at, to.at)) add_line(streets, across, std::array{from.point, to.point});
        }
    }
    return true;
}

}  // namespace

std::uint64_t add_areas(Streets& streets, std::span<const WalkableArea> areas) {
    if (areas.empty()) return 0;
    const std::vector<std::uint8_t> uses = uses_of(streets, areas);
    std::uint64_t gone_round = 0;
    for (const WalkableArea& area : areas) {
        for (const auto& ring : area.rings) add_line(streets, area.street, ring);
        if (!cross(streets, area, uses)) ++gone_round;
    }
    return gone_round;
}

}  // namespace sheltermap
