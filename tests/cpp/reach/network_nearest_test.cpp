// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/index/neighbour.hpp"
#include "sheltermap/reach/network_reach.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "network/towns.hpp"
#include <array>
#include <numeric>
#include <optional>

namespace sheltermap {
namespace {

/// A directed graph of a few to some twenty nodes: streets of one way and any speed between corners of a lattice, some
/// of them twice, some from a corner to itself, many graphs in several parts.
Graph random_directed_graph(std::mt19937& random) {
    std::uniform_int_distribution<std::uint32_t> corners(2, 20);
    std::uniform_real_distribution<float> speed(0.5F, 30);
    Town town;
    const std::uint32_t count = corners(random);
    for (std::uint32_t i = 0; i < count; ++i) town.point(24.0 + 0.001 * (i % 5), 57.0 + 0.0007 * (i / 5));
    std::uniform_int_distribution<std::uint32_t> corner(0, count - 1);
    std::uniform_int_distribution<std::uint32_t> streets(1, 3 * count);
    town.street({0, 1}, one_way());  // or there may be none with a length
    for (std::uint32_t left = streets(random); left > 0; --left) {
        town.street({corner(random), corner(random)}, one_way(speed(random)));
    }
    return town.graph();
}

/// Dijkstra (1959), Numer. Math. 1, 269-271, as it was written: the cheapest node that is not settled, one by one.
/// Costs from `start` outwards, against the streets where people travel to it.
std::vector<double> plain_dijkstra(const Graph& graph, std::uint32_t start, CostUnit unit, Direction direction) {
    const auto& c = graph.columns();
    std::vector<double> cost(graph.nodes(), infinity);
    std::vector<bool> settled(graph.nodes(), false);
    cost[start] = 0;
    while (true) {
        std::optional<std::uint32_t> next;
        for (std::uint32_t node = 0; node < graph.nodes(); ++node) {
            if (!settled[node] && !std::isinf(cost[node]) && (!next || cost[node] < cost[*next])) next = node;
        }
        if (!next) return cost;
        settled[*next] = true;
        for (std::uint32_t edge = 0; edge < graph.edges(); ++edge) {
            for (const bool against : {false, true}) {
                const bool outwards = against != (direction == Direction::to_facility);
                const std::uint32_t from = outwards ? c.edge_to[edge] : c.edge_from[edge];
                const std::uint32_t to = outwards ? c.edge_from[edge] : c.edge_to[edge];
                if (from != *next) continue;
                const double sum = cost[from] + c.length_m[edge] * graph.cost_per_metre(edge, against, unit);
                cost[to] = std::min(cost[to], sum);
            }
        }
    }
}

/// A place at every node, by one of its edges.
std::vector<Snap> snaps_of_nodes(const Graph& graph) {
    std::vector<Snap> snaps(graph.nodes());
    const auto& c = graph.columns();
    for (std::uint32_t edge = 0; edge < graph.edges(); ++edge) {
        snaps[c.edge_from[edge]] = {.state = SnapState::snapped, .edge = edge, .offset_m = 0};
        snaps[c.edge_to[edge]] = {.state = SnapState::snapped, .edge = edge, .offset_m = c.length_m[edge]};
    }
    return snaps;
}

struct Best {
    double cost = infinity;
    std::int32_t facility = -1;
};

/// The cheapest of several searches, ties to the lower row.
std::vector<Best> least(const std::vector<std::vector<double>>& costs, std::size_t nodes) {
    std::vector<Best> best(nodes);
    for (std::size_t row = 0; row < costs.size(); ++row) {
        for (std::size_t node = 0; node < nodes; ++node) {
            if (costs[row][node] < best[node].cost) best[node] = {costs[row][node], static_cast<std::int32_t>(row)};
        }
    }
    return best;
}

/// To the last bit: both add up every way from the facility outwards.
void expect_nearest(const Reach& found, const std::vector<Best>& best, double limit) {
    for (std::size_t node = 0; node < best.size(); ++node) {
        const auto at = static_cast<std::size_t>(found.offsets[node]);
        const bool reached = found.offsets[node + 1] > found.offsets[node];
        ASSERT_EQ(reached, best[node].cost <= limit && best[node].facility >= 0);
        if (reached) {
            ASSERT_EQ(found.cost[at], best[node].cost);
            ASSERT_EQ(found.facility[at], best[node].facility);
        } else {
            ASSERT_EQ(found.reason[node], best[node].facility < 0 ? Reason::no_path : Reason::too_far);
        }
    }
}

TEST(NetworkNearest, IsThatOfPlainDijkstraOnFiveThousandDirectedGraphs) {
    std::mt19937 random(59);
    for (int round = 0; round < 5000; ++round) {
        const Graph graph = random_directed_graph(random);
        const auto nodes = snaps_of_nodes(graph);
        const TravelOptions options{round % 2 == 0 ? CostUnit::metres : CostUnit::seconds,
                                    round % 4 < 2 ? Direction::to_facility : Direction::from_facility};
        std::uniform_int_distribution<std::uint32_t> any(0, static_cast<std::uint32_t>(graph.nodes() - 1));
        std::vector<Snap> facilities;
        std::vector<std::vector<double>> costs;
        for (int i = 0; i < 3; ++i) {
            const std::uint32_t node = any(random);
            facilities.push_back(nodes[node]);
            costs.push_back(plain_dijkstra(graph, node, options.unit, options.direction));
        }
        const auto best = least(costs, graph.nodes());
        const TravelGraph travel(graph, {}, options);
        const Execution one{.threads = 1, .stop = {}};
        expect_nearest(network_reach(travel, nodes, facilities, {}, one), best, infinity);
        // A node lies exactly on the limit.
        const double limit = best[any(random)].cost;
        if (std::isinf(limit)) continue;
        expect_nearest(network_reach(travel, nodes, facilities, {.limit = limit}, one), best, limit);
        const Reach all = network_reach(travel, nodes, facilities, {.k = all_places, .limit = limit}, one);
        for (std::size_t node = 0; node < graph.nodes(); ++node) {
            const auto within =
                std::count_if(costs.begin(), costs.end(), [&](const auto& c) { return c[node] <= limit; });
            ASSERT_EQ(all.offsets[node + 1] - all.offsets[node], within);
        }
        if (HasFatalFailure()) FAIL() << "graph " << round;
    }
}

/// Snaps places and gives what the network says of them, in metres.
Reach ask(const Town& town, const std::vector<LonLat>& homes, const std::vector<LonLat>& shelters,
          const Traffic& traffic = {}) {
    const Graph graph = town.graph();
    const EdgeIndex index(graph);
    return network_reach(TravelGraph(graph, traffic, {}), index.snap(homes), index.snap(shelters), {});
}

TEST(NetworkNearest, AOneWayCircleIsGoneAllTheWayRound) {
    Town town;
    const std::array<LonLat, 4> at{LonLat{24.0, 57.0}, {24.02, 57.0}, {24.02, 57.01}, {24.0, 57.01}};
    std::vector<std::uint32_t> points;
    for (const LonLat place : at) points.push_back(town.point(place.lon, place.lat));
    for (std::size_t i = 0; i < 4; ++i) town.street({points[i], points[(i + 1) % 4]}, one_way());
    const Graph graph = town.graph();
    const double round = std::accumulate(graph.columns().length_m.begin(), graph.columns().length_m.end(), 0.0);
    const Reach reach = ask(town, {at[1], at[0]}, {at[0]});
    double last = 0;  // from the first corner to the second
    for (std::uint32_t edge = 0; edge < graph.edges(); ++edge) {
        const auto from = graph.vertices(edge).front();
        if (from == to_grid(at[0])) last = graph.columns().length_m[edge];
    }
    EXPECT_NEAR(reach.cost[0], round - last, 1e-6);
    EXPECT_EQ(reach.cost[1], 0);
}

TEST(NetworkNearest, OutOfAOneWayDeadEndNoWayLeads) {
    Town town;
    const auto end = town.point(24.02, 57.0);
    const auto corner = town.point(24.0, 57.0);
    town.street({corner, end}, one_way());
    town.street({corner, town.point(24.0, 57.02)});
    const LonLat dead_end{24.02, 57.0};
    const LonLat shelter{24.0, 57.02};
    EXPECT_EQ(ask(town, {dead_end}, {shelter}).reason[0], Reason::no_path);
    EXPECT_EQ(ask(town, {shelter}, {dead_end}).reason[0], Reason::reached);
}

TEST(NetworkNearest, ADeadEndForBothWaysIsGoneBack) {
    Town town;
    const auto corner = town.point(24.01, 57.0);
    town.street({town.point(24.0, 57.0), corner, town.point(24.02, 57.0)});
    town.street({corner, town.point(24.01, 57.01)});
    const LonLat end{24.01, 57.01};
    const LonLat west{24.0, 57.0};
    const double metres =
        geodesic_distance_m(end, LonLat{24.01, 57.0}) + geodesic_distance_m(LonLat{24.01, 57.0}, west);
    EXPECT_NEAR(ask(town, {end}, {west}).cost[0], metres, 1e-5);  // a parallel is longer than its geodesic by 3 um
    EXPECT_NEAR(ask(town, {west}, {end}).cost[0], metres, 1e-5);
}

TEST(NetworkNearest, AnIslandIsReachedOnlyByItsOwn) {
    Town town;  // crosses the mainland's street without meeting it
    town.street({town.point(24.00, 57.0), town.point(24.03, 57.0)});
    town.street({town.point(24.01, 56.99), town.point(24.01, 57.01)});
    const Reach reach = ask(town, {{24.01, 57.005}, {24.005, 57.0}}, {{24.03, 57.0}});
    EXPECT_EQ(reach.reason[0], Reason::no_path);
    EXPECT_EQ(reach.reason[1], Reason::reached);
}

}  // namespace
}  // namespace sheltermap
