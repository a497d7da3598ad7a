// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/sum.hpp"

#include "boundary.hpp"
#include "geodesy/area_from_parallel.hpp"
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sheltermap {

/// What a polygon has in common with others.
struct CommonArea {
    double area_m2;
    bool all;  ///< nothing of the polygon is left over; area_m2 may then be anything
};

/// The boundary of what two polygons have in common: pieces of the one's boundary in the other.
struct CommonBoundary {
    static constexpr std::int32_t open = -1;
    struct Crossing {
        XY at;
        std::array<std::uint32_t, 2> edge;  // of each polygon
    };
    struct Piece {
        std::uint32_t begin, end;  // of the vertices on it, in `vertices`
        std::int32_t from, to;     // crossings, or open where it begins or ends with its ring
        std::uint32_t first;       // the edge it begins on
        std::uint8_t polygon;
    };
    std::array<const Boundary*, 2> polygons{};
    std::array<std::span<const std::uint32_t>, 2> edges;  // of each polygon, those near the other
    std::vector<Crossing> crossings;
    std::vector<Piece> pieces;
    std::vector<XY> vertices;
};

/// Walks along the boundaries of a polygon and of others, and knows in which of them it is. Keeps its memory from one
/// polygon to the next.
class BoundaryWalk {
public:
    /// What a valid polygon has in common with the union of other valid ones, edges straight in longitude and latitude;
    /// nothing where boundaries touch, run along each other or pass through a vertex, which only an overlay can tell
    /// apart.
    ///
    /// By Green's theorem: the boundary of what is in common consists of the pieces of the polygon's boundary in any of
    /// the others, and of theirs in the polygon and in no other of them. Where boundaries cross is decided exactly.
    std::optional<CommonArea> common_area(const Boundary& polygon, std::span<const Boundary* const> others);

    /// After the common area, with one other polygon, of less than all.
    [[nodiscard]] const CommonBoundary& boundary() const noexcept { return common_; }

private:
    /// Where an edge of a polygon crosses another polygon's boundary.
    struct CrossingOnEdge {
        std::uint32_t edge;
        double along;  // of the edge, by its longer axis; only orders crossings
        XY at;
        std::size_t polygon;
        std::int32_t number;  // in common_, for two polygons
    };

    // All that follow are false where boundaries touch.
    bool find_crossings();
    bool cross(std::size_t own, std::size_t other);
    bool cross(std::size_t own, std::uint32_t edge, std::size_t other, std::uint32_t other_edge);
    bool follow(std::size_t own);
    bool locate(std::size_t own, XY at);

    [[nodiscard]] bool counts(std::size_t own) const;
    void add_piece(std::size_t own, bool counted, XY from, XY to);
    void begin_piece(std::size_t own, std::uint32_t edge, std::int32_t from);
    void end_piece(std::int32_t to);

    std::vector<const Boundary*> polygons_;
    std::vector<std::vector<std::uint32_t>> edges_;       // per polygon, those to follow
    std::vector<std::vector<CrossingOnEdge>> crossings_;  // per polygon, in the order of the walk
    std::vector<std::uint8_t> inside_;                    // per polygon; its own entry stays 0
    std::int64_t others_around_ = 0;                      // of those but the first that it is inside
    std::vector<std::uint32_t> own_near_, near_;
    std::optional<AreaFromParallel> from_parallel_;
    CommonBoundary common_;
    double turn_ = 1;
    Sum area_;
    bool all_ = true;  // every piece of the polygon counts, and no other
};

}  // namespace sheltermap
