// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/network_reach.hpp"

#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/index/neighbour.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "network/towns.hpp"
#include <array>
#include <numeric>
#include <utility>

namespace sheltermap {
namespace {

using Pairs = std::vector<std::pair<double, std::int32_t>>;

/// What a row reaches, by adding up all there is: door to street, along the streets (Floyd-Warshall), street to door.
Pairs by_hand(const TravelGraph& travel, const std::vector<std::vector<double>>& cost,
              std::span<const EdgeChange> changes, const Snap& demand, std::span<const Snap> facilities) {
    const bool to = travel.options().direction == Direction::to_facility;
    const auto& c = travel.graph().columns();
    const auto along = [&](std::uint32_t edge, double from_m, double to_m) {
        return cost_by_pieces(travel.graph(), changes, travel.options().unit, edge, from_m, to_m);
    };
    const auto closed_on = [&](std::uint32_t edge, double at_m) {
        return std::any_of(changes.begin(), changes.end(), [&](const EdgeChange& each) {
            return each.edge == edge && each.speed_factor == 0 && each.begin_m <= at_m && each.end_m >= at_m;
        });
    };
    const auto closed = [&](const Snap& place) {
        if (place.offset_m > 0 && place.offset_m < c.length_m[place.edge]) return closed_on(place.edge, place.offset_m);
        const std::uint32_t node = place.offset_m > 0 ? c.edge_to[place.edge] : c.edge_from[place.edge];
        bool open = false;  // at a junction: no street there is
        for (std::uint32_t edge = 0; edge < travel.graph().edges(); ++edge) {
            open = open || (c.edge_from[edge] == node && !closed_on(edge, 0));
            open = open || (c.edge_to[edge] == node && !closed_on(edge, c.length_m[edge]));
        }
        return !open;
    };
    Pairs pairs;
    for (std::size_t row = 0; row < facilities.size(); ++row) {
        if (facilities[row].state != SnapState::snapped || demand.state != SnapState::snapped) continue;
        if (closed(demand) || closed(facilities[row])) continue;
        const Snap& start = to ? demand : facilities[row];
        const Snap& goal = to ? facilities[row] : demand;
        double best = infinity;
        const auto try_way = [&](double before, double between, double after) {
            const double sum = before + between + after;
            if (!std::isnan(sum)) best = std::min(best, sum);
        };
        const double back = along(start.edge, start.offset_m, 0);
        const double on = along(start.edge, start.offset_m, c.length_m[start.edge]);
        const double in = along(goal.edge, 0, goal.offset_m);
        const double round = along(goal.edge, c.length_m[goal.edge], goal.offset_m);
        for (const auto& [out, node] :
             {std::pair{back, c.edge_from[start.edge]}, std::pair{on, c.edge_to[start.edge]}}) {
            try_way(out, cost[node][c.edge_from[goal.edge]], in);
            try_way(out, cost[node][c.edge_to[goal.edge]], round);
        }
        if (start.edge == goal.edge) try_way(along(start.edge, start.offset_m, goal.offset_m), 0, 0);
        const double walked =
            (start.offroad_m + goal.offroad_m) / (travel.options().unit == CostUnit::metres ? 1 : 1.1);
        if (!std::isinf(best)) pairs.emplace_back(best + walked, static_cast<std::int32_t>(row));
    }
    std::sort(pairs.begin(), pairs.end());
    return pairs;
}

Pairs row_of(const Reach& reach, std::size_t row) {
    Pairs pairs;
    for (auto i = reach.offsets[row]; i < reach.offsets[row + 1]; ++i) {
        pairs.emplace_back(reach.cost[static_cast<std::size_t>(i)], reach.facility[static_cast<std::size_t>(i)]);
    }
    return pairs;
}

/// Costs agree within rounding and are in order; the facilities are those of their costs (ties within rounding may
/// change places).
void expect_same(const Pairs& found, const Pairs& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        EXPECT_NEAR(found[i].first, expected[i].first, 1e-7);
        const auto its_own = std::find_if(expected.begin(), expected.end(),
                                          [&](const auto& pair) { return pair.second == found[i].second; });
        ASSERT_NE(its_own, expected.end());
        EXPECT_NEAR(found[i].first, its_own->first, 1e-7);
    }
}

TEST(NetworkReach, IsWhatAllWaysAddedUpGive) {
    std::mt19937 random(20);
    for (int round = 0; round < 200; ++round) {
        const Graph graph = random_town(random).graph();
        const EdgeIndex index(graph);
        const auto demand = index.snap(random_places(random, 8), {.max_m = 150});
        const auto facilities = index.snap(random_places(random, 5), {.max_m = 150});
        const auto changes = round % 2 == 0 ? std::vector<EdgeChange>() : random_changes(random, graph);
        const TravelOptions options{round % 4 < 2 ? CostUnit::metres : CostUnit::seconds,
                                    round % 8 < 4 ? Direction::to_facility : Direction::from_facility};
        const TravelGraph travel(graph, Traffic(changes), options);
        const auto cost = all_costs(graph, options.unit, changes);
        const double limit = 900;
        const Reach one = network_reach(travel, demand, facilities, {.k = 1});
        const Reach three = network_reach(travel, demand, facilities, {.k = 3});
        const Reach within = network_reach(travel, demand, facilities, {.k = all_places, .limit = limit});
        for (std::size_t row = 0; row < demand.size(); ++row) {
            Pairs expected = by_hand(travel, cost, changes, demand[row], facilities);
            const bool none = expected.empty();
            Pairs near = expected;
            std::erase_if(near, [&](const auto& pair) { return pair.first > limit; });
            expect_same(row_of(within, row), near);
            if (expected.size() > 3) expected.resize(3);
            expect_same(row_of(three, row), expected);
            if (expected.size() > 1) expected.resize(1);
            expect_same(row_of(one, row), expected);
            if (demand[row].state == SnapState::not_snapped) {
                EXPECT_EQ(one.reason[row], Reason::not_snapped);
            } else {
                EXPECT_EQ(one.reason[row], none ? Reason::no_path : Reason::reached);
                const Reason why = none ? Reason::no_path : near.empty() ? Reason::too_far : Reason::reached;
                EXPECT_EQ(within.reason[row], why);
            }
        }
    }
}

TEST(NetworkReach, IsNeverShorterThanTheGeodesic) {
    std::mt19937 random(4);
    for (int round = 0; round < 50; ++round) {
        const Graph graph = random_town(random, 8).graph();
        const EdgeIndex index(graph);
        const auto homes = random_places(random, 100);
        const auto shelters = random_places(random, 10);
        const TravelGraph travel(graph, {}, {});
        const Reach reach =
            network_reach(travel, index.snap(homes), index.snap(shelters), {.k = all_places, .limit = 5000});
        for (std::size_t row = 0; row < homes.size(); ++row) {
            for (const auto& [cost, facility] : row_of(reach, row)) {
                EXPECT_GE(cost, geodesic_distance_m(homes[row], shelters[static_cast<std::size_t>(facility)]) - 1e-3);
            }
        }
    }
}

TEST(NetworkReach, ClosingAnEdgeNeverShortensAndReopeningRestores) {
    std::mt19937 random(5);
    const Graph graph = random_town(random, 6).graph();
    const EdgeIndex index(graph);
    const auto homes = index.snap(random_places(random, 40));
    const auto shelters = index.snap(random_places(random, 4));
    const NetworkReachOptions options{.k = 4};
    const Reach before = network_reach(TravelGraph(graph, {}, {}), homes, shelters, options);
    for (std::uint32_t edge = 0; edge < graph.edges(); ++edge) {
        const Traffic closed({{.edge = edge, .speed_factor = 0}});
        const Reach after = network_reach(TravelGraph(graph, closed, {}), homes, shelters, options);
        for (std::size_t row = 0; row < homes.size(); ++row) {
            const Pairs was = row_of(before, row);
            const Pairs is = row_of(after, row);
            ASSERT_LE(is.size(), was.size());
            for (std::size_t i = 0; i < is.size(); ++i) EXPECT_GE(is[i].first, was[i].first);
        }
    }
    const Reach again =
        network_reach(TravelGraph(graph, Traffic(std::vector<EdgeChange>{}), {}), homes, shelters, options);
    EXPECT_EQ(again.cost, before.cost);
    EXPECT_EQ(again.facility, before.facility);
}

TEST(NetworkReach, AFacilityOnTheFarBankIsAsFarAsTheBridge) {
    Town town;  // two banks 100 m apart, one bridge 2 km upstream
    const auto a = town.point(24.0, 57.0);
    const auto b = town.point(24.033, 57.0);
    const auto c = town.point(24.0, 57.0009);
    const auto d = town.point(24.033, 57.0009);
    town.street({a, b});
    town.street({c, d});
    town.street({b, d}, {.forward_m_s = 1, .backward_m_s = 1, .flags = street_bridge});
    const Graph graph = town.graph();
    const EdgeIndex index(graph);
    const auto home = index.snap(std::array{LonLat{24.0, 57.0}});
    const auto shelter = index.snap(std::array{LonLat{24.0, 57.0009}});
    EXPECT_GT(network_reach(TravelGraph(graph, {}, {}), home, shelter, {}).cost[0], 4000);
}

TEST(NetworkReach, AOneWayStreetIsNotGoneBack) {
    Town town;  // from a to b 1.2 km along the one-way street, back around by 2 more sides
    const auto a = town.point(24.0, 57.0);
    const auto b = town.point(24.02, 57.0);
    const auto c = town.point(24.01, 57.01);
    town.street({a, b}, one_way());
    town.street({b, c, a}, one_way());
    const Graph graph = town.graph();
    const EdgeIndex index(graph);
    const auto home = index.snap(std::array{LonLat{24.005, 57.0}});
    const auto shelter = index.snap(std::array{LonLat{24.015, 57.0}});
    const Reach to = network_reach(TravelGraph(graph, {}, {}), home, shelter, {});
    const Reach from =
        network_reach(TravelGraph(graph, {}, {.direction = Direction::from_facility}), home, shelter, {});
    const double ring = graph.columns().length_m[0] + graph.columns().length_m[1];
    EXPECT_NEAR(to.cost[0], geodesic_distance_m(LonLat{24.005, 57.0}, LonLat{24.015, 57.0}), 0.1);
    EXPECT_NEAR(to.cost[0] + from.cost[0], ring, 1e-6);
}

TEST(NetworkReach, APlaceAtAJunctionIsOnAllItsStreets) {
    Town town;  // the place lies where the one-way street begins, and where the other street ends
    const auto a = town.point(24.0, 57.0);
    const auto b = town.point(24.01, 57.0);
    town.street({b, town.point(24.02, 57.0)}, one_way());
    town.street({a, b});
    const Graph graph = town.graph();
    const EdgeIndex index(graph);
    const auto corner = index.snap(std::array{LonLat{24.01, 57.0}});
    const auto west = index.snap(std::array{LonLat{24.0, 57.0}});
    const TravelGraph travel(graph, {}, {});
    EXPECT_NEAR(network_reach(travel, corner, west, {}).cost[0], geodesic_distance_m(LonLat{24, 57}, LonLat{24.01, 57}),
                1e-3);
    EXPECT_NEAR(network_reach(travel, west, corner, {}).cost[0], geodesic_distance_m(LonLat{24, 57}, LonLat{24.01, 57}),
                1e-3);
}

TEST(NetworkReach, ReversingATwoWayGraphChangesNothing) {
    std::mt19937 random(6);
    Town town = random_town(random);
    for (Street& street : town.streets.streets) street.backward_m_s = street.forward_m_s;
    const Graph graph = town.graph();
    const EdgeIndex index(graph);
    const auto homes = index.snap(random_places(random, 50));
    const auto shelters = index.snap(random_places(random, 5));
    const TravelOptions there{CostUnit::seconds, Direction::to_facility};
    const TravelOptions back{CostUnit::seconds, Direction::from_facility};
    const Reach a = network_reach(TravelGraph(graph, {}, there), homes, shelters, {.k = 3});
    const Reach b = network_reach(TravelGraph(graph, {}, back), homes, shelters, {.k = 3});
    EXPECT_EQ(a.cost, b.cost);
    EXPECT_EQ(a.facility, b.facility);
}

TEST(NetworkReach, APlaceExactlyAtTheLimitIsReached) {
    std::mt19937 random(8);
    const Graph graph = random_town(random).graph();
    const EdgeIndex index(graph);
    const auto home = index.snap(random_places(random, 1));
    const auto shelters = index.snap(random_places(random, 3));
    const TravelGraph travel(graph, {}, {});
    const double cost = network_reach(travel, home, shelters, {}).cost[0];
    EXPECT_EQ(network_reach(travel, home, shelters, {.limit = cost}).reason[0], Reason::reached);
    EXPECT_EQ(network_reach(travel, home, shelters, {.k = all_places, .limit = cost}).reason[0], Reason::reached);
    EXPECT_EQ(network_reach(travel, home, shelters, {.limit = cost * (1 - 1e-12)}).reason[0], Reason::too_far);
}

TEST(NetworkReach, EqualCostsGoToTheLowerRow) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.02, 57.0)});
    const Graph graph = town.graph();
    const EdgeIndex index(graph);
    const auto home = index.snap(std::array{LonLat{24.001, 57.0}});
    const auto shelters = index.snap(std::array{LonLat{24.01, 57.0}, LonLat{24.01, 57.0}, LonLat{24.01, 57.0}});
    const TravelGraph travel(graph, {}, {});
    EXPECT_EQ(network_reach(travel, home, shelters, {}).facility[0], 0);
    EXPECT_EQ(network_reach(travel, home, shelters, {.k = 2}).facility, (std::vector<std::int32_t>{0, 1}));
}

