// SPDX-License-Identifier: Apache-2.0
#include "common_shape.hpp"

#include "geometry/eastward_ray.hpp"
#include "geometry/orientation.hpp"
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

namespace sheltermap {
namespace {

/// Degrees; a crossing is off by a few units in the last place of a coordinate, 3e-14 at most.
constexpr double tolerance = 1e-12;

using Vertices = std::vector<XY>;  // of a ring, each once

bool precedes(XY a, XY b) { return std::pair(a.x, a.y) < std::pair(b.x, b.y); }
bool same(XY a, XY b) { return a.x == b.x && a.y == b.y; }

/// Within the tolerance, or a little farther.
bool is_close(XY point, XY a, XY b) {
    const bool apart = (point.x < std::min(a.x, b.x) - tolerance) | (point.x > std::max(a.x, b.x) + tolerance) |
                       (point.y < std::min(a.y, b.y) - tolerance) | (point.y > std::max(a.y, b.y) + tolerance);
    if (apart) return false;
    const XY along{b.x - a.x, b.y - a.y};
    const double cross = along.x * (point.y - a.y) - along.y * (point.x - a.x);
    return std::abs(cross) <= tolerance * (std::abs(along.x) + std::abs(along.y));
}

/// Whether rounding leaves rings as they are: moved by less than the tolerance, no edge that ends at a crossing can
/// meet what it did not meet. Two edges apart are nearest at an end of one of them; so it is enough that no crossing is
/// close to an edge it does not lie on, and no vertex to an edge with crossings that does not end there.
class Rounding {
public:
    explicit Rounding(const CommonBoundary& boundary) : boundary_(boundary) {}

    [[nodiscard]] bool is_harmless() const {
        for (const auto& crossing : boundary_.crossings) {
            if (!is_precise(crossing) || !is_lonely(crossing)) return false;
            if (!is_free(0, crossing.edge[0]) || !is_free(1, crossing.edge[1])) return false;
        }
        return rings_are_apart(0) && rings_are_apart(1);
    }

private:
    /// Along the first polygon's edge, where the crossing is computed, it is the less certain the more the edges run
    /// along each other.
    [[nodiscard]] bool is_precise(const Crossing& crossing) const {
        const auto [a, b] = ends(0, crossing.edge[0]);
        const auto [c, d] = ends(1, crossing.edge[1]);
        const double cross = (b.x - a.x) * (d.y - c.y) - (b.y - a.y) * (d.x - c.x);
        const double one = std::abs(b.x - a.x) + std::abs(b.y - a.y);
        const double other = std::abs(d.x - c.x) + std::abs(d.y - c.y);
        const double error = 16 * std::numeric_limits<double>::epsilon() * one * (one + other) * other;
        return error <= tolerance / 4 * std::abs(cross);
    }
    [[nodiscard]] bool is_lonely(const Crossing& crossing) const {
        bool lonely = true;
        for (std::size_t polygon = 0; polygon < 2; ++polygon) {
            visit_near(polygon, crossing.at, crossing.at, [&](std::uint32_t edge) {
                const auto [from, to] = ends(polygon, edge);
                lonely = lonely && (edge == crossing.edge[polygon] || !is_close(crossing.at, from, to));
            });
        }
        return lonely;
    }
    [[nodiscard]] bool is_free(std::size_t polygon, std::uint32_t edge) const {
        const auto [a, b] = ends(polygon, edge);
        const auto disturbs = [a = a, b = b](XY vertex) {
            return !same(vertex, a) && !same(vertex, b) && is_close(vertex, a, b);
        };
        bool free = true;
        for (std::size_t other = 0; other < 2; ++other) {
            visit_near(other, a, b, [&](std::uint32_t near) {
                const auto [from, to] = ends(other, near);
                free = free && !disturbs(from) && !disturbs(to);
            });
        }
        return free;
    }
    /// Rings of one polygon may touch, and what is left of them then touch twice, or become one that touches itself.
    [[nodiscard]] bool rings_are_apart(std::size_t polygon) const {
        if (boundary_.polygons[polygon]->ring_count() == 1) return true;
        for (const auto& piece : boundary_.pieces) {
            if (piece.polygon != polygon) continue;
            for (std::uint32_t i = piece.begin; i < piece.end; ++i) {
                const XY vertex = boundary_.vertices[i];
                int close = 0;
                visit_near(polygon, vertex, vertex, [&](std::uint32_t edge) {
                    const auto [from, to] = ends(polygon, edge);
                    close += is_close(vertex, from, to) ? 1 : 0;
                });
                if (close != 2) return false;  // the two that meet there
            }
        }
        return true;
    }

