// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "circle_pairs.hpp"
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// A piece of a circle on the boundary of a union, followed counter-clockwise: from the higher azimuth to the lower.
struct BoundaryArc {
    std::uint32_t circle;
    double from, to;
    std::uint32_t from_crossing, to_crossing;
};

/// Circles that overlap, also by way of others.
struct CircleGroup {
    std::vector<std::uint32_t> circles;  // ascending
    std::vector<BoundaryArc> arcs;       // of several circles
    bool clear = true;                   // no circles touch, and no three meet at one place
};

/// Every circle is in one group; groups come in the order of their first circles. Arcs are complete where all is clear.
[[nodiscard]] std::vector<CircleGroup> circle_groups(std::size_t circles, std::span<const CirclePair> pairs);

}  // namespace sheltermap
