// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "geodesy/edge.hpp"
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sheltermap {

/// A piece of an edge and the row of the shape it belongs to.
struct ShapePiece {
    EdgePiece piece;
    std::int32_t row;
};

/// A binary tree of earth-centred boxes over pieces of edges. Pieces lie in the order of its leaves, boxes in heap
/// order, so that no node needs a pointer.
class PieceTree {
public:
    explicit PieceTree(std::vector<ShapePiece> pieces);

    /// Calls `offer(piece)` for every piece whose box lies within `limit()`, nearer boxes first; the limit may fall
    /// meanwhile. A box is never farther than the nearest point of a piece in it.
    template <class Limit, class Offer>
    void visit(const Ecef& at, Limit limit, Offer offer) const {
        if (!pieces_.empty()) visit(at, limit, offer, 0, 0, pieces_.size(), boxes_[0].distance_squared(at));
    }

private:
    static constexpr std::size_t leaf_size = 8;
    struct Box {
        Ecef low, high;
        [[nodiscard]] double distance_squared(const Ecef& at) const noexcept;
    };

    /// Half of the pieces, in whole leaves.
    static std::size_t middle(std::size_t begin, std::size_t end) {
        const std::size_t leaves = (end - begin + leaf_size - 1) / leaf_size;
        return begin + leaves / 2 * leaf_size;
    }
    void build(std::size_t node, std::size_t begin, std::size_t end);
    [[nodiscard]] Box box_of(std::size_t begin, std::size_t end) const;

    template <class Limit, class Offer>
    void visit(const Ecef& at, Limit limit, Offer offer, std::size_t node, std::size_t begin, std::size_t end,
               double box_distance_squared) const {
        if (box_distance_squared > limit() * limit()) return;
        if (end - begin <= leaf_size) {
            for (std::size_t i = begin; i < end; ++i) offer(pieces_[i]);
            return;
        }
        const std::size_t mid = middle(begin, end);
        const double left = boxes_[2 * node + 1].distance_squared(at);
        const double right = boxes_[2 * node + 2].distance_squared(at);
        if (left <= right) visit(at, limit, offer, 2 * node + 1, begin, mid, left);
        visit(at, limit, offer, 2 * node + 2, mid, end, right);
        if (left > right) visit(at, limit, offer, 2 * node + 1, begin, mid, left);
    }

    std::vector<ShapePiece> pieces_;
    std::vector<Box> boxes_;
};

}  // namespace sheltermap
