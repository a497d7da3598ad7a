// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/geometry_column.hpp"
#include "sheltermap/network/travel.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Between which two places a path is wanted, and what it costs if that is known: no dearer way is looked for.
struct PathRequest {
    std::int64_t demand;
    std::int64_t facility;
    double known_cost;  ///< infinity where it is not known
};

/// The cheapest ways, in the order of the requests, in the direction of travel.
struct Paths {
    std::vector<double> cost;              ///< with the ways beside the streets; infinity where there is none
    std::vector<std::int64_t> offsets{0};  ///< requests + 1, into `edges`
    std::vector<std::uint32_t> edges;      ///< gone along one after another, perhaps in part
    GeometryColumn lines;                  ///< from street point to street point; missing where there is no way
};

/// One search per facility that is asked about, several at a time. A way between places that get on at the same point
/// is a line of two equal vertices.
/// Throws std::invalid_argument for a row that does not exist.
///
///     const std::array wanted{PathRequest{.demand = 0, .facility = 3, .known_cost = reach.cost[0]}};
///     const Paths ways = shortest_paths(travel, index.snap(homes), index.snap(shelters), wanted);
[[nodiscard]] Paths shortest_paths(const TravelGraph& travel, std::span<const Snap> demand,
                                   std::span<const Snap> facilities, std::span<const PathRequest> requests,
                                   const Execution& execution = {});

}  // namespace sheltermap
