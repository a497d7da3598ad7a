// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/ways_out.hpp"

#include "base/not_finite.hpp"
#include "network/search.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

namespace sheltermap {
namespace {

constexpr double nowhere = std::numeric_limits<double>::quiet_NaN();

/// Stretches by their edge.
class Stretches {
public:
    Stretches(std::vector<EdgePart> stretches, const Graph& graph) : stretches_(std::move(stretches)) {
        for (const EdgePart& each : stretches_) {
            if (each.edge < graph.edges() && each.begin_m >= 0 && each.begin_m <= each.end_m) continue;
            throw std::invalid_argument("there is no stretch of edge " + std::to_string(each.edge) + " from " +
                                        std::to_string(each.begin_m) + " m to " + std::to_string(each.end_m) + " m");
        }
        std::sort(stretches_.begin(), stretches_.end(),
                  [](const EdgePart& a, const EdgePart& b) { return a.edge < b.edge; });
    }

    /// The last point in a stretch on the way along an edge from one offset to another.
    [[nodiscard]] std::optional<double> last_point(std::uint32_t edge, double from_m, double to_m) const {
        const auto [low, high] = std::minmax(from_m, to_m);
        const auto first = std::lower_bound(stretches_.begin(), stretches_.end(), edge,
                                            [](const EdgePart& each, std::uint32_t e) { return each.edge < e; });
        std::optional<double> last_m;
        for (auto i = first; i != stretches_.end() && i->edge == edge; ++i) {
            if (i->begin_m > high || i->end_m < low) continue;
            const double at_m = to_m == high ? std::min(high, i->end_m) : std::max(low, i->begin_m);
            if (!last_m || std::abs(to_m - at_m) < std::abs(to_m - *last_m)) last_m = at_m;
        }
        return last_m;
    }

private:
    std::vector<EdgePart> stretches_;
};

/// A way along one edge, from one offset to another, and what the rest of it costs.
struct WayOnEdge {
    std::uint32_t edge;
    double from_m, to_m;
    double rest;
};

class WaysOutOf {
public:
    WaysOutOf(const TravelCosts& travel, std::span<const Snap> facilities, std::vector<EdgePart> stretches,
              const std::stop_token& stop)
        : travel_(travel),
          c_(travel.graph().columns()),
          facilities_(facilities),
          stretches_(std::move(stretches), travel.graph()),
          labels_(nearest_tree(travel, seeds_of(travel, facilities), infinity, stop)),
          beyond_(labels_.cost.size(), nowhere) {
        for (std::size_t row = 0; row < facilities.size(); ++row) {
            if (facilities[row].state == SnapState::snapped) by_edge_.emplace_back(facilities[row].edge, row);
        }
        std::sort(by_edge_.begin(), by_edge_.end());
        settle_nodes();
    }

    struct WayOut {
        double cost = infinity;  // of equal ones the lower facility, as everywhere; then the one within the edge
        std::int32_t facility = -1;
        double beyond = nowhere;
    };

    [[nodiscard]] WayOut from(const Snap& place) const {
        WayOut best;
        if (place.state != SnapState::snapped) return best;
        const double offroad = travel_.offroad(place);
        const auto offer = [&](double cost, std::int32_t facility, const auto& beyond) {
            if (std::isinf(cost) || std::pair(cost, facility) >= std::pair(best.cost, facility_or_last(best))) return;
            best = {cost, facility, beyond()};
        };
        for (auto i = std::lower_bound(by_edge_.begin(), by_edge_.end(), std::pair{place.edge, std::size_t{0}});
             i != by_edge_.end() && i->first == place.edge; ++i) {
            const Snap& there = facilities_[i->second];
            const double along = travel_.along_edge(place, there);
            const double door = travel_.offroad(there);
            offer(door + along + offroad, static_cast<std::int32_t>(i->second),
                  [&] { return after({place.edge, place.offset_m, there.offset_m, door}); });
        }
        const auto ends = travel_.ends_of_demand(place);
        const auto by_node = [&](std::uint32_t node, double end_m, double cost) {
            offer(labels_.cost[node] + cost + offroad, labels_.facility[node], [&] {
                if (!std::isnan(beyond_[node])) return beyond_[node];
                return after({place.edge, place.offset_m, end_m, labels_.cost[node]});
            });
        };
        by_node(c_.edge_from[place.edge], 0, ends.from);
        by_node(c_.edge_to[place.edge], c_.length_m[place.edge], ends.to);
        return best;
    }

private:
    static std::int32_t facility_or_last(const WayOut& way) {
        return way.facility < 0 ? std::numeric_limits<std::int32_t>::max() : way.facility;
    }

