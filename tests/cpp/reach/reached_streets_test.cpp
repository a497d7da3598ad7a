// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/reached_streets.hpp"

#include "sheltermap/index/neighbour.hpp"
#include "sheltermap/network/edge_part.hpp"
#include "sheltermap/reach/network_reach.hpp"

#include <gtest/gtest.h>

#include "network/towns.hpp"
#include <array>
#include <cstddef>
#include <set>
#include <stdexcept>
#include <vector>

namespace sheltermap {
namespace {

constexpr double end_m = 1e-5;  // ten times what an end may be off

struct Asked {
    Graph graph;
    std::vector<Snap> facilities;
    TravelGraph travel;
};

Asked random_question(int round) {
    std::mt19937 random(static_cast<unsigned>(round));
    const Graph graph = random_town(random, 4).graph();
    const auto facilities = EdgeIndex(graph, 0).snap(random_places(random, 1 + round % 12), {.max_m = 300});
    const TravelOptions options{round % 4 < 2 ? CostUnit::metres : CostUnit::seconds,
                                round % 8 < 4 ? Direction::to_facility : Direction::from_facility};
    const Traffic traffic = round % 2 == 0 ? Traffic() : Traffic(random_changes(random, graph));
    return {graph, facilities, TravelGraph(graph, traffic, options)};
}

Snap on_street(std::uint32_t edge, double offset_m) {
    return {.state = SnapState::snapped, .edge = edge, .offset_m = offset_m};
}

/// The stretch that holds a point of an edge; null where none does.
const ReachedStretch* at(std::span<const ReachedStretch> stretches, std::uint32_t edge, double offset_m) {
    for (const auto& each : stretches) {
        if (each.edge == edge && each.begin_m <= offset_m && offset_m <= each.end_m) return &each;
    }
    return nullptr;
}

TEST(ReachedStreets, AreThosePointsThatAPlaceThereReaches) {
    std::size_t inside = 0;
    std::size_t outside = 0;
    for (int round = 0; round < 160; ++round) {
        const Asked asked = random_question(round);
        const std::array<double, 3> limits{80, 200, 320};
        const auto stretches = reached_streets(asked.travel, asked.facilities, limits);
        std::vector<Snap> places;
        for (std::uint32_t edge = 0; edge < asked.graph.edges(); ++edge) {
            const double length = asked.graph.columns().length_m[edge];
            for (int i = 0; i < 23; ++i) places.push_back(on_street(edge, (i + 0.37) / 23 * length));
        }
        const Reach reach = network_reach(asked.travel, places, asked.facilities, {.k = all_places, .limit = 321});
        for (std::size_t i = 0; i < places.size(); ++i) {
            const auto first = static_cast<std::size_t>(reach.offsets[i]);
            const bool reached = reach.offsets[i] < reach.offsets[i + 1];
            const double cost = reached ? reach.cost[first] : 1e9;
            if (std::any_of(limits.begin(), limits.end(), [&](double l) { return std::abs(cost - l) < end_m; })) {
                continue;
            }
            const auto* const stretch = at(stretches, places[i].edge, places[i].offset_m);
            ASSERT_EQ(stretch != nullptr, cost < 320) << round << ' ' << cost;
            if (stretch == nullptr) {
                ++outside;
                continue;
            }
            ++inside;
            EXPECT_EQ(stretch->limit, cost < 80 ? 0U : cost < 200 ? 1U : 2U);
            const double share = (places[i].offset_m - stretch->begin_m) / (stretch->end_m - stretch->begin_m);
            EXPECT_NEAR(stretch->begin_cost + share * (stretch->end_cost - stretch->begin_cost), cost, 1e-6);
            const bool alone = reach.offsets[i + 1] - reach.offsets[i] == 1 || reach.cost[first + 1] - cost > end_m;
            if (alone) {
                EXPECT_EQ(stretch->facility, reach.facility[first]);
            }
        }
    }
    EXPECT_GT(inside, 20'000U);
    EXPECT_GT(outside, 20'000U);
}

TEST(ReachedStreets, EndWhereTheCostIsTheLimitOrNoWayGoesOn) {
    std::size_t at_limit = 0;
    for (int round = 0; round < 80; round += 2) {  // nothing closed
        const Asked asked = random_question(round);
        const auto stretches = reached_streets(asked.travel, asked.facilities, std::array{150.0});
        for (const auto& each : stretches) {
            EXPECT_LT(each.begin_m, each.end_m);
            for (const auto& [offset, cost] :
                 {std::pair{each.begin_m, each.begin_cost}, std::pair{each.end_m, each.end_cost}}) {
                const double length = asked.graph.columns().length_m[each.edge];
                const bool inner = offset > 0 && offset < length;
                const bool goes_on = std::any_of(stretches.begin(), stretches.end(), [&](const ReachedStretch& other) {
                    return other.edge == each.edge && other != each &&
                           (other.begin_m == offset || other.end_m == offset);
                });
                const bool one_way = asked.graph.columns().backward_m_s[each.edge] == 0;
                EXPECT_LE(cost, 150 + 1e-5);
                if (!inner || goes_on || one_way) continue;
                EXPECT_NEAR(cost, 150, 1e-5);
                ++at_limit;
            }
        }
    }
    EXPECT_GT(at_limit, 300U);
}

TEST(ReachedStreets, DoNotOverlapAndNeighboursMeetInTheSameNumber) {
    for (int round = 0; round < 80; ++round) {
        const Asked asked = random_question(round);
        const auto stretches = reached_streets(asked.travel, asked.facilities, std::array{60.0, 250.0});
        for (std::size_t i = 1; i < stretches.size(); ++i) {
            if (stretches[i - 1].edge != stretches[i].edge) {
                EXPECT_LT(stretches[i - 1].edge, stretches[i].edge);
                continue;
            }
            const double gap = stretches[i].begin_m - stretches[i - 1].end_m;
            EXPECT_TRUE(gap == 0 || gap > 1e-6) << gap;
        }
    }
}

TEST(ReachedStreets, ALimitAddedMovesNoOther) {
    for (int round = 0; round < 40; ++round) {
        const Asked asked = random_question(round);
        const auto total = [&](std::span<const double> limits, std::uint32_t up_to) {
            double metres = 0;
            for (const auto& each : reached_streets(asked.travel, asked.facilities, limits)) {
                if (each.limit <= up_to) metres += each.end_m - each.begin_m;
            }
            return metres;
        };
        const double alone = total(std::array{200.0}, 0);
        EXPECT_NEAR(total(std::array{100.0, 200.0, 300.0}, 1), alone, 1e-4);
        EXPECT_LE(total(std::array{100.0, 200.0, 300.0}, 0), alone);
    }
}

TEST(ReachedStreets, ALimitAtANodeReachesItsEdgeWholeAndNoneBeyond) {
    Town town;
    const auto a = town.point(24.0, 57.0);
    const auto b = town.point(24.01, 57.0);
    town.street({a, b});
    town.street({b, town.point(24.02, 57.0)});
    town.street({b, town.point(24.01, 57.01)});
    const Graph graph = town.graph();
    const auto facility = EdgeIndex(graph).snap(std::array{LonLat{24.0, 57.0}});
    const double length = graph.columns().length_m[facility[0].edge];
    const TravelGraph travel(graph, {}, {});
    const auto stretches = reached_streets(travel, facility, std::array{length});
    ASSERT_EQ(stretches.size(), 1U);
    EXPECT_EQ(stretches[0].edge, facility[0].edge);
    EXPECT_EQ(stretches[0].begin_m, 0);
    EXPECT_EQ(stretches[0].end_m, length);
    EXPECT_EQ(reached_streets(travel, facility, std::array{length + 1}).size(), 3U);
}

TEST(ReachedStreets, TiesGoToTheLowerRow) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.02, 57.0)});
    const Graph graph = town.graph();
    const EdgeIndex index(graph);
    const auto facilities = index.snap(std::array{LonLat{24.015, 57.0}, LonLat{24.005, 57.0}, LonLat{24.005, 57.0}});
    const auto stretches = reached_streets(TravelGraph(graph, {}, {}), facilities, std::array{5000.0});
    std::set<std::int32_t> served;
    for (const auto& each : stretches) served.insert(each.facility);
    EXPECT_EQ(served, (std::set<std::int32_t>{0, 1}));
    ASSERT_EQ(stretches.size(), 4U);
    EXPECT_NEAR(stretches[1].end_m, graph.columns().length_m[0] / 2, 1e-3);
}

