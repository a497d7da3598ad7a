// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/network/travel.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Part of an edge that one facility is nearest to all along, gone along one way.
struct ReachedStretch {
    std::uint32_t edge;
    std::int32_t facility;  ///< the nearest; ties go to the lower row
    std::uint32_t limit;    ///< the first of the ascending limits that it lies within
    double begin_m;         ///< along the edge from its first vertex
    double end_m;
    double begin_cost;  ///< of the way between facility and there; changes evenly up to end_cost
    double end_cost;
    friend bool operator==(const ReachedStretch&, const ReachedStretch&) = default;
};

/// The streets within limits of the nearest facility, cut where a limit is reached, where another facility becomes the
/// nearest and where the way to it turns.
///
///     const TravelGraph travel(graph, {}, {.unit = CostUnit::seconds});
///     const auto near = reached_streets(travel, index.snap(schools), std::array{5.0 * 60, 15.0 * 60});
///
/// The cost of a point is that of network_reach for a place on it, the way between the facility's door and the street
/// included. Stretches lie in the order of edges, then along them, and do not overlap; neighbours of an edge end and
/// begin at the very same number. Ends are right within 1 µm, and what is shorter than that is left out.
/// Throws std::invalid_argument for limits that are not finite, negative or not ascending.
[[nodiscard]] std::vector<ReachedStretch> reached_streets(const TravelGraph& travel, std::span<const Snap> facilities,
                                                          std::span<const double> limits,
                                                          const Execution& execution = {});

}  // namespace sheltermap