    /// What the way costs after the last point of it that lies in a stretch; NaN where none does.
    [[nodiscard]] double after(const WayOnEdge& way) const {
        const auto last_m = stretches_.last_point(way.edge, way.from_m, way.to_m);
        return last_m ? way.rest + travel_.along_edge(way.edge, *last_m, way.to_m) : nowhere;
    }

    /// The way from a node: what lies beyond is decided by the node nearest to the facility that still knows of some.
    void settle_nodes() {
        std::vector<std::uint32_t> way;
        std::vector<std::uint8_t> settled(beyond_.size(), 0);
        for (std::uint32_t start = 0; start < beyond_.size(); ++start) {
            for (std::uint32_t node = start; node != Predecessor::none && settled[node] == 0;
                 node = labels_.previous[node].node) {
                way.push_back(node);
            }
            for (; !way.empty(); way.pop_back()) {
                beyond_[way.back()] = beyond_of(way.back());
                settled[way.back()] = 1;
            }
        }
    }

    [[nodiscard]] double beyond_of(std::uint32_t node) const {
        if (std::isinf(labels_.cost[node])) return nowhere;
        const auto [next, edge] = labels_.previous[node];
        if (next == Predecessor::none) return beyond_of_entry(node);
        if (!std::isnan(beyond_[next])) return beyond_[next];
        const double length = c_.length_m[edge];
        const bool along = c_.edge_from[edge] == node;
        return after({edge, along ? 0 : length, along ? length : 0, labels_.cost[next]});
    }

    /// The last part of the way, along the facility's own edge.
    [[nodiscard]] double beyond_of_entry(std::uint32_t node) const {
        const Snap& facility = facilities_[static_cast<std::size_t>(labels_.facility[node])];
        const auto ends = travel_.ends_of_facility(facility);
        const bool at_from = node == c_.edge_from[facility.edge];
        const bool by_from = at_from && (node != c_.edge_to[facility.edge] || ends.from <= ends.to);
        const double start_m = by_from ? 0 : c_.length_m[facility.edge];
        return after({facility.edge, start_m, facility.offset_m, travel_.offroad(facility)});
    }

    const TravelCosts& travel_;
    const GraphColumns<ReadColumn>& c_;
    std::span<const Snap> facilities_;
    Stretches stretches_;
    NearestLabels labels_;
    std::vector<double> beyond_;                                  // per node
    std::vector<std::pair<std::uint32_t, std::size_t>> by_edge_;  // facilities
};

}  // namespace

WaysOut ways_out(const TravelGraph& travel_graph, std::span<const Snap> demand, std::span<const Snap> facilities,
                 std::vector<EdgePart> stretches, const Execution& execution) {
    const TravelCosts& travel = travel_graph.costs();
    if (travel.options().direction != Direction::to_facility) {
        throw std::invalid_argument("ways_out: one leaves towards the facilities, not from them");
    }
    const WaysOutOf ways(travel, facilities, std::move(stretches), execution.stop);
    WaysOut found{std::vector<std::int32_t>(demand.size()), std::vector<double>(demand.size()),
                  std::vector<double>(demand.size())};
    parallel_for(demand.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            const auto way = ways.from(demand[row]);
            found.facility[row] = way.facility;
            found.cost[row] = way.cost;
            found.beyond[row] = way.beyond;
        }
    });
    return found;
}

}  // namespace sheltermap
