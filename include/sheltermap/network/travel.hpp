// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/cost_unit.hpp"
#include "sheltermap/network/edge_index.hpp"
#include "sheltermap/network/graph.hpp"
#include "sheltermap/network/traffic.hpp"

#include <cstdint>
#include <memory>

namespace sheltermap {

/// Which way is travelled: people go to a facility, or help comes from it.
enum class Direction : std::uint8_t { to_facility, from_facility };

/// What a travel costs in.
struct TravelOptions {
    CostUnit unit = CostUnit::metres;
    Direction direction = Direction::to_facility;
    /// Speed of those who travel, who go on foot: beside the streets and along them, but for ferries. Streets on which
    /// the network is slower than its speed beside the streets, as on steps, slow them in the same proportion.
    /// 0: the network's own speeds. Counts in seconds only.
    double pace_m_s = 0;
};

class TravelCosts;

/// A graph with a cost on every way along an edge, for one question: what network_reach and its kin are asked of.
///
///     const TravelGraph travel(graph, Traffic({{.edge = 17, .speed_factor = 0}}), {.unit = CostUnit::seconds});
///
/// Keeps the graph. Immutable, so any number of threads may ask it; copies share the costs.
class TravelGraph {
public:
    /// Throws std::invalid_argument where a change names an edge the graph does not have, or the pace is not a finite
    /// number >= 0.
    TravelGraph(const Graph& graph, Traffic traffic, const TravelOptions& options);

    [[nodiscard]] const Graph& graph() const noexcept;
    [[nodiscard]] const TravelOptions& options() const noexcept;
    /// What the searches of this library walk along; nobody else looks inside.
    [[nodiscard]] const TravelCosts& costs() const noexcept { return *costs_; }

private:
    std::shared_ptr<const TravelCosts> costs_;
};

}  // namespace sheltermap
