// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/travel.hpp"

#include "base/memory.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace sheltermap {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

/// Nothing costs nothing, even where no way leads.
double part(double metres, double per_metre) {
    if (metres == 0) return 0;
    return std::isinf(per_metre) ? infinity : metres * per_metre;
}

}  // namespace

TravelGraph::TravelGraph(const Graph& graph, Traffic traffic, const TravelOptions& options)
    : graph_(graph), traffic_(std::move(traffic)), options_(options) {
    const auto changes = traffic_.changes();
    if (!changes.empty() && changes.back().edge >= graph.edges()) {
        throw std::invalid_argument("the network has no edge " + std::to_string(changes.back().edge));
    }
    if (!(options.pace_m_s >= 0) || std::isinf(options.pace_m_s)) {
        throw std::invalid_argument("a pace must be a speed in metres per second, it is " +
                                    std::to_string(options.pace_m_s));
    }
    changed_.resize(changes.empty() ? 0 : graph.edges());
    for (const EdgeChange& change : changes) changed_[change.edge] = true;
    const auto cost_of = [&](std::uint32_t edge, bool against) {
        const double usual = part(graph.columns().length_m[edge], usual_per_metre(edge, against));
        if (!is_changed(edge)) return usual;
        const EdgeChange change = traffic_.on(edge);
        if (change.closed()) return infinity;
        return options.unit == CostUnit::seconds ? usual / change.speed_factor : usual;
    };
    // A step goes from the facility's side outwards: against it one travels where people go to the facility.
    const bool turned = options.direction == Direction::to_facility;
    const auto& columns = graph.columns();
    begin_.resize(graph.nodes() + 1, 0);
    reserve_in_large_pages(steps_, columns.arcs.size());
    double total = 0;
    for (std::size_t node = 0; node < graph.nodes(); ++node) {
        for (std::size_t i = columns.arc_begin[node]; i < columns.arc_begin[node + 1]; ++i) {
            const Arc arc = columns.arcs[i];
            const double here = cost_of(arc.edge(), arc.against() != turned);
            if (std::isinf(here)) continue;
            steps_.push_back({here, arc.target, arc.edge()});
            total += here;
            largest_cost_ = std::max(largest_cost_, here);
        }
        begin_[node + 1] = static_cast<std::uint32_t>(steps_.size());
    }
    if (!steps_.empty()) mean_cost_ = total / static_cast<double>(steps_.size());
}

EdgeChange TravelGraph::change_on(std::uint32_t edge) const noexcept {
    return is_changed(edge) ? traffic_.on(edge) : EdgeChange{.edge = edge};
}

double TravelGraph::per_metre(const EdgeChange& change, bool against) const noexcept {
    const double usual = usual_per_metre(change.edge, against);
    return options_.unit == CostUnit::seconds ? usual / change.speed_factor : usual;
}

double TravelGraph::usual_per_metre(std::uint32_t edge, bool against) const noexcept {
    const double usual = graph_.cost_per_metre(edge, against, options_.unit);
    const auto& columns = graph_.columns();
    const bool ferry = (columns.flags[edge] & street_ferry) != 0;
    if (options_.unit == CostUnit::metres || options_.pace_m_s == 0 || ferry || std::isinf(usual)) return usual;
    // As streets keep theirs, so that a street of the walking speed is not taken for a slower one.
    const double walking = Graph::stated_speed_m_s(static_cast<float>(graph_.info().walking_m_s));
    return 1 / (options_.pace_m_s * std::min(1.0, graph_.speed_m_s(edge, against) / walking));
}

double TravelGraph::per_metre(std::uint32_t edge, bool against) const noexcept {
    return per_metre(change_on(edge), against);
}

TravelGraph::Ends TravelGraph::ends(const Snap& place, bool arriving) const noexcept {
    const EdgeChange change = change_on(place.edge);
    const double rest = std::max(0.0, graph_.columns().length_m[place.edge] - place.offset_m);
    Ends ends{infinity, infinity};
    if (place.offset_m <= change.open_from_first_m) ends.from = part(place.offset_m, per_metre(change, !arriving));
    if (rest <= change.open_from_last_m) ends.to = part(rest, per_metre(change, arriving));
    return ends;
}

TravelGraph::Ends TravelGraph::ends_of_facility(const Snap& facility) const noexcept {
    return ends(facility, options_.direction == Direction::to_facility);
}

TravelGraph::Ends TravelGraph::ends_of_demand(const Snap& demand) const noexcept {
    return ends(demand, options_.direction == Direction::from_facility);
}

double TravelGraph::along_edge(const Snap& demand, const Snap& facility) const noexcept {
    if (demand.edge != facility.edge) return infinity;
    const EdgeChange change = change_on(demand.edge);
    const auto [low, high] = std::minmax(demand.offset_m, facility.offset_m);
    const bool open =
        high <= change.open_from_first_m || graph_.columns().length_m[demand.edge] - low <= change.open_from_last_m;
    if (!open) return infinity;
    if (low == high) return 0;
    const bool demand_first = demand.offset_m < facility.offset_m;
    const bool against = demand_first != (options_.direction == Direction::to_facility);
    return part(high - low, per_metre(demand.edge, against));
}

TravelGraph::Outwards TravelGraph::outwards(std::uint32_t edge) const noexcept {
    const EdgeChange change = traffic_.on(edge);
    const bool back = options_.direction == Direction::to_facility;
    return {.along_per_metre = per_metre(edge, back),
            .against_per_metre = per_metre(edge, !back),
            .open_from_first_m = change.open_from_first_m,
            .open_from_last_m = change.open_from_last_m};
}

double TravelGraph::offroad(const Snap& place) const noexcept {
    if (options_.unit == CostUnit::metres) return place.offroad_m;
    return place.offroad_m / (options_.pace_m_s > 0 ? options_.pace_m_s : graph_.info().walking_m_s);
}

}  // namespace sheltermap
