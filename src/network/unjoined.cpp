// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/edge_part.hpp"
#include "sheltermap/network/joining.hpp"

#include "network/meeting.hpp"
#include "network/segments.hpp"
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <queue>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace sheltermap {
namespace {

/// The edges as streets: their points are the nodes, and then the vertices in between, each on its own.
Streets streets_of(const Graph& graph) {
    const auto& c = graph.columns();
    Streets streets;
    streets.points.assign(c.node_at.begin(), c.node_at.end());
    for (std::uint32_t edge = 0; edge < graph.edges(); ++edge) {
        const auto vertices = graph.vertices(edge);
        streets.vertices.push_back(c.edge_from[edge]);
        for (const GridPoint inner : vertices.subspan(1, vertices.size() - 2)) {
            streets.vertices.push_back(static_cast<std::uint32_t>(streets.points.size()));
            streets.points.push_back(inner);
        }
        streets.vertices.push_back(c.edge_to[edge]);
        streets.offsets.push_back(streets.vertices.size());
        streets.streets.push_back({.flags = c.flags[edge], .layer = c.layer[edge]});
    }
    return streets;
}

class UnjoinedSearch {
public:
    UnjoinedSearch(const Graph& graph, const UnjoinedOptions& options)
        : graph_(graph), c_(graph.columns()), options_(options), streets_(streets_of(graph)), segments_(streets_) {}

    Unjoined find() const {
        Unjoined found;
        for (std::uint32_t node = 0; node < graph_.nodes(); ++node) {
            if (is_dead_end(node) && ends_near_a_street(node)) found.ends.push_back(c_.node_at[node].place());
        }
        std::set<GridPoint> places;
        segments_.pairs([&](const Segment& one, const Segment& other) {
            if (!meet_on_their_way(streets_.streets[one.street], streets_.streets[other.street])) return;
            if (const auto met = meeting(one, other); met && !is_told_otherwise(*met, one, other)) {
                places.insert({static_cast<std::int32_t>(std::lround(met->at.x)),
                               static_cast<std::int32_t>(std::lround(met->at.y))});
            }
        });
        for (const GridPoint place : places) found.crossings.push_back(place.place());
        return found;
    }

private:
    [[nodiscard]] bool is_dead_end(std::uint32_t node) const { return graph_.arcs(node).size() == 1; }

    /// A dead end is an end, and edges side by side from node to node meet at both.
    [[nodiscard]] bool is_told_otherwise(const Meeting& met, const Segment& one, const Segment& other) const {
        if (met.point == no_point) return false;
        if (met.point < graph_.nodes() && is_dead_end(met.point)) return true;
        const auto ends = [&](std::uint32_t edge) { return std::minmax(c_.edge_from[edge], c_.edge_to[edge]); };
        return one.street != other.street && ends(one.street) == ends(other.street);
    }

    [[nodiscard]] bool ends_near_a_street(std::uint32_t node) const {
        const std::uint32_t own = graph_.arcs(node)[0].edge();
        const XY at = grid_xy(c_.node_at[node]);
        const LocalMetres metres(at);
        std::vector<std::pair<const Segment*, double>> near;
        segments_.near(at, metres.lon_e7(options_.near_m), metres.lat_e7(options_.near_m), [&](const Segment& segment) {
            if (segment.first == node || segment.second == node) return;
            const double part = metres.nearest_part(at, segment);
            const double distance_m = metres.distance(at, along(segment, part));
            const bool one_barrier =
                distance_m == 0 && (c_.flags[own] & c_.flags[segment.street] & street_barrier) != 0;
            if (distance_m <= options_.near_m && !one_barrier &&
                meets_at_end(streets_.streets[own], streets_, segment, part)) {
                near.emplace_back(&segment, part);
            }
        });
        if (near.empty()) return false;
        const auto reached = ways_from(node);
        return std::none_of(near.begin(), near.end(), [&](const auto& each) {
            return way_m(reached, *each.first, each.second) <= options_.way_m;
        });
    }

    using Reached = std::unordered_map<std::uint32_t, double>;

    /// How far it is to the nodes around, whichever way streets may be gone.
    [[nodiscard]] Reached ways_from(std::uint32_t start) const {
        using Entry = std::pair<double, std::uint32_t>;
        Reached reached;
        std::priority_queue<Entry, std::vector<Entry>, std::greater<>> waiting;
        waiting.emplace(0, start);
        while (!waiting.empty()) {
            const auto [cost, node] = waiting.top();
            waiting.pop();
            if (!reached.try_emplace(node, cost).second) continue;
            for (const Arc& arc : graph_.arcs(node)) {
                const double beyond = cost + c_.length_m[arc.edge()];
                if (beyond <= options_.way_m) waiting.emplace(beyond, arc.target);
            }
        }
        return reached;
    }

    [[nodiscard]] double way_m(const Reached& reached, const Segment& segment, double part) const {
        const std::uint32_t edge = segment.street;
        const XY at = along(segment, part);
        const std::size_t number = segment.vertex - streets_.offsets[edge];
        const double from_first = nearest_on_segment(graph_, edge, number, {at.x / 1e7, at.y / 1e7}).offset_m;
        double least = std::numeric_limits<double>::infinity();
        for (const auto& [node, rest] :
             {std::pair{c_.edge_from[edge], from_first}, std::pair{c_.edge_to[edge], c_.length_m[edge] - from_first}}) {
            if (const auto found = reached.find(node); found != reached.end()) {
                least = std::min(least, found->second + rest);
            }
        }
        return least;
    }

    const Graph& graph_;
    const GraphColumns<ReadColumn>& c_;
    const UnjoinedOptions& options_;
    const Streets streets_;
    const Segments segments_;
};

}  // namespace

Unjoined unjoined(const Graph& graph, const UnjoinedOptions& options) { return UnjoinedSearch(graph, options).find(); }

}  // namespace sheltermap
