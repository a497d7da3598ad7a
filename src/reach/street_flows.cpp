// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/street_flows.hpp"

#include "sheltermap/reach/network_reach.hpp"

#include "network/search.hpp"
#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

namespace sheltermap {
namespace {

/// Trials between two looks at what was found; not the number of threads, so that the answer does not depend on it.
constexpr std::size_t trials_at_once = 16;

void require_weights(std::span<const double> weight, std::size_t rows) {
    if (!weight.empty() && weight.size() != rows) throw std::invalid_argument("weight must have one entry per row");
    for (std::size_t row = 0; row < weight.size(); ++row) {
        if (!std::isfinite(weight[row]) || weight[row] < 0) {
            throw std::invalid_argument("weight: row " + std::to_string(row + 1) + " has " +
                                        std::to_string(weight[row]) + "; a weight is a number of people, not negative");
        }
    }
}

double weight_of(const FlowOptions& options, std::size_t row) {
    return options.weight.empty() ? 1 : options.weight[row];
}

/// People at nodes, passed on from node to node towards the facilities.
class Flows {
public:
    Flows(const TravelCosts& travel, std::span<const Snap> facilities, NearestLabels labels)
        : travel_(travel),
          c_(travel.graph().columns()),
          facilities_(facilities),
          labels_(std::move(labels)),
          at_node_(travel.graph().nodes(), 0),
          on_edge_(travel.graph().edges(), 0) {
        for (std::size_t row = 0; row < facilities.size(); ++row) {
            if (facilities[row].state == SnapState::snapped) by_edge_.emplace_back(facilities[row].edge, row);
        }
        std::sort(by_edge_.begin(), by_edge_.end());
    }

    /// Sends people on their way; those beyond the limit stay.
    void send(const Snap& place, double people, double limit) {
        if (place.state != SnapState::snapped) return;
        const auto ends = travel_.ends_of_demand(place);
        const double by_from = ends.from + labels_.cost[c_.edge_from[place.edge]];
        const double by_to = ends.to + labels_.cost[c_.edge_to[place.edge]];
        const double along = along_edge(place);
        const double best = std::min({along, by_from, by_to});
        if (std::isinf(best) || best + travel_.offroad(place) > limit) return;
        if (best == along) {
            on_edge_[place.edge] += people;
            return;
        }
        const bool by_first = best == by_from;
        const std::uint32_t node = by_first ? c_.edge_from[place.edge] : c_.edge_to[place.edge];
        const double left = by_first ? place.offset_m : c_.length_m[place.edge] - place.offset_m;
        at_node_[node] += people;
        if (left > 0 && !comes_back(place.edge, node)) on_edge_[place.edge] += people;
    }

    /// Everybody arrives.
    std::vector<double> arrive() {
        std::vector<std::uint32_t> behind(at_node_.size(), 0);  // nodes whose way leads over a node and are not done
        for (const auto& previous : labels_.previous) {
            if (previous.node != Predecessor::none) ++behind[previous.node];
        }
        std::vector<std::uint32_t> ready;
        for (std::uint32_t node = 0; node < behind.size(); ++node) {
            if (behind[node] == 0) ready.push_back(node);
        }
        while (!ready.empty()) {
            const std::uint32_t node = ready.back();
            ready.pop_back();
            const auto [next, edge] = labels_.previous[node];
            if (next == Predecessor::none) {
                if (at_node_[node] > 0 && entry_cost(node) > 0) on_edge_[facility_of(node).edge] += at_node_[node];
                continue;
            }
            on_edge_[edge] += at_node_[node];
            at_node_[next] += at_node_[node];
            if (--behind[next] == 0) ready.push_back(next);
        }
        return std::move(on_edge_);
    }

private:
    [[nodiscard]] double along_edge(const Snap& place) const {
        double best = std::numeric_limits<double>::infinity();
        for (auto i = std::lower_bound(by_edge_.begin(), by_edge_.end(), std::pair{place.edge, std::size_t{0}});
             i != by_edge_.end() && i->first == place.edge; ++i) {
            const Snap& facility = facilities_[i->second];
            best = std::min(best, travel_.along_edge(place, facility) + travel_.offroad(facility));
        }
        return best;
    }

    /// Whether the way from a node ends on the edge it began on, as where a one-way street leads away from the
    /// facility: people are then counted when they arrive.
    [[nodiscard]] bool comes_back(std::uint32_t edge, std::uint32_t node) const {
        if (facility_of(node).edge != edge) return false;
        while (labels_.previous[node].node != Predecessor::none) node = labels_.previous[node].node;
        return entry_cost(node) > 0;
    }

    [[nodiscard]] const Snap& facility_of(std::uint32_t node) const {
        return facilities_[static_cast<std::size_t>(labels_.facility[node])];
    }

