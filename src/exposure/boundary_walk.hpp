// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/sum.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include "boundary.hpp"
#include "boundary_meetings.hpp"
#include "geodesy/area_from_parallel.hpp"
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

namespace sheltermap {

/// What a polygon has in common with others.
struct CommonArea {
    double area_m2;
    bool all;  ///< nothing of the polygon is left over; area_m2 may then be anything
};

/// The boundary of what two polygons have in common, none of whose vertices lies on the other's boundary: pieces of the
/// one's boundary in the other.
struct CommonBoundary {
    static constexpr std::int32_t open = -1;
    struct Piece {
        std::uint32_t begin, end;  // of the vertices on it, in `vertices`
        std::int32_t from, to;     // crossings, or open where it begins or ends with its ring
        std::uint32_t first;       // the edge it begins on
        std::uint8_t polygon;
    };
    std::array<const Boundary*, 2> polygons{};
    std::array<std::span<const std::uint32_t>, 2> edges;  // of each polygon, those near the other
    std::span<const Crossing> crossings;
    std::vector<Piece> pieces;
    std::vector<XY> vertices;
};

/// Walks along the boundaries of a polygon and of others, or along lines, and knows on both sides in which of them it
/// is. Keeps its memory from one polygon to the next.
///
/// By Green's theorem: the boundary of what is in common consists of the pieces of the polygon's boundary with any of
/// the others on their inner side, and of theirs within the polygon that no other has on their outer side; of those
/// that run along each other the same way, the first. Where boundaries cross or touch is decided exactly.
class BoundaryWalk {
public:
    /// The polygon, valid, or the lines and the valid polygons they are compared with, edges straight in longitude and
    /// latitude.
    void put(const Boundary& first, std::span<const Boundary* const> others) { meetings_.put(first, others); }
    [[nodiscard]] const BoundaryMeetings& meetings() const noexcept { return meetings_; }

    /// What the polygon has in common with the union of the others. Nothing of use where a stop was requested.
    CommonArea common_area(const std::stop_token& stop);
    /// After the common area, with one other polygon, of less than all, where no boundaries touch.
    [[nodiscard]] const CommonBoundary& boundary() const noexcept { return common_; }

    /// Appends to `inside` the parts of the lines that lie in the union of the others or along its boundary, and tells
    /// whether these are all.
    bool common_lines(GeometryColumn& inside, const std::stop_token& stop);

private:
    void follow_all(const std::stop_token& stop);
    void follow(std::size_t own);
    void locate(std::size_t own, std::uint32_t edge);
    void change(std::size_t own, std::uint32_t other, Sides inside);
    [[nodiscard]] Sides sides_inside(std::size_t own, std::uint32_t edge, std::uint32_t other) const;
    [[nodiscard]] Sides deciding_sides(std::size_t own, std::size_t other) const;

    [[nodiscard]] bool counts(std::size_t own) const;
    void add_piece(std::size_t own, bool counted, XY from, XY to);
    void end_line();
    void begin_piece(std::size_t own, std::uint32_t edge, std::int32_t from);
    void end_piece(std::int32_t to);

    BoundaryMeetings meetings_;
    std::vector<Sides> inside_;     // per polygon, on which sides the walk is in it
    std::int64_t decisive_ = 0;     // of those but the first that decide whether a piece counts
    Sides inner_side_ = left_side;  // of the ring that is followed
    double turn_ = 1;
    std::optional<AreaFromParallel> from_parallel_;
    Sum area_;
    bool all_ = true;  // every piece of the polygon counts, and no other
    GeometryColumn* lines_ = nullptr;
    std::vector<XY> line_;  // that is being followed inside
    CommonBoundary common_;
};

}  // namespace sheltermap
