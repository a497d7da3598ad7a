// SPDX-License-Identifier: Apache-2.0
#include "piece_tree.hpp"

#include "base/not_finite.hpp"
#include <algorithm>
#include <utility>

namespace sheltermap {
namespace {

/// Far above the rounding of earth-centred coordinates (about 1 nm).
constexpr double rounding_m = 1e-6;

double centre(const ShapePiece& shape, std::size_t axis) { return shape.piece.from[axis] + shape.piece.to[axis]; }

}  // namespace

PieceTree::PieceTree(std::vector<ShapePiece> pieces) : pieces_(std::move(pieces)) {
    if (!pieces_.empty()) build(0, 0, pieces_.size());
}

double PieceTree::Box::distance_squared(const Ecef& at) const noexcept {
    double squared = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double beside = std::max({low[axis] - at[axis], at[axis] - high[axis], 0.0});
        squared += beside * beside;
    }
    return squared;
}

PieceTree::Box PieceTree::box_of(std::size_t begin, std::size_t end) const {
    Box box{{infinity, infinity, infinity}, {-infinity, -infinity, -infinity}};
    for (std::size_t i = begin; i < end; ++i) {
        const EdgePiece& piece = pieces_[i].piece;
        const double around = piece.bulge_m + rounding_m;
        for (std::size_t axis = 0; axis < 3; ++axis) {
            box.low[axis] = std::min({box.low[axis], piece.from[axis] - around, piece.to[axis] - around});
            box.high[axis] = std::max({box.high[axis], piece.from[axis] + around, piece.to[axis] + around});
        }
    }
    return box;
}

void PieceTree::build(std::size_t node, std::size_t begin, std::size_t end) {
    if (node >= boxes_.size()) boxes_.resize(node + 1);
    const Box box = box_of(begin, end);
    boxes_[node] = box;
    if (end - begin <= leaf_size) return;
    std::size_t widest = 0;
    for (std::size_t axis = 1; axis < 3; ++axis) {
        if (box.high[axis] - box.low[axis] > box.high[widest] - box.low[widest]) widest = axis;
    }
    const std::size_t mid = middle(begin, end);
    const auto iterator = [&](std::size_t i) { return pieces_.begin() + static_cast<std::ptrdiff_t>(i); };
    std::nth_element(iterator(begin), iterator(mid), iterator(end),
                     [&](const ShapePiece& a, const ShapePiece& b) { return centre(a, widest) < centre(b, widest); });
    build(2 * node + 1, begin, mid);
    build(2 * node + 2, mid, end);
}

}  // namespace sheltermap