TEST(NetworkReach, TheSameForAnyNumberOfThreads) {
    std::mt19937 random(9);
    const Graph graph = random_town(random, 12).graph();
    const EdgeIndex index(graph);
    const auto homes = index.snap(random_places(random, 9000));
    const auto shelters = index.snap(random_places(random, 30));
    const TravelGraph travel(graph, {}, {.unit = CostUnit::seconds});
    for (const NetworkReachOptions options : {NetworkReachOptions{.k = 1}, NetworkReachOptions{.k = 3},
                                              NetworkReachOptions{.k = all_places, .limit = 600}}) {
        const Reach one = network_reach(travel, homes, shelters, options, {.threads = 1, .stop = {}});
        const Reach many = network_reach(travel, homes, shelters, options, {.threads = 4, .stop = {}});
        EXPECT_EQ(one.cost, many.cost);
        EXPECT_EQ(one.facility, many.facility);
    }
}

TEST(NetworkReach, SaysWhyNothingWasReached) {
    Town town;
    town.street({town.point(24.00, 57.0), town.point(24.05, 57.0)});
    town.street({town.point(24.00, 57.1), town.point(24.05, 57.1)});
    const Graph graph = town.graph();
    const EdgeIndex index(graph);
    const auto homes = index.snap(std::array{LonLat{24.0, 57.0}, LonLat{24.0, 57.1}, LonLat{24.0, 57.5},
                                             LonLat{std::numeric_limits<double>::quiet_NaN(), 57.0}});
    const auto shelter = index.snap(std::array{LonLat{24.05, 57.0}});
    const TravelGraph travel(graph, {}, {});
    const std::vector<Reason> expected{Reason::too_far, Reason::no_path, Reason::not_snapped, Reason::missing_geometry};
    EXPECT_EQ(network_reach(travel, homes, shelter, {.limit = 1000}).reason, expected);
    const auto nowhere = index.snap(std::array{LonLat{25.0, 57.0}});
    const std::vector<Reason> off_the_streets{Reason::no_path, Reason::no_path, Reason::not_snapped,
                                              Reason::missing_geometry};
    EXPECT_EQ(network_reach(travel, homes, nowhere, {}).reason, off_the_streets);
    const std::vector<Reason> none{Reason::no_facility, Reason::no_facility, Reason::no_facility,
                                   Reason::missing_geometry};
    EXPECT_EQ(network_reach(travel, homes, std::span(homes).last(1), {}).reason, none);
    EXPECT_EQ(network_reach(travel, homes, {}, {}).reason, none);
}