    [[nodiscard]] std::pair<XY, XY> ends(std::size_t polygon, std::uint32_t edge) const {
        return {boundary_.polygons[polygon]->vertex(edge), boundary_.polygons[polygon]->vertex(edge + 1)};
    }
    /// Calls `visit` for edges of a polygon among which are all that could be close to the line from a to b.
    template <class Visit>
    void visit_near(std::size_t polygon, XY a, XY b, Visit visit) const {
        constexpr std::size_t few = 32;
        if (boundary_.edges[polygon].size() <= few) {
            for (const std::uint32_t edge : boundary_.edges[polygon]) visit(edge);
            return;
        }
        const Envelope box{std::min(a.x, b.x) - tolerance, std::min(a.y, b.y) - tolerance,
                           std::max(a.x, b.x) + tolerance, std::max(a.y, b.y) + tolerance};
        boundary_.polygons[polygon]->visit_edges_near(box, visit);
    }

    const CommonBoundary& boundary_;
};

/// Joins the pieces, at crossings and where rings of the polygons begin, to rings with their inside on the left.
class Tracing {
public:
    explicit Tracing(const CommonBoundary& boundary)
        : boundary_(boundary), arc_from_(boundary.crossings.size(), nullptr), arcs_(boundary.pieces.size()) {
        const CommonBoundary::Piece* begun = nullptr;  // with its ring, as the last of that ring's pieces ends
        for (std::size_t i = 0; i < arcs_.size(); ++i) {
            const auto& piece = boundary.pieces[i];
            if (piece.from == CommonBoundary::open) begun = &piece;
            const bool whole = piece.from == CommonBoundary::open && piece.to == CommonBoundary::open;
            if (whole || piece.to != CommonBoundary::open) arcs_[i] = {.first = &piece, .second = nullptr};
            if (!whole && piece.to == CommonBoundary::open) arcs_[i] = {.first = &piece, .second = begun};
            if (whole) {
                rings_.emplace_back();
                append(arcs_[i]);
            } else if (piece.from != CommonBoundary::open) {
                arc_from_[static_cast<std::size_t>(runs_forwards(piece) ? piece.from : arcs_[i].to())] = &arcs_[i];
            }
        }
        for (std::size_t crossing = 0; crossing < arc_from_.size(); ++crossing) {
            if (arc_from_[crossing] != nullptr) trace(crossing);
        }
    }

    [[nodiscard]] std::vector<Vertices>& rings() noexcept { return rings_; }

private:
    /// A piece, or the last and the first of a ring.
    struct ArcOfRing {
        const CommonBoundary::Piece* first = nullptr;
        const CommonBoundary::Piece* second = nullptr;
        [[nodiscard]] std::int32_t to() const { return second != nullptr ? second->to : first->to; }
    };

