// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/sum.hpp"

#include "clip_polygon.hpp"
#include "geodesy/area_from_parallel.hpp"
#include "geometry/orientation.hpp"
#include <algorithm>
#include <cmath>
#include <utility>

namespace sheltermap {
namespace {

/// Where an edge crosses another polygon's boundary.
struct Crossing {
    double along;  // of the edge, by its longer axis; only orders crossings
    XY at;
    std::size_t polygon;
};

XY crossing_point(XY a, XY b, XY c, XY d) {
    const double area = (c.x - a.x) * (d.y - c.y) - (c.y - a.y) * (d.x - c.x);
    const double whole = (b.x - a.x) * (d.y - c.y) - (b.y - a.y) * (d.x - c.x);
    const double t = std::clamp(area / whole, 0.0, 1.0);
    return {a.x + t * (b.x - a.x), a.y + t * (b.y - a.y)};
}

/// Walks along the boundaries of polygon 0 and of others, and knows in which of the polygons it is.
class Walk {
public:
    explicit Walk(std::vector<const ClipPolygon*> polygons)
        : polygons_(std::move(polygons)),
          inside_(polygons_.size()),
          edges_(polygons_.size()),
          from_parallel_(polygons_[0]->prepared().envelope().min_y) {
        polygons_[0]->all_edges(edges_[0]);
        for (std::size_t other = 1; other < polygons_.size(); ++other) {
            polygons_[other]->edges_near(polygons_[0]->prepared().envelope(), edges_[other]);
        }
    }

    /// Nothing where boundaries touch.
    std::optional<CommonArea> area() {
        for (std::size_t own = 0; own < polygons_.size(); ++own) {
            if (!follow(own)) return std::nullopt;
        }
        return CommonArea{.area_m2 = -area_.value(), .all = all_};
    }

private:
    /// Chains of edges that follow each other; where each begins it is asked once in what polygons that is. All that
    /// follows is false where boundaries touch.
    bool follow(std::size_t own) {
        const ClipPolygon& polygon = *polygons_[own];
        const std::vector<std::uint32_t>& edges = edges_[own];
        for (std::size_t i = 0; i < edges.size(); ++i) {
            const std::uint32_t edge = edges[i];
            if (i == 0 || edges[i - 1] + 1 != edge) {
                turn_ = polygon.turn(edge);
                if (!locate(own, polygon.vertex(edge))) return false;
            }
            if (!follow_edge(own, polygon.vertex(edge), polygon.vertex(edge + 1))) return false;
        }
        return true;
    }

    bool locate(std::size_t own, XY at) {
        inside_[own] = 0;
        for (std::size_t other = 0; other < polygons_.size(); ++other) {
            if (other == own) continue;
            const Location where = polygons_[other]->prepared().locate(at);
            if (where == Location::boundary) return false;
            inside_[other] = where == Location::inside ? 1 : 0;
        }
        return true;
    }

    bool follow_edge(std::size_t own, XY from, XY to) {
        crossings_.clear();
        for (std::size_t other = 0; other < polygons_.size(); ++other) {
            if (other != own && !find_crossings(own, other, from, to)) return false;
        }
        std::ranges::sort(crossings_, {}, &Crossing::along);
        XY last = from;
        for (const Crossing& crossing : crossings_) {
            add_piece(own, last, crossing.at);
            inside_[crossing.polygon] ^= 1;
            last = crossing.at;
        }
        add_piece(own, last, to);
        return true;
    }

    bool find_crossings(std::size_t own, std::size_t other, XY from, XY to) {
        Envelope around;
        around.add(from);
        around.add(to);
        const ClipPolygon& polygon = *polygons_[other];
        if (!around.meets(polygon.prepared().envelope())) return true;
        for (const std::uint32_t edge : edges_to_test(own, other, around)) {
            const XY c = polygon.vertex(edge), d = polygon.vertex(edge + 1);
            if ((c.x < around.min_x && d.x < around.min_x) || (c.x > around.max_x && d.x > around.max_x)) continue;
            if ((c.y < around.min_y && d.y < around.min_y) || (c.y > around.max_y && d.y > around.max_y)) continue;
            const int c_side = side_of(from, to, c), d_side = side_of(from, to, d);
            if (c_side == d_side && c_side != 0) continue;
            const int from_side = side_of(c, d, from), to_side = side_of(c, d, to);
            if (from_side == to_side && from_side != 0) continue;
            if (c_side == 0 || d_side == 0 || from_side == 0 || to_side == 0) return false;
            // The same point whichever of the two polygons it is asked for.
            const XY at = own < other ? crossing_point(from, to, c, d) : crossing_point(c, d, from, to);
            const bool by_x = std::abs(to.x - from.x) > std::abs(to.y - from.y);
            const double along = by_x ? (at.x - from.x) / (to.x - from.x) : (at.y - from.y) / (to.y - from.y);
            crossings_.push_back({along, at, other});
        }
        return true;
    }

    /// Edges of another polygon among which are all that meet a box around an edge. What lies near polygon 0 is known;
    /// two of the others may also cross farther off.
    std::span<const std::uint32_t> edges_to_test(std::size_t own, std::size_t other, const Envelope& around) {
        constexpr std::size_t few = 32;
        if ((own == 0 || other == 0) && edges_[other].size() <= few) return edges_[other];
        polygons_[other]->edges_near(around, near_);
        return near_;
    }

    void add_piece(std::size_t own, XY from, XY to) {
        const auto others = std::span(inside_).subspan(1);
        const auto inside = static_cast<std::size_t>(std::ranges::count(others, 1));
        const bool counts = own == 0 ? inside > 0 : inside_[0] == 1 && inside == 0;
        if (counts) area_.add(turn_ * from_parallel_.area_m2(from, to));
        if (counts != (own == 0)) all_ = false;
    }

    std::vector<const ClipPolygon*> polygons_;
    std::vector<std::uint8_t> inside_;               // per polygon; its own entry stays 0
    std::vector<std::vector<std::uint32_t>> edges_;  // per polygon, those near polygon 0
    AreaFromParallel from_parallel_;
    double turn_ = 1;
    Sum area_;
    bool all_ = true;  // every piece of the polygon counts, and no other
    std::vector<std::uint32_t> near_;
    std::vector<Crossing> crossings_;
};

}  // namespace

std::optional<CommonArea> common_area(const ClipPolygon& polygon, std::span<const ClipPolygon* const> others) {
    std::vector<const ClipPolygon*> polygons{&polygon};
    polygons.insert(polygons.end(), others.begin(), others.end());
    return Walk(std::move(polygons)).area();
}

}  // namespace sheltermap
