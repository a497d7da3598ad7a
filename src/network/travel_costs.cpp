// SPDX-License-Identifier: Apache-2.0
#include "network/travel_costs.hpp"

#include "base/memory.hpp"
#include "base/not_finite.hpp"
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace sheltermap {
namespace {

/// Nothing costs nothing, even where no way leads.
double part(double metres, double per_metre) {
    if (metres == 0) return 0;
    return std::isinf(per_metre) ? infinity : metres * per_metre;
}

}  // namespace

TravelCosts::TravelCosts(const Graph& graph, Traffic traffic, const TravelOptions& options)
    : graph_(graph), traffic_(std::move(traffic)), options_(options) {
    for (const auto changes : {traffic_.closed(), traffic_.slower()}) {
        if (!changes.empty() && changes.back().edge >= graph.edges()) {
            throw std::invalid_argument("the network has no edge " + std::to_string(changes.back().edge));
        }
    }
    if (!(options.pace_m_s >= 0) || std::isinf(options.pace_m_s)) {
        throw std::invalid_argument("a pace must be a speed in metres per second, it is " +
                                    std::to_string(options.pace_m_s));
    }
    changed_.resize(traffic_.empty() ? 0 : graph.edges());
    for (const auto changes : {traffic_.closed(), traffic_.slower()}) {
        for (const EdgeChange& change : changes) changed_[change.edge] = true;
    }
    const auto cost_of = [&](std::uint32_t edge, bool against) {
        const double length = graph.columns().length_m[edge];
        if (!is_changed(edge)) return part(length, usual_per_metre(edge, against));
        if (traffic_.closes(edge, 0, length)) return infinity;
        return part(usual_metres(edge, 0, length), usual_per_metre(edge, against));
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

bool TravelCosts::is_closed(const Snap& place) const noexcept {
    return is_changed(place.edge) && traffic_.closed_at(graph_, place.edge, place.offset_m);
}

/// As many metres at the usual speed cost what those of an edge do.
double TravelCosts::usual_metres(std::uint32_t edge, double begin_m, double end_m) const noexcept {
    double metres = end_m - begin_m;
    if (options_.unit == CostUnit::metres) return metres;
    for (const EdgeChange& slow : traffic_.slower(edge)) {
        const double within = std::min(end_m, slow.end_m) - std::max(begin_m, slow.begin_m);
        if (within > 0) metres += within * (1 / slow.speed_factor - 1);
    }
    return metres;
}

double TravelCosts::usual_per_metre(std::uint32_t edge, bool against) const noexcept {
    const double usual = graph_.cost_per_metre(edge, against, options_.unit);
    const auto& columns = graph_.columns();
    const bool ferry = (columns.flags[edge] & street_ferry) != 0;
    if (options_.unit == CostUnit::metres || options_.pace_m_s == 0 || ferry || std::isinf(usual)) return usual;
    // As streets keep theirs, so that a street of the walking speed is not taken for a slower one.
    const double walking = Graph::stated_speed_m_s(static_cast<float>(graph_.info().walking_m_s));
    return 1 / (options_.pace_m_s * std::min(1.0, graph_.speed_m_s(edge, against) / walking));
}

double TravelCosts::along_edge(std::uint32_t edge, double from_m, double to_m) const noexcept {
    if (is_changed(edge)) return changed_along_edge(edge, from_m, to_m);
    return part(std::abs(to_m - from_m), usual_per_metre(edge, to_m < from_m));
}

double TravelCosts::changed_along_edge(std::uint32_t edge, double from_m, double to_m) const noexcept {
    if (from_m == to_m) return 0;
    const auto [low, high] = std::minmax(from_m, to_m);
    if (traffic_.closes(edge, low, high)) return infinity;
    return part(usual_metres(edge, low, high), usual_per_metre(edge, to_m < from_m));
}

TravelCosts::Ends TravelCosts::ends(const Snap& place, bool arriving) const noexcept {
    if (is_closed(place)) return {infinity, infinity};
    const double last_m = graph_.columns().length_m[place.edge];
    const double here_m = std::min(place.offset_m, last_m);
    if (arriving) return {along_edge(place.edge, 0, here_m), along_edge(place.edge, last_m, here_m)};
    return {along_edge(place.edge, here_m, 0), along_edge(place.edge, here_m, last_m)};
}

TravelCosts::Ends TravelCosts::ends_of_facility(const Snap& facility) const noexcept {
    return ends(facility, options_.direction == Direction::to_facility);
}

TravelCosts::Ends TravelCosts::ends_of_demand(const Snap& demand) const noexcept {
    return ends(demand, options_.direction == Direction::from_facility);
}

double TravelCosts::along_edge(const Snap& demand, const Snap& facility) const noexcept {
    if (demand.edge != facility.edge || is_closed(demand) || is_closed(facility)) return infinity;
    const bool to = options_.direction == Direction::to_facility;
    const auto& [start, goal] = to ? std::tie(demand, facility) : std::tie(facility, demand);
    return along_edge(demand.edge, start.offset_m, goal.offset_m);
}

void TravelCosts::outwards(std::uint32_t edge, std::vector<Outwards>& parts) const {
    const double length = graph_.columns().length_m[edge];
    const bool back = options_.direction == Direction::to_facility;
    const double along = usual_per_metre(edge, back);
    const double against = usual_per_metre(edge, !back);
    parts.assign(1, {0, length, true, true, along, against});
    if (!is_changed(edge)) return;
    for (const EdgeChange& closed : traffic_.closed(edge)) {
        Outwards beyond = parts.back();
        parts.back().end_m = std::min(closed.begin_m, length);
        parts.back().end_open = false;
        beyond.begin_m = std::min(closed.end_m, length);
        beyond.begin_open = false;
        parts.push_back(beyond);
    }
    std::erase_if(parts, [](const Outwards& part) { return !(part.begin_m < part.end_m); });
    if (options_.unit == CostUnit::metres) return;
    const auto cut_at = [&](double at_m) {
        for (std::size_t i = 0; i < parts.size(); ++i) {
            if (at_m <= parts[i].begin_m || at_m >= parts[i].end_m) continue;
            Outwards beyond = parts[i];
            parts[i].end_m = beyond.begin_m = at_m;
            parts[i].end_open = beyond.begin_open = true;
            parts.insert(parts.begin() + static_cast<std::ptrdiff_t>(i) + 1, beyond);
            return;
        }
    };
    for (const EdgeChange& slow : traffic_.slower(edge)) {
        cut_at(slow.begin_m);
        cut_at(slow.end_m);
        for (Outwards& each : parts) {
            if (each.begin_m < slow.begin_m || each.end_m > slow.end_m) continue;
            each.along_per_metre = along / slow.speed_factor;
            each.against_per_metre = against / slow.speed_factor;
        }
    }
}

double TravelCosts::offroad(const Snap& place) const noexcept {
    if (options_.unit == CostUnit::metres) return place.offroad_m;
    return place.offroad_m / (options_.pace_m_s > 0 ? options_.pace_m_s : graph_.info().walking_m_s);
}

}  // namespace sheltermap