TEST(ReachedStreets, NobodyIsCarriedAcrossAClosure) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.02, 57.0)});
    const Graph graph = town.graph();
    const double length = graph.columns().length_m[0];
    const auto facility = EdgeIndex(graph).snap(std::array{LonLat{24.005, 57.0}});
    const Traffic closed({{.edge = 0, .begin_m = 0.5 * length, .end_m = 0.7 * length, .speed_factor = 0}});
    const auto stretches = reached_streets(TravelGraph(graph, closed, {}), facility, std::array{1e5});
    ASSERT_EQ(stretches.size(), 2U);
    EXPECT_EQ(stretches[0].begin_m, 0);
    EXPECT_EQ(stretches[1].end_m, 0.5 * length);
}

TEST(ReachedStreets, AreTheSameForAnyNumberOfThreads) {
    const Asked asked = random_question(7);
    const std::array limits{100.0, 300.0};
    EXPECT_EQ(reached_streets(asked.travel, asked.facilities, limits, {.threads = 1, .stop = {}}),
              reached_streets(asked.travel, asked.facilities, limits, {.threads = 3, .stop = {}}));
}

TEST(ReachedStreets, WantLimitsThatAscend) {
    const Asked asked = random_question(0);
    for (const auto& limits : {std::vector{200.0, 100.0}, {100.0, 100.0}, {-1.0}, {std::nan("")}, {HUGE_VAL}}) {
        EXPECT_THROW((void)reached_streets(asked.travel, asked.facilities, limits), std::invalid_argument);
    }
    EXPECT_TRUE(reached_streets(asked.travel, asked.facilities, {}).empty());
}

TEST(EdgeParts, AreLinesFromOffsetToOffset) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.01, 57.0), town.point(24.01, 57.01)});
    const Graph graph = town.graph();
    const double length = graph.columns().length_m[0];
    const std::array parts{EdgePart{0, 0, length}, EdgePart{0, length / 2, length / 2}};
    const GeometryColumn lines = edge_parts(graph, parts);
    ASSERT_EQ(lines.size(), 2U);
    EXPECT_EQ(lines.row_vertices(0).front(), (XY{24.0, 57.0}));
    EXPECT_EQ(lines.row_vertices(0).back(), (XY{24.01, 57.01}));
    ASSERT_EQ(lines.row_vertices(1).size(), 2U);
    EXPECT_EQ(lines.row_vertices(1)[0], lines.row_vertices(1)[1]);
    EXPECT_THROW((void)edge_parts(graph, std::array{EdgePart{1, 0, 1}}), std::invalid_argument);
}

}  // namespace
}  // namespace sheltermap
