// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/network/travel.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace sheltermap {

/// Whose ways: every demand row's to its cheapest facility.
struct FlowOptions {
    double limit = std::numeric_limits<double>::infinity();  ///< inclusive; ways that cost more are not gone
    std::span<const double> weight{};                        ///< people per row, not negative; 1 each where empty
};

/// How many people go along each edge, or part of it, when everybody goes to the cheapest facility; of several cheapest
/// ways one is gone. Per edge of the graph. Throws std::invalid_argument for a weight that is negative or not a number.
///
///     const auto load = street_flows(travel, index.snap(homes), index.snap(shelters), {.weight = people});
[[nodiscard]] std::vector<double> street_flows(const TravelGraph& travel, std::span<const Snap> demand,
                                               std::span<const Snap> facilities, const FlowOptions& options,
                                               const Execution& execution = {});

/// An edge without which people no longer reach a facility within the limit.
struct CriticalEdge {
    std::uint32_t edge;
    double lost;      ///< people within the limit now who are not when the edge is closed
    double using_it;  ///< people whose way leads along it now
    friend bool operator==(const CriticalEdge&, const CriticalEdge&) = default;
};

/// The `count` edges whose closure alone takes most people beyond the limit, most first, ties by edge; fewer where
/// closing no other takes anybody.
///
/// Exact: nobody is lost whose way does not lead along the edge, so that edges are tried in the order of their flows
/// until no flow can exceed the losses found. Each trial is one search.
[[nodiscard]] std::vector<CriticalEdge> critical_edges(const Graph& graph, const Traffic& traffic,
                                                       const TravelOptions& travel, std::span<const Snap> demand,
                                                       std::span<const Snap> facilities, const FlowOptions& options,
                                                       std::size_t count, const Execution& execution = {});

}  // namespace sheltermap
