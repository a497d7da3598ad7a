// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/network/edge_part.hpp"
#include "sheltermap/network/travel.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Ways that leave something, one entry per demand row.
struct WaysOut {
    std::vector<std::int32_t> facility;  ///< the cheapest, of equal ones the lower row; -1 where no way leads to any
    std::vector<double> cost;            ///< of the whole way; infinity where there is none
    /// Of the part after the last point in a stretch, the way to the facility's door included; NaN where the way has
    /// no such point, or there is none.
    std::vector<double> beyond;
};

/// The cheapest way of every demand row to a facility, and how much of it lies beyond some stretches of the streets, as
/// of a flood zone: cost - beyond is when the row has left them for good. The ends of a stretch are in it; stretches
/// may overlap. Costs are those of `network_reach`; within an edge they are linear. The parts beside the streets are in
/// no stretch.
/// Throws std::invalid_argument for a stretch that is not one of an edge or ends before it begins, and where one
/// travels from the facilities.
///
///     const WaysOut ways = ways_out(travel, index.snap(homes), index.snap(shelters), flooded);
///     const double leaves_the_water_after = ways.cost[0] - ways.beyond[0];
[[nodiscard]] WaysOut ways_out(const TravelGraph& travel, std::span<const Snap> demand,
                               std::span<const Snap> facilities, std::vector<EdgePart> stretches,
                               const Execution& execution = {});

}  // namespace sheltermap
