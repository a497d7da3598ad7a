// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/street_flows.hpp"

#include "sheltermap/network/paths.hpp"
#include "sheltermap/reach/network_reach.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "network/towns.hpp"
#include <array>
#include <numeric>
#include <set>

namespace sheltermap {
namespace {

std::vector<double> random_weights(std::mt19937& random, std::size_t count) {
    std::uniform_int_distribution<int> people(0, 9);
    std::vector<double> weight(count);
    for (double& each : weight) each = people(random);
    return weight;
}

TEST(StreetFlows, AreThePeopleOfTheWaysAlongEachEdge) {
    std::mt19937 random(41);
    for (int round = 0; round < 60; ++round) {
        const Graph graph = random_town(random).graph();
        const EdgeIndex index(graph);
        const auto demand = index.snap(random_places(random, 30));
        const auto facilities = index.snap(random_places(random, 3));
        const auto weight = random_weights(random, demand.size());
        const Direction direction = round % 2 == 0 ? Direction::to_facility : Direction::from_facility;
        const TravelGraph travel(graph, {}, {CostUnit::seconds, direction});
        const double limit = round % 3 == 0 ? 600 : infinity;
        const auto flows = street_flows(travel, demand, facilities, {.limit = limit, .weight = weight});

        const Reach reach = network_reach(travel, demand, facilities, {.limit = limit});
        std::vector<PathRequest> requests;
        for (std::size_t row = 0; row < demand.size(); ++row) {
            if (reach.reason[row] != Reason::reached) continue;
            const auto pair = static_cast<std::size_t>(reach.offsets[row]);
            requests.push_back({static_cast<std::int64_t>(row), reach.facility[pair], reach.cost[pair]});
        }
        const Paths paths = shortest_paths(travel, demand, facilities, requests);
        std::vector<double> expected(graph.edges(), 0);
        for (std::size_t i = 0; i < requests.size(); ++i) {
            const auto first = paths.edges.begin() + static_cast<std::ptrdiff_t>(paths.offsets[i]);
            const auto last = paths.edges.begin() + static_cast<std::ptrdiff_t>(paths.offsets[i + 1]);
            for (const std::uint32_t edge : std::set<std::uint32_t>(first, last)) {
                expected[edge] += weight[static_cast<std::size_t>(requests[i].demand)];
            }
        }
        for (std::size_t edge = 0; edge < flows.size(); ++edge) EXPECT_NEAR(flows[edge], expected[edge], 1e-9);
    }
}

TEST(CriticalEdges, AreThoseThatTryingAllEdgesGives) {
    std::mt19937 random(42);
    for (int round = 0; round < 40; ++round) {
        const Graph graph = random_town(random).graph();
        const EdgeIndex index(graph);
        const auto demand = index.snap(random_places(random, 25));
        const auto facilities = index.snap(random_places(random, 2));
        const auto weight = random_weights(random, demand.size());
        const TravelOptions options{CostUnit::metres, Direction::to_facility};
        const double limit = round % 2 == 0 ? 700 : infinity;
        const auto reached = [&](const Traffic& traffic) {
            return network_reach(TravelGraph(graph, traffic, options), demand, facilities, {.limit = limit}).reason;
        };
        const auto before = reached({});
        std::vector<CriticalEdge> expected;
        for (std::uint32_t edge = 0; edge < graph.edges(); ++edge) {
            const auto after = reached(Traffic({{.edge = edge, .speed_factor = 0}}));
            double lost = 0;
            for (std::size_t row = 0; row < before.size(); ++row) {
                if (before[row] == Reason::reached && after[row] != Reason::reached) lost += weight[row];
            }
            if (lost > 0) expected.push_back({edge, lost, 0});
        }
        std::stable_sort(expected.begin(), expected.end(),
                         [](const auto& a, const auto& b) { return a.lost > b.lost; });
        if (expected.size() > 4) expected.resize(4);
        for (const unsigned threads : {1U, 3U}) {
            const auto found = critical_edges(graph, {}, options, demand, facilities,
                                              {.limit = limit, .weight = weight}, 4, {.threads = threads, .stop = {}});
            ASSERT_EQ(found.size(), expected.size());
            for (std::size_t i = 0; i < found.size(); ++i) {
                EXPECT_EQ(found[i].edge, expected[i].edge);
                EXPECT_EQ(found[i].lost, expected[i].lost);
                EXPECT_GE(found[i].using_it, found[i].lost);
            }
        }
    }
}

TEST(CriticalEdges, RefuseWeightsThatAreNone) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.02, 57.0)});
    const Graph graph = town.graph();
    const auto home = EdgeIndex(graph).snap(std::array{LonLat{24.0, 57.0}});
    for (const double wrong : {-1.0, infinity, std::numeric_limits<double>::quiet_NaN()}) {
        const std::array<double, 1> weight{wrong};
        EXPECT_THROW(critical_edges(graph, {}, {}, home, home, {.weight = weight}, 1), std::invalid_argument);
    }
    EXPECT_TRUE(critical_edges(graph, {}, {}, home, home, {}, 0).empty());
}

}  // namespace
}  // namespace sheltermap
