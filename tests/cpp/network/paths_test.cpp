// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/paths.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "network/edge_line.hpp"
#include "network/search.hpp"
#include "network/towns.hpp"
#include <array>

namespace sheltermap {
namespace {

double length_of(std::span<const XY> line) {
    double length = 0;
    for (std::size_t i = 1; i < line.size(); ++i) {
        length += geodesic_distance_m(LonLat{line[i - 1].x, line[i - 1].y}, LonLat{line[i].x, line[i].y});
    }
    return length;
}

double apart(XY a, LonLat b) { return geodesic_distance_m(LonLat{a.x, a.y}, b); }

TEST(ShortestPaths, AreAsLongAsTheyCostAndLeadFromPlaceToPlace) {
    std::mt19937 random(31);
    for (int round = 0; round < 60; ++round) {
        const Graph graph = random_town(random).graph();
        const EdgeIndex index(graph);
        const auto demand = index.snap(random_places(random, 12));
        const auto facilities = index.snap(random_places(random, 4));
        const Direction direction = round % 2 == 0 ? Direction::to_facility : Direction::from_facility;
        const TravelGraph travel(graph, {}, {CostUnit::metres, direction});
        const TravelCosts& costs = travel.costs();
        std::vector<PathRequest> requests;
        for (std::int64_t d = 0; d < 12; ++d) {
            for (std::int64_t f = 3; f >= 0; --f) requests.push_back({d, f, infinity});
        }
        const Paths paths = shortest_paths(travel, demand, facilities, requests);
        for (std::size_t i = 0; i < requests.size(); ++i) {
            const Snap& home = demand[static_cast<std::size_t>(requests[i].demand)];
            const Snap& shelter = facilities[static_cast<std::size_t>(requests[i].facility)];
            SingleSearch search(costs);
            search.run(seeds_of(costs, {&shelter, 1}), infinity);
            const auto ends = costs.ends_of_demand(home);
            const auto& c = graph.columns();
            const double cost =
                std::min({search.cost(c.edge_from[home.edge]) + ends.from, search.cost(c.edge_to[home.edge]) + ends.to,
                          costs.along_edge(home, shelter) + shelter.offroad_m}) +
                home.offroad_m;
            if (std::isinf(cost)) {
                EXPECT_TRUE(std::isinf(paths.cost[i]));
                EXPECT_EQ(paths.lines.types[i], GeometryType::missing);
                continue;
            }
            EXPECT_NEAR(paths.cost[i], cost, 1e-9);
            const auto line = paths.lines.row_vertices(i);
            EXPECT_NEAR(length_of(line) + home.offroad_m + shelter.offroad_m, cost, 0.003);
            const bool to = direction == Direction::to_facility;
            EXPECT_LT(apart(line.front(), to ? home.at : shelter.at), 1e-3);
            EXPECT_LT(apart(line.back(), to ? shelter.at : home.at), 1e-3);
            const auto first = static_cast<std::size_t>(paths.offsets[i]);
            const auto last = static_cast<std::size_t>(paths.offsets[i + 1]) - 1;
            const auto inside = [&](const Snap& s) { return s.offset_m > 0 && s.offset_m < c.length_m[s.edge]; };
            if (!inside(home) || !inside(shelter)) continue;
            EXPECT_EQ(paths.edges[first], to ? home.edge : shelter.edge);
            EXPECT_EQ(paths.edges[last], to ? shelter.edge : home.edge);
        }
    }
}

TEST(ShortestPaths, AKnownCostIsEnoughToFindTheWay) {
    std::mt19937 random(32);
    const Graph graph = random_town(random, 8).graph();
    const EdgeIndex index(graph);
    const auto demand = index.snap(random_places(random, 30));
    const auto facilities = index.snap(random_places(random, 3));
    const TravelGraph travel(graph, {}, {.unit = CostUnit::seconds});
    std::vector<PathRequest> requests;
    for (std::int64_t d = 0; d < 30; ++d) requests.push_back({d, d % 3, infinity});
    const Paths open = shortest_paths(travel, demand, facilities, requests);
    for (std::size_t i = 0; i < requests.size(); ++i) requests[i].known_cost = open.cost[i];
    const Paths known = shortest_paths(travel, demand, facilities, requests, {.threads = 3, .stop = {}});
    EXPECT_EQ(known.cost, open.cost);
    EXPECT_EQ(known.edges, open.edges);
}

TEST(ShortestPaths, BetweenPlacesAtOnePointIsALineOfTwoVertices) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.02, 57.0)});
    const Graph graph = town.graph();
    const auto here = EdgeIndex(graph).snap(std::array{LonLat{24.01, 57.0}});
    const std::array<PathRequest, 1> request{PathRequest{0, 0, infinity}};
    const Paths paths = shortest_paths(TravelGraph(graph, {}, {}), here, here, request);
    EXPECT_EQ(paths.lines.row_vertices(0).size(), 2U);
    EXPECT_EQ(length_of(paths.lines.row_vertices(0)), 0);
}

TEST(ShortestPaths, RefusesRowsThatAreNotThere) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.02, 57.0)});
    const TravelGraph travel(town.graph(), {}, {});
    const std::array<PathRequest, 1> request{PathRequest{0, 0, infinity}};
    EXPECT_THROW(shortest_paths(travel, {}, {}, request), std::invalid_argument);
}

TEST(EdgePart, IsTheLineBetweenTwoOffsets) {
    Town town;
    town.street(
        {town.point(24.0, 57.0), town.point(24.005, 57.0), town.point(24.005, 57.005), town.point(24.01, 57.005)});
    const Graph graph = town.graph();
    const double whole = graph.columns().length_m[0];
    std::mt19937 random(33);
    std::uniform_real_distribution<double> offset(0, whole);
    for (int round = 0; round < 200; ++round) {
        const double begin = offset(random);
        const double end = offset(random);
        std::vector<XY> line;
        append_edge_part(graph, 0, begin, end, line);
        EXPECT_NEAR(length_of(line), std::abs(end - begin), 1e-3);
        std::vector<XY> back;
        append_edge_part(graph, 0, end, begin, back);
        std::reverse(back.begin(), back.end());
        EXPECT_EQ(line, back);
    }
    std::vector<XY> all;
    append_edge_part(graph, 0, -5, whole + 5, all);
    EXPECT_EQ(all.size(), graph.vertices(0).size());
}

}  // namespace
}  // namespace sheltermap
