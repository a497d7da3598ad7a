// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/traffic.hpp"

#include <gtest/gtest.h>

#include "network/towns.hpp"
#include <algorithm>
#include <array>
#include <vector>

namespace sheltermap {
namespace {

std::vector<EdgeChange> copied(std::span<const EdgeChange> changes) { return {changes.begin(), changes.end()}; }

TEST(Traffic, WhereChangesOverlapTheSlowestHolds) {
    const Traffic traffic({{.edge = 3, .begin_m = 20, .end_m = 60, .speed_factor = 0.5},
                           {.edge = 3, .begin_m = 40, .end_m = 50, .speed_factor = 0.2},
                           {.edge = 3, .begin_m = 55, .end_m = 80, .speed_factor = 0.5},
                           {.edge = 1, .begin_m = 0, .end_m = 9, .speed_factor = 0.9}});
    EXPECT_EQ(copied(traffic.slower(3)),
              (std::vector<EdgeChange>{{3, 20, 40, 0.5}, {3, 40, 50, 0.2}, {3, 50, 80, 0.5}}));
    EXPECT_EQ(traffic.slower(1).size(), 1U);
    EXPECT_TRUE(traffic.slower(2).empty());
    EXPECT_TRUE(traffic.closed().empty());
}

TEST(Traffic, ClosuresThatMeetAreOneAndPointsAreClosedToo) {
    const Traffic traffic({{.edge = 0, .begin_m = 5, .end_m = 7, .speed_factor = 0},
                           {.edge = 0, .begin_m = 7, .end_m = 9, .speed_factor = 0},
                           {.edge = 0, .begin_m = 20, .end_m = 20, .speed_factor = 0}});
    EXPECT_EQ(copied(traffic.closed(0)), (std::vector<EdgeChange>{{0, 5, 9, 0}, {0, 20, 20, 0}}));
    EXPECT_TRUE(traffic.closes(0, 9, 15));
    EXPECT_TRUE(traffic.closes(0, 15, 25));
    EXPECT_FALSE(traffic.closes(0, 9.5, 19.5));
    EXPECT_FALSE(traffic.closes(1, 0, 100));
}

TEST(Traffic, AJunctionIsClosedWhereNoStreetIsLeftToGetOnThere) {
    Town town;  // two streets and a bridge meet
    const auto middle = town.point(24.01, 57.0);
    town.street({town.point(24.0, 57.0), middle});
    town.street({middle, town.point(24.02, 57.0)});
    Street bridge = two_way();
    bridge.flags = street_bridge;
    town.street({middle, town.point(24.01, 57.01)}, bridge);
    const Graph graph = town.graph();
    const auto& c = graph.columns();
    std::vector<EdgeChange> closures;  // of the two streets, at the middle only
    std::vector<double> middle_m;
    for (std::uint32_t edge = 0; edge < 3; ++edge) {
        const bool begins = graph.vertices(edge).front() == to_grid({24.01, 57.0});
        middle_m.push_back(begins ? 0 : c.length_m[edge]);
        if ((c.flags[edge] & street_bridge) == 0) closures.push_back({edge, middle_m.back(), middle_m.back(), 0});
    }
    ASSERT_EQ(closures.size(), 2U);
    const Traffic both(closures);
    const Traffic one({closures[0]});
    for (const EdgeChange& each : closures) {
        EXPECT_TRUE(both.closed_at(graph, each.edge, middle_m[each.edge]));
        EXPECT_FALSE(both.closed_at(graph, each.edge, c.length_m[each.edge] / 2));
        EXPECT_FALSE(one.closed_at(graph, each.edge, middle_m[each.edge]));
    }
}

}  // namespace
}  // namespace sheltermap
