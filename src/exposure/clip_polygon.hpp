// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "geometry/prepared_polygon.hpp"
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <vector>

namespace sheltermap {

/// An areal row made ready for areas in common with others: knows on which side of an edge its inside lies.
class ClipPolygon {
public:
    ClipPolygon(const GeometryColumn& column, std::size_t row);

    [[nodiscard]] const PreparedPolygon& prepared() const noexcept { return prepared_; }
    [[nodiscard]] XY vertex(std::uint32_t i) const noexcept { return prepared_.vertices()[i]; }
    /// 1 where the inside lies left of the edges from vertex i on, -1 where it lies right of them.
    [[nodiscard]] double turn(std::uint32_t edge) const noexcept;
    /// Puts all edges (by their first vertices) into `edges`, ascending.
    void all_edges(std::vector<std::uint32_t>& edges) const;
    /// Puts those whose envelope meets a box into `edges`, ascending.
    void edges_near(const Envelope& box, std::vector<std::uint32_t>& edges) const;

private:
    struct Ring {
        std::uint32_t end;  // of its vertices
        double turn;
    };
    PreparedPolygon prepared_;
    std::vector<Ring> rings_;
};

/// The rows of a column, each made ready when it is first asked for; any number of threads may ask.
class ClipPolygons {
public:
    explicit ClipPolygons(const GeometryColumn& column) : column_(column), polygons_(column.size()) {}
    const ClipPolygon& at(std::size_t row) {
        std::call_once(polygons_[row].made, [&] { polygons_[row].polygon.emplace(column_, row); });
        return *polygons_[row].polygon;
    }
    /// Rows from one end of the map to the other, whatever their numbers; only equal ones stand by row. The rounding of
    /// an overlay depends on what comes first, and an answer must not.
    [[nodiscard]] std::vector<std::int32_t> in_order_of_place(std::span<const std::int32_t> rows) const;

private:
    struct Entry {
        std::once_flag made;
        std::optional<ClipPolygon> polygon;
    };
    const GeometryColumn& column_;
    std::vector<Entry> polygons_;
};

/// What a polygon has in common with others.
struct CommonArea {
    double area_m2;
    bool all;  ///< nothing of the polygon is left over; area_m2 is that of all but for rounding
};

/// What a valid polygon has in common with the union of other valid ones, edges straight in longitude and latitude;
/// nothing where boundaries touch, run along each other or pass through a vertex, which only an overlay can tell apart.
///
/// By Green's theorem: the boundary of what is in common consists of the pieces of the polygon's boundary in any of the
/// others, and of theirs in the polygon and in no other of them. Where boundaries cross is decided exactly.
[[nodiscard]] std::optional<CommonArea> common_area(const ClipPolygon& polygon,
                                                    std::span<const ClipPolygon* const> others);

}  // namespace sheltermap