    /// The last part of the way, along the facility's own edge.
    [[nodiscard]] double entry_cost(std::uint32_t node) const {
        const Snap& facility = facility_of(node);
        const auto ends = travel_.ends_of_facility(facility);
        if (node != c_.edge_from[facility.edge]) return ends.to;
        return node == c_.edge_to[facility.edge] ? std::min(ends.from, ends.to) : ends.from;
    }

    const TravelCosts& travel_;
    const GraphColumns<ReadColumn>& c_;
    std::span<const Snap> facilities_;
    NearestLabels labels_;
    std::vector<std::pair<std::uint32_t, std::size_t>> by_edge_;  // facilities
    std::vector<double> at_node_;
    std::vector<double> on_edge_;
};

/// Which rows reach a facility within the limit.
std::vector<Reason> reasons_of(const TravelGraph& travel, std::span<const Snap> demand,
                               std::span<const Snap> facilities, double limit, const Execution& execution) {
    return network_reach(travel, demand, facilities, {.k = 1, .limit = limit}, execution).reason;
}

double people_lost(std::span<const Reason> before, std::span<const Reason> after, const FlowOptions& options) {
    double lost = 0;
    for (std::size_t row = 0; row < before.size(); ++row) {
        if (before[row] == Reason::reached && after[row] != Reason::reached) lost += weight_of(options, row);
    }
    return lost;
}

/// Closes an edge from junction to junction, but for the junctions: who stands at one may go by other edges there, so
/// that nobody is lost whose way does not lead along the edge.
Traffic with_closed(const Traffic& traffic, const Graph& graph, std::uint32_t edge) {
    std::vector<EdgeChange> changes(traffic.closed().begin(), traffic.closed().end());
    changes.insert(changes.end(), traffic.slower().begin(), traffic.slower().end());
    const double length = graph.columns().length_m[edge];
    const double begin = std::nextafter(0.0, length);
    changes.push_back(
        {.edge = edge, .begin_m = begin, .end_m = std::max(begin, std::nextafter(length, 0.0)), .speed_factor = 0});
    return Traffic(std::move(changes));
}

bool worse(const CriticalEdge& a, const CriticalEdge& b) {
    return a.lost != b.lost ? a.lost > b.lost : a.edge < b.edge;
}

}  // namespace

std::vector<double> street_flows(const TravelGraph& travel_graph, std::span<const Snap> demand,
                                 std::span<const Snap> facilities, const FlowOptions& options,
                                 const Execution& execution) {
    const TravelCosts& travel = travel_graph.costs();
    require_weights(options.weight, demand.size());
    Flows flows(travel, facilities, nearest_tree(travel, seeds_of(travel, facilities), options.limit, execution.stop));
    for (std::size_t row = 0; row < demand.size(); ++row) {
        flows.send(demand[row], weight_of(options, row), options.limit);
    }
    return flows.arrive();
}

std::vector<CriticalEdge> critical_edges(const Graph& graph, const Traffic& traffic, const TravelOptions& travel,
                                         std::span<const Snap> demand, std::span<const Snap> facilities,
                                         const FlowOptions& options, std::size_t count, const Execution& execution) {
    const TravelGraph usual(graph, traffic, travel);
    const auto flows = street_flows(usual, demand, facilities, options, execution);
    const auto before = reasons_of(usual, demand, facilities, options.limit, execution);
    std::vector<std::uint32_t> order;
    for (std::uint32_t edge = 0; edge < flows.size(); ++edge) {
        if (flows[edge] > 0) order.push_back(edge);
    }
    std::stable_sort(order.begin(), order.end(), [&](auto a, auto b) { return flows[a] > flows[b]; });

    // Sums of weights in another order may differ in the last places; what could tie is tried.
    const auto can_exceed = [](double flow, double lost) { return flow * (1 + 1e-9) >= lost; };
    std::vector<CriticalEdge> found;
    for (std::size_t tried = 0; tried < order.size() && count > 0; tried += trials_at_once) {
        if (found.size() == count && !can_exceed(flows[order[tried]], found.back().lost)) break;
        const std::size_t trials = std::min(trials_at_once, order.size() - tried);
        std::vector<CriticalEdge> losses(trials);
        parallel_for(trials, 1, execution, [&](std::size_t trial, std::size_t) {
            const std::uint32_t edge = order[tried + trial];
            const TravelGraph without(graph, with_closed(traffic, graph, edge), travel);
            const Execution alone{.threads = 1, .stop = execution.stop};
            const auto after = reasons_of(without, demand, facilities, options.limit, alone);
            losses[trial] = {edge, people_lost(before, after, options), flows[edge]};
        });
        for (const CriticalEdge& each : losses) {
            if (each.lost > 0) found.push_back(each);
        }
        std::sort(found.begin(), found.end(), worse);
        if (found.size() > count) found.resize(count);
    }
    return found;
}

}  // namespace sheltermap
