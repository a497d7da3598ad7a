// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include "geometry/envelope.hpp"
#include "geometry/prepared_polygon.hpp"
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// The rings of an areal row under a tree of boxes around edges that follow each other: sixteen to a box, sixteen boxes
/// to the next. One pass over the vertices makes it, which the envelopes of rows need anyway; few edges are then looked
/// at to find those near a box, or on which side of all a point lies.
///
/// Edges are named by their first vertices, counted from the first of the row. Refers to the column and to what
/// BoundaryStorage holds for it. Immutable.
class Boundary {
public:
    struct Ring {
        std::uint32_t end;  // of its vertices
        double turn;        // 1 where the inside of the polygon lies left of the edges, -1 where it lies right
    };
    struct Node {
        Envelope box;
        std::uint32_t begin = 0, end = 0;  // of its edges; at the lowest level in one ring
    };

    Boundary() = default;

    /// Empty where the row has no vertices.
    [[nodiscard]] const Envelope& envelope() const noexcept { return box_; }
    [[nodiscard]] XY vertex(std::uint32_t i) const noexcept { return vertices_[i]; }
    [[nodiscard]] std::size_t edge_count() const noexcept { return vertices_.size() - rings_.size(); }
    [[nodiscard]] std::size_t ring_count() const noexcept { return rings_.size(); }
    [[nodiscard]] const Ring& ring_of(std::uint32_t edge) const noexcept;

    /// Has the processor fetch the boxes, which a while later are then there.
    void prefetch() const noexcept;
    /// Exact.
    [[nodiscard]] Location locate(XY point) const noexcept;
    /// Whether what lies beside an edge of another boundary, at its begin and on its left or right, is inside; exact.
    [[nodiscard]] bool holds_beside(XY from, XY towards, bool left) const noexcept;
    /// Calls `visit(edge)` for every edge whose envelope meets a box, ascending.
    template <class Visit>
    void visit_edges_near(const Envelope& box, Visit visit) const {
        if (levels_ > 0 && box.meets(box_)) visit_near(levels_ - 1, 0, level_size(levels_ - 1), box, visit);
    }

private:
    friend class BoundaryStorage;
    static constexpr std::size_t width = 16;
    static constexpr std::size_t most_levels = 8;  // 16^8 edges

    [[nodiscard]] std::size_t level_size(std::size_t level) const noexcept {
        return level_begin_[level + 1] - level_begin_[level];
    }
    template <class Visit>
    void visit_near(std::size_t level, std::size_t first, std::size_t last, const Envelope& box, Visit& visit) const {
        for (std::size_t i = first; i < last; ++i) {
            const Node& node = nodes_[level_begin_[level] + i];
            if (!node.box.meets(box)) continue;
            if (level > 0) {
                visit_near(level - 1, i * width, std::min((i + 1) * width, level_size(level - 1)), box, visit);
                continue;
            }
            for (std::uint32_t edge = node.begin; edge < node.end; ++edge) {
                if (meets(edge, box)) visit(edge);
            }
        }
    }
    [[nodiscard]] bool meets(std::uint32_t edge, const Envelope& box) const noexcept {
        const XY from = vertices_[edge], to = vertices_[edge + 1];
        const bool apart = ((from.x < box.min_x) & (to.x < box.min_x)) | ((from.x > box.max_x) & (to.x > box.max_x)) |
                           ((from.y < box.min_y) & (to.y < box.min_y)) | ((from.y > box.max_y) & (to.y > box.max_y));
        return !apart;
    }
    /// True where the point lies on an edge.
    template <class Ray>
    bool follow(std::size_t level, std::size_t first, std::size_t last, XY point, Ray& ray) const noexcept;

    std::span<const XY> vertices_;
    Envelope box_;
    std::span<const Ring> rings_;
    const Node* nodes_ = nullptr;  // level by level, lowest first
    std::array<std::uint32_t, most_levels + 1> level_begin_{};
    std::size_t levels_ = 0;
};

/// What boundaries consist of beside the vertices of their column.
class BoundaryStorage {
public:
    /// Of every row of a column.
    BoundaryStorage(const GeometryColumn& column, const Execution& execution);
    /// Of no row, until one is put in.
    BoundaryStorage() = default;
    /// The boundary of one row, in the place of all there were.
    const Boundary& put(const GeometryColumn& column, std::size_t row);

    [[nodiscard]] std::span<const Boundary> boundaries() const noexcept { return boundaries_; }

private:
    static std::size_t node_count(const GeometryColumn& column, std::size_t row);
    static void make(Boundary& boundary, const GeometryColumn& column, std::size_t row, Boundary::Ring* rings,
                     Boundary::Node* nodes);

    std::vector<Boundary> boundaries_;
    std::vector<Boundary::Ring> rings_;
    std::vector<Boundary::Node> nodes_;
};

}  // namespace sheltermap