TEST(NetworkReach, TimesAddWalkingBesideTheStreet) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.05, 57.0)}, two_way(10));
    const Graph graph = town.graph();
    const EdgeIndex index(graph);
    const auto home = index.snap(std::array{LonLat{24.01, 57.001}});
    const auto shelter = index.snap(std::array{LonLat{24.03, 57.0}});
    const double walked = (home[0].offroad_m + shelter[0].offroad_m) / 1.1;
    const double driven = (shelter[0].offset_m - home[0].offset_m) / 10;
    const Reach reach = network_reach(TravelGraph(graph, {}, {.unit = CostUnit::seconds}), home, shelter, {});
    EXPECT_NEAR(reach.cost[0], walked + driven, 1e-9);
    EXPECT_EQ(reach.unit, CostUnit::seconds);
}

TEST(NetworkReach, RefusesQuestionsWithoutLimit) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.05, 57.0)});
    const Graph graph = town.graph();
    const TravelGraph travel(graph, {}, {});
    EXPECT_THROW(network_reach(travel, {}, {}, {.k = 0}), std::invalid_argument);
    EXPECT_THROW(network_reach(travel, {}, {}, {.limit = -1}), std::invalid_argument);
    EXPECT_THROW(network_reach(travel, {}, {}, {.k = all_places}), std::invalid_argument);
    EXPECT_THROW(TravelGraph(graph, Traffic(std::vector<EdgeChange>{{.edge = 7}}), {}), std::invalid_argument);
    EXPECT_THROW(Traffic(std::vector<EdgeChange>{{.edge = 0, .speed_factor = -0.1}}), std::invalid_argument);
    EXPECT_THROW(Traffic(std::vector<EdgeChange>{{.edge = 0, .begin_m = 2, .end_m = 1}}), std::invalid_argument);
}

}  // namespace
}  // namespace sheltermap
