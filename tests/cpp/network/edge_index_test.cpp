// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/edge_index.hpp"

#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/network/edge_part.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "geodesy/edge.hpp"
#include "network/towns.hpp"
#include <array>
#include <limits>
#include <stdexcept>

namespace sheltermap {
namespace {

Snap snap_one(const Graph& graph, LonLat place, double max_m = 1000) {
    return EdgeIndex(graph).snap(std::array{place}, {.max_m = max_m})[0];
}

TEST(EdgeIndex, SnapsToTheMiddleOfAStreet) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.02, 57.0)});
    const Snap snap = snap_one(town.graph(), {24.005, 57.001});
    ASSERT_EQ(snap.state, SnapState::snapped);
    EXPECT_NEAR(snap.offset_m, geodesic_distance_m(LonLat{24.0, 57.0}, LonLat{24.005, 57.0}), 0.01);
    EXPECT_NEAR(snap.offroad_m, geodesic_distance_m(LonLat{24.005, 57.001}, LonLat{24.005, 57.0}), 1e-4);
    EXPECT_NEAR(geodesic_distance_m(snap.at, LonLat{24.005, 57.0}), 0, 0.01);
}

TEST(EdgeIndex, APlaceOnTheStreetIsZeroAway) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.0, 57.01)});
    const Snap snap = snap_one(town.graph(), {24.0, 57.005});
    EXPECT_LT(snap.offroad_m, 1e-6);
    EXPECT_NEAR(snap.offset_m, geodesic_distance_m(LonLat{24.0, 57.0}, LonLat{24.0, 57.005}), 1e-3);
}

TEST(EdgeIndex, TheDistanceIsThatOfTheNearestSegmentOfAll) {
    std::mt19937 random(11);
    for (int round = 0; round < 20; ++round) {
        const Graph graph = random_town(random).graph();
        const EdgeIndex index(graph);
        const auto places = random_places(random, 50);
        const auto snaps = index.snap(places);
        for (std::size_t i = 0; i < places.size(); ++i) {
            double nearest = std::numeric_limits<double>::infinity();
            for (std::uint32_t e = 0; e < graph.edges(); ++e) {
                if (graph.columns().component[graph.columns().edge_from[e]] != 0) continue;  // fragments
                const auto line = graph.vertices(e);
                for (std::size_t v = 1; v < line.size(); ++v) {
                    nearest =
                        std::min(nearest, geodesic_distance_m(places[i], Edge{line[v - 1].place(), line[v].place()}));
                }
            }
            if (graph.columns().component_m.size() > 1) continue;  // which parts count is another test
            EXPECT_NEAR(snaps[i].offroad_m, nearest, 2e-6);
            EXPECT_NEAR(geodesic_distance_m(places[i], snaps[i].at), nearest, 1e-4);
        }
    }
}

// Places are looked at in an order of their own, and written a turn of the earth apart they are the same.
TEST(EdgeIndex, ManyPlacesGetOnWhereEachDoesByItself) {
    std::mt19937 random(12);
    const Graph graph = random_town(random).graph();
    const EdgeIndex index(graph);
    auto places = random_places(random, 3'000);
    places[7] = {nan, nan};
    places[8].lon += 360;
    places[9].lat += 1;  // far away
    const auto snaps = index.snap(places, {.max_m = 500}, {.threads = 3, .stop = {}});
    for (std::size_t i = 0; i < places.size(); ++i) {
        const Snap one = index.snap(std::span(places).subspan(i, 1), {.max_m = 500})[0];
        ASSERT_EQ(snaps[i].state, one.state);
        ASSERT_EQ(snaps[i].edge, one.edge);
        ASSERT_EQ(snaps[i].offset_m, one.offset_m);
        ASSERT_EQ(snaps[i].offroad_m, one.offroad_m);
        ASSERT_EQ(snaps[i].at, one.at);
    }
    EXPECT_EQ(snaps[7].state, SnapState::missing_geometry);
    EXPECT_EQ(snaps[9].state, SnapState::not_snapped);
}

TEST(EdgeIndex, TheLimitIsInclusive) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.02, 57.0)});
    const Graph graph = town.graph();
    const LonLat place{24.0, 57.001};
    const double away = snap_one(graph, place).offroad_m;
    EXPECT_EQ(snap_one(graph, place, away).state, SnapState::snapped);
    EXPECT_EQ(snap_one(graph, place, away * (1 - 1e-9)).state, SnapState::not_snapped);
    EXPECT_EQ(snap_one(graph, {nan, 57}).state, SnapState::missing_geometry);
}

