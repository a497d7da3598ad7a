// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/edge_part.hpp"
#include "sheltermap/network/joining.hpp"

#include "network/meeting.hpp"
#include "network/segments.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <limits>
#include <mutex>
#include <queue>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace sheltermap {
namespace {

/// Streets that meet within so much of way do so here, and crossings this near to each other are one place.
constexpr double here_m = 1;

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

    [[nodiscard]] Unjoined find(const Execution& execution) const {
        Unjoined found;
        for (std::uint32_t node = 0; node < graph_.nodes(); ++node) {
            if (is_dead_end(node) && ends_near_a_street(node)) found.ends.push_back(c_.node_at[node].place());
        }
        std::set<GridPoint> places;
        std::mutex adding;  // to a set, whose order is the same whoever comes first
        parallel_for(segments_.buckets(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
            segments_.pairs(begin, end, [&](const Segment& one, const Segment& other) {
                const auto met = meeting(one, other);  // of few; what their streets are lies far off in memory
                if (met && meet_on_their_way(streets_.streets[one.street], streets_.streets[other.street]) &&
                    !is_told_otherwise(*met, one, other)) {
                    const std::scoped_lock lock(adding);
                    places.insert({static_cast<std::int32_t>(std::lround(met->at.x)),
                                   static_cast<std::int32_t>(std::lround(met->at.y))});
                }
            });
        });
        for (const GridPoint place : apart(places)) found.crossings.push_back(place.place());
        return found;
    }

private:
    [[nodiscard]] bool is_dead_end(std::uint32_t node) const { return graph_.arcs(node).size() == 1; }

    /// The places without those that are here already: where vertices of both streets lie on the other, it is one.
    [[nodiscard]] static std::vector<GridPoint> apart(const std::set<GridPoint>& places) {
        std::vector<GridPoint> kept;
        for (const GridPoint place : places) {
            const XY at = grid_xy(place);
            const LocalMetres metres(at);
            const double west = at.x - metres.lon_e7(here_m);
            const bool is_here = std::any_of(
                std::find_if(kept.rbegin(), kept.rend(), [&](GridPoint each) { return each.lon_e7 < west; }).base(),
                kept.end(), [&](GridPoint each) { return metres.distance(grid_xy(each), at) <= here_m; });
            if (!is_here) kept.push_back(place);
        }
        return kept;
    }

    /// A dead end is an end, edges side by side from node to node meet at both, and others may meet just beside.
    [[nodiscard]] bool is_told_otherwise(const Meeting& met, const Segment& one, const Segment& other) const {
        if (one.street != other.street && meet_here(met, one, other)) return true;
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
        const auto reached = ways_from(node, options_.way_m);
        return std::none_of(near.begin(), near.end(), [&](const auto& each) {
            return way_m(reached, *each.first, each.second) <= options_.way_m;
        });
    }

    [[nodiscard]] bool meet_here(const Meeting& met, const Segment& one, const Segment& other) const {
        const double offset_m = offset_on_edge(one, met.part_of_one);
        const std::array ends{std::pair{c_.edge_from[one.street], offset_m},
                              std::pair{c_.edge_to[one.street], c_.length_m[one.street] - offset_m}};
        return std::ranges::any_of(ends, [&](const auto& end) {
            const auto& [node, rest] = end;
            return rest <= here_m && rest + way_m(ways_from(node, here_m), other, met.part_of_other) <= here_m;
        });
    }

    using Reached = std::unordered_map<std::uint32_t, double>;

    /// How far it is to the nodes within a limit, whichever way streets may be gone.
    [[nodiscard]] Reached ways_from(std::uint32_t start, double limit_m) const {
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
                if (beyond <= limit_m) waiting.emplace(beyond, arc.target);
            }
        }
        return reached;
    }

    /// How far from its first node a place on an edge is, along it.
    [[nodiscard]] double offset_on_edge(const Segment& segment, double part) const {
        const XY at = along(segment, part);
        const std::size_t number = segment.vertex - streets_.offsets[segment.street];
        return nearest_on_segment(graph_, segment.street, number, {at.x / 1e7, at.y / 1e7}).offset_m;
    }

    [[nodiscard]] double way_m(const Reached& reached, const Segment& segment, double part) const {
        const std::uint32_t edge = segment.street;
        const double from_first = offset_on_edge(segment, part);
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

Unjoined unjoined(const Graph& graph, const UnjoinedOptions& options, const Execution& execution) {
    return UnjoinedSearch(graph, options).find(execution);
}

}  // namespace sheltermap
