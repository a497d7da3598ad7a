// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/network/travel.hpp"
#include "sheltermap/reach/reach.hpp"

#include <cstddef>
#include <limits>
#include <span>

namespace sheltermap {

struct NetworkReachOptions {
    std::size_t k = 1;  ///< at most this many; all_places for every one within the limit
    double limit = std::numeric_limits<double>::infinity();  ///< inclusive, in the unit of the travel
};

/// Reach along the streets, in metres or seconds.
///
///     const EdgeIndex index(graph);
///     const TravelGraph travel(graph, {}, {.unit = CostUnit::seconds});
///     const Reach reach = network_reach(travel, index.snap(homes), index.snap(shelters), {.limit = 15 * 60});
///
/// A cost is that of the way from the door to the street, along the streets and to the other door; the ways beside the
/// streets are walked. It is the cheapest there is, exact but for the rounding of its sum. Cheapest first, ties by
/// facility row. Rows that reach nothing: `not_snapped`, `no_path` where no facility can be reached at any cost (as
/// when none is near a street), `too_far` where one can beyond the limit, `no_facility` where none has a position.
/// Throws std::invalid_argument for k = 0, a limit that is not a number >= 0, or where neither is limited.
[[nodiscard]] Reach network_reach(const TravelGraph& travel, std::span<const Snap> demand,
                                  std::span<const Snap> facilities, const NetworkReachOptions& options,
                                  const Execution& execution = {});

}  // namespace sheltermap
