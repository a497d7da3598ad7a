// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/network/graph.hpp"
#include "sheltermap/network/streets.hpp"

#include <cstdint>
#include <vector>

namespace sheltermap {

/// What of streets is made to meet though they share no point.
struct JoinOptions {
    double ends_within_m = 0;  ///< the end of a street this near to another one is joined to it; 0: none is
    bool crossings = false;    ///< streets that cross, or touch along their way, meet there
};

/// How much was joined.
struct Joined {
    std::uint64_t ends = 0;       ///< places where streets ended
    std::uint64_t crossings = 0;  ///< places where they crossed
};

/// Joins streets that cross or end on another one without a common point.
///
///     Streets streets = streets_of_lines(lines, {});
///     join_streets(streets, {.ends_within_m = 0.5});
///     const Graph graph = build_graph(streets);
///
/// An end is led straight to the nearest point of the nearest street, and on to others within the distance that it
/// would not meet there, unless it lies on one within the rounding of the grid (2 cm); where it reaches over, they meet
/// where they cross. Bridges, tunnels, ferries and what is got on at its ends only meet others at their ends, and
/// streets of different layers do not meet unless one is a bridge or tunnel that ends there. Throws
/// std::invalid_argument for a distance that is negative or not finite.
Joined join_streets(Streets& streets, const JoinOptions& options, const Execution& execution = {});

/// Where streets seem to meet and do not.
struct Unjoined {
    std::vector<LonLat> ends;       ///< of streets, near another one
    std::vector<LonLat> crossings;  ///< without a common vertex, nor one within a metre; each place once
};

struct UnjoinedOptions {
    double near_m = 5;  ///< a street ends this near to another one …
    double way_m = 50;  ///< … and the way between them is longer than this
};

/// Finds dead ends near a street that they do not lead to, and places where streets of one layer cross or touch on
/// their way without meeting; bridges, tunnels, ferries and what is got on at its ends only are not looked at.
///
///     const std::size_t gaps = unjoined(graph).ends.size();
[[nodiscard]] Unjoined unjoined(const Graph& graph, const UnjoinedOptions& options = {},
                                const Execution& execution = {});

}  // namespace sheltermap
