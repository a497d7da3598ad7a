// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/travel.hpp"

#include "network/travel_costs.hpp"
#include <utility>

namespace sheltermap {

TravelGraph::TravelGraph(const Graph& graph, Traffic traffic, const TravelOptions& options)
    : costs_(std::make_shared<const TravelCosts>(graph, std::move(traffic), options)) {}

const Graph& TravelGraph::graph() const noexcept { return costs_->graph(); }
const TravelOptions& TravelGraph::options() const noexcept { return costs_->options(); }

}  // namespace sheltermap