    [[nodiscard]] bool runs_forwards(const CommonBoundary::Piece& piece) const {
        return boundary_.polygons[piece.polygon]->ring_of(piece.first).turn > 0;
    }
    void trace(std::size_t crossing) {
        rings_.emplace_back();
        while (const ArcOfRing* const arc = std::exchange(arc_from_[crossing], nullptr)) {
            append(boundary_.crossings[crossing].at);
            append(*arc);
            crossing = static_cast<std::size_t>(runs_forwards(*arc->first) ? arc->to() : arc->first->from);
        }
    }
    void append(const ArcOfRing& arc) {
        if (runs_forwards(*arc.first)) {
            for (auto i = arc.first->begin; i < arc.first->end; ++i) append(boundary_.vertices[i]);
            if (arc.second == nullptr) return;
            for (auto i = arc.second->begin; i < arc.second->end; ++i) append(boundary_.vertices[i]);
        } else {
            if (arc.second != nullptr) {
                for (auto i = arc.second->end; i > arc.second->begin; --i) append(boundary_.vertices[i - 1]);
            }
            for (auto i = arc.first->end; i > arc.first->begin; --i) append(boundary_.vertices[i - 1]);
        }
    }
    void append(XY vertex) {
        Vertices& ring = rings_.back();
        if (ring.empty() || !same(ring.back(), vertex)) ring.push_back(vertex);
    }

    const CommonBoundary& boundary_;
    std::vector<const ArcOfRing*> arc_from_;  // a crossing, in the direction of the ring
    std::vector<ArcOfRing> arcs_;             // per piece; that of a ring's first is part of its last's
    std::vector<Vertices> rings_;
};

/// Turns a ring to begin with its smallest vertex and to run the other way; returns whether it ran counter-clockwise,
/// or nothing where it has no area.
std::optional<bool> put_in_order(Vertices& ring) {
    if (ring.size() > 1 && same(ring.front(), ring.back())) ring.pop_back();
    if (ring.size() < 3) return std::nullopt;
    std::rotate(ring.begin(), std::ranges::min_element(ring, precedes), ring.end());
    const int side = side_of(ring.back(), ring[0], ring[1]);
    if (side == 0) return std::nullopt;
    std::reverse(ring.begin() + 1, ring.end());
    ring.push_back(ring.front());
    return side > 0;
}

/// In which of the shells a hole lies; nothing where that is not one of them.
std::optional<std::size_t> shell_of(const Vertices& hole, const std::vector<Vertices>& shells) {
    if (shells.size() == 1) return 0;
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < shells.size(); ++i) {
        EastwardRay ray(hole.front());
        for (std::size_t v = 1; v < shells[i].size(); ++v) {
            if (ray.meets(shells[i][v - 1], shells[i][v])) return std::nullopt;
        }
        if (!ray.inside()) continue;
        if (found) return std::nullopt;
        found = i;
    }
    return found;
}

}  // namespace

bool append_common_shape(const CommonBoundary& boundary, GeometryColumn& shapes) {
    if (!Rounding(boundary).is_harmless()) return false;
    Tracing tracing(boundary);
    std::vector<Vertices> shells, holes;
    for (Vertices& ring : tracing.rings()) {
        const auto counter_clockwise = put_in_order(ring);
        if (!counter_clockwise) return false;
        (*counter_clockwise ? shells : holes).push_back(std::move(ring));
    }
    const auto by_first = [](const Vertices& one, const Vertices& other) {
        return precedes(one.front(), other.front());
    };
    std::ranges::sort(shells, by_first);
    std::ranges::sort(holes, by_first);
    std::vector<std::vector<const Vertices*>> parts;
    parts.reserve(shells.size());
    for (const Vertices& shell : shells) parts.push_back({&shell});
    for (const Vertices& hole : holes) {
        const auto shell = shell_of(hole, shells);
        if (!shell) return false;
        parts[*shell].push_back(&hole);
    }
    if (parts.empty()) return false;
    shapes.begin_row(GeometryType::multi_polygon);
    for (const auto& part : parts) {
        shapes.begin_part();
        for (const Vertices* ring : part) shapes.append_ring(*ring);
    }
    return true;
}

}  // namespace sheltermap