TEST(EdgeIndex, NobodyGetsOnABridgeOrAMotorway) {
    for (const std::uint8_t flag : {street_bridge, street_tunnel, street_ferry, street_no_entry}) {
        Town town;
        town.street({town.point(24.0, 57.0), town.point(24.02, 57.0)},
                    {.forward_m_s = 1, .backward_m_s = 1, .flags = flag});
        town.street({town.point(24.0, 57.005), town.point(24.02, 57.005)});
        const Snap snap = snap_one(town.graph(), {24.01, 57.001});
        ASSERT_EQ(snap.state, SnapState::snapped);
        EXPECT_GT(snap.offroad_m, 400);
    }
}

TEST(EdgeIndex, FragmentsAreNotSnappedTo) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.05, 57.0)});         // 3 km
    town.street({town.point(24.02, 57.002), town.point(24.0201, 57.002)});  // 6 m, a courtyard
    town.street({town.point(24.0, 57.004), town.point(24.03, 57.004)});     // 1.8 km, an island
    const Graph graph = town.graph();
    EXPECT_NEAR(snap_one(graph, {24.02, 57.0021}).offroad_m, 211, 2);
    EXPECT_NEAR(snap_one(graph, {24.02, 57.0039}).offroad_m, 11, 1);
    Town alone;
    alone.street({alone.point(24.02, 57.002), alone.point(24.0201, 57.002)});
    EXPECT_EQ(snap_one(alone.graph(), {24.02, 57.002}).state, SnapState::snapped);
}

TEST(EdgeIndex, TheSameForAnyNumberOfThreads) {
    std::mt19937 random(3);
    const Graph graph = random_town(random).graph();
    const EdgeIndex index(graph);
    const auto places = random_places(random, 3000);
    const auto one = index.snap(places, {}, {.threads = 1, .stop = {}});
    const auto many = index.snap(places, {}, {.threads = 4, .stop = {}});
    for (std::size_t i = 0; i < places.size(); ++i) {
        EXPECT_EQ(one[i].edge, many[i].edge);
        EXPECT_EQ(one[i].offset_m, many[i].offset_m);
    }
}

TEST(EdgeIndex, RefusesALimitThatIsNone) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.02, 57.0)});
    EXPECT_THROW(snap_one(town.graph(), {24, 57}, -1), std::invalid_argument);
    EXPECT_THROW(snap_one(town.graph(), {24, 57}, nan), std::invalid_argument);
    EXPECT_THROW(snap_one(town.graph(), {24, 95}), std::invalid_argument);
}

TEST(NearestOnSegment, TellsThePassesOfAPointApart) {
    Town town;  // a loop that ends where it begins, as one edge
    const auto corner = town.point(24.0, 57.0);
    town.street({town.point(23.99, 57.0), corner});
    town.street({corner, town.point(24.01, 57.0), town.point(24.01, 57.005), corner});
    const Graph graph = town.graph();
    const auto& c = graph.columns();
    const std::uint32_t loop = c.edge_from[0] == c.edge_to[0] ? 0 : 1;
    ASSERT_EQ(c.edge_from[loop], c.edge_to[loop]);
    const std::size_t segments = graph.vertices(loop).size() - 1;
    EXPECT_EQ(nearest_on_segment(graph, loop, 0, {24.0, 57.0}).offset_m, 0);
    EXPECT_EQ(nearest_on_segment(graph, loop, segments - 1, {24.0, 57.0}).offset_m, c.length_m[loop]);
    // A vertex is as far along by the segment that ends there as by the one that begins there.
    for (std::size_t i = 1; i < segments; ++i) {
        const LonLat vertex = graph.vertices(loop)[i].place();
        EXPECT_EQ(nearest_on_segment(graph, loop, i - 1, vertex).offset_m,
                  nearest_on_segment(graph, loop, i, vertex).offset_m);
    }
    EXPECT_THROW(static_cast<void>(nearest_on_segment(graph, loop, segments, {24.0, 57.0})), std::invalid_argument);
}

}  // namespace
}  // namespace sheltermap
