// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "geometry/envelope.hpp"
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Which of a fixed set of boxes meet another one, by a tree of boxes packed along a Hilbert curve (Kamel and Faloutsos
/// 1993). Immutable, so any number of threads may ask one tree.
class EnvelopeTree {
public:
    /// Empty boxes are never found. Throws std::invalid_argument for more than 2^31 - 1 boxes.
    explicit EnvelopeTree(std::span<const Envelope> boxes);

    /// Around all boxes.
    [[nodiscard]] const Envelope& envelope() const noexcept { return all_; }
    /// Puts the rows of the boxes that meet `box`, sides included, into `rows`, ascending.
    void find(const Envelope& box, std::vector<std::int32_t>& rows) const;

private:
    static constexpr std::size_t width = 16;
    /// Up to `width` boxes side by side, as a loop over them becomes vector instructions; the rest are empty.
    struct Node {
        alignas(64) double min_x[width], min_y[width], max_x[width], max_y[width];
    };
    void add_level(std::span<const Envelope> boxes);
    void find(const Envelope& box, std::size_t level, std::size_t node, std::vector<std::int32_t>& rows) const;

    Envelope all_;
    std::vector<std::int32_t> rows_;         // of the lowest level's boxes
    std::vector<std::vector<Node>> levels_;  // lowest first; child i of node n is node, or box, n * width + i
};

}  // namespace sheltermap
