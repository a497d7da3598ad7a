// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/ways_out.hpp"

#include "sheltermap/network/paths.hpp"
#include "sheltermap/reach/network_reach.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "network/towns.hpp"
#include <array>

namespace sheltermap {
namespace {

/// What is walked of one edge.
struct Walked {
    std::uint32_t edge;
    double from_m, to_m;
};

/// The parts of a path edge by edge, put together from its list of edges: each begins where the one before ended.
/// Nothing where the list does not say which way an edge was gone, or a place is at a junction.
std::vector<Walked> walked(const Graph& graph, const Snap& home, const Snap& shelter,
                           std::span<const std::uint32_t> edges) {
    const auto& c = graph.columns();
    std::vector<Walked> parts;
    if (edges.front() != home.edge || edges.back() != shelter.edge) return {};
    for (std::size_t i = 0; i < edges.size(); ++i) {
        const std::uint32_t edge = edges[i];
        const double length = c.length_m[edge];
        double from_m = home.offset_m;
        if (i > 0) {
            const Walked& before = parts.back();
            const std::uint32_t node = before.to_m == 0 ? c.edge_from[before.edge] : c.edge_to[before.edge];
            from_m = c.edge_from[edge] == node ? 0 : length;
        }
        double to_m = shelter.offset_m;
        if (i + 1 < edges.size()) {
            const std::uint32_t next = edges[i + 1];
            const auto touches = [&](std::uint32_t node) {
                return c.edge_from[next] == node || c.edge_to[next] == node;
            };
            to_m = i > 0 ? length - from_m : touches(c.edge_to[edge]) ? length : 0;
            if (i == 0 && touches(c.edge_to[edge]) && touches(c.edge_from[edge])) return {};
            if (c.edge_from[edge] == c.edge_to[edge] || c.edge_from[next] == c.edge_to[next]) return {};
        }
        parts.push_back({edge, from_m, to_m});
    }
    return parts;
}

/// What is left after the last point in a stretch, found by walking in small steps.
double beyond_by_steps(std::span<const Walked> parts, std::span<const EdgePart> stretches, double door_m) {
    constexpr int steps = 2000;
    double left = 0;
    double beyond = nan;
    for (auto part = parts.rbegin(); part != parts.rend() && std::isnan(beyond); ++part) {
        const double length = std::abs(part->to_m - part->from_m);
        for (int step = 0; step <= steps && std::isnan(beyond); ++step) {
            const double at = part->to_m + (part->from_m - part->to_m) * step / steps;
            const bool inside = std::any_of(stretches.begin(), stretches.end(), [&](const EdgePart& each) {
                return each.edge == part->edge && each.begin_m <= at && at <= each.end_m;
            });
            if (inside) beyond = left + length * step / steps;
        }
        left += length;
    }
    return beyond + door_m;
}

std::vector<EdgePart> random_stretches(std::mt19937& random, const Graph& graph, int count) {
    std::uniform_int_distribution<std::uint32_t> edge(0, static_cast<std::uint32_t>(graph.edges() - 1));
    std::uniform_real_distribution<double> share(0, 1);
    std::vector<EdgePart> stretches;
    for (int i = 0; i < count; ++i) {
        const std::uint32_t e = edge(random);
        const auto [low, high] = std::minmax({share(random), share(random)});
        stretches.push_back({e, low * graph.columns().length_m[e], high * graph.columns().length_m[e]});
    }
    return stretches;
}

TEST(WaysOut, LeaveWhereWalkingTheWayInSmallStepsLeaves) {
    std::mt19937 random(51);
    int compared = 0;
    for (int round = 0; round < 80; ++round) {
        const Graph graph = random_town(random).graph();
        const EdgeIndex index(graph);
        const auto demand = index.snap(random_places(random, 20));
        const auto facilities = index.snap(random_places(random, 2));
        const auto stretches = random_stretches(random, graph, 6);
        const TravelGraph travel(graph, {}, {});
        const WaysOut ways = ways_out(travel, demand, facilities, stretches, {.threads = 2, .stop = {}});
        const Reach reach = network_reach(travel, demand, facilities, {});
        for (std::size_t row = 0; row < demand.size(); ++row) {
            const bool reached = reach.reason[row] == Reason::reached;
            ASSERT_EQ(ways.facility[row] >= 0, reached);
            ASSERT_EQ(std::isinf(ways.cost[row]), !reached);
            if (!reached) {
                EXPECT_TRUE(std::isnan(ways.beyond[row]));
                continue;
            }
            const auto pair = static_cast<std::size_t>(reach.offsets[row]);
            EXPECT_EQ(ways.facility[row], reach.facility[pair]);
            EXPECT_NEAR(ways.cost[row], reach.cost[pair], 1e-9);
            const Snap& shelter = facilities[static_cast<std::size_t>(ways.facility[row])];
            const std::array<PathRequest, 1> request{
                PathRequest{static_cast<std::int64_t>(row), ways.facility[row], ways.cost[row]}};
            const Paths path = shortest_paths(travel, demand, facilities, request);
            const auto parts = walked(graph, demand[row], shelter, path.edges);
            if (parts.empty()) continue;
            const double expected = beyond_by_steps(parts, stretches, shelter.offroad_m);
            ASSERT_EQ(std::isnan(ways.beyond[row]), std::isnan(expected));
            if (std::isnan(expected)) continue;
            EXPECT_NEAR(ways.beyond[row], expected, 0.5);  // edges are at most 1 km long, steps a 2000th of them
            ++compared;
        }
    }
    EXPECT_GT(compared, 200);
}

/// A street of three equal edges from west to east.
struct Street3 {
    Town town;
    Street3() {
        std::vector<std::uint32_t> points;
        for (int i = 0; i < 4; ++i) points.push_back(town.point(24.0 + 0.01 * i, 57.0));
        for (std::size_t i = 0; i < 3; ++i) town.street({points[i], points[i + 1]}, two_way(2));
    }
};

TEST(WaysOut, TheLastOfSeveralStretchesCounts) {
    const Graph graph = Street3().town.graph();
    const double length = graph.columns().length_m[0];
    const EdgeIndex index(graph);
    const auto home = index.snap(std::array{LonLat{24.0, 57.0}});
    const auto shelter = index.snap(std::array{LonLat{24.03, 57.0}});
    const TravelGraph travel(graph, {}, {.unit = CostUnit::seconds});
    const auto beyond = [&](std::vector<EdgePart> stretches) {
        return ways_out(travel, home, shelter, std::move(stretches)).beyond[0];
    };
    std::array<std::uint32_t, 3> west_to_east{};
    for (std::uint32_t e = 0; e < 3; ++e) {
        const double lon = graph.columns().vertices[graph.columns().vertex_begin[e]].place().lon;
        west_to_east[static_cast<std::size_t>(std::lround((lon - 24.0) / 0.01))] = e;
    }
    const auto [first, second, third] = west_to_east;
    EXPECT_NEAR(beyond({{first, 0, length / 2}}), 2.5 * length / 2, 1e-3);
    EXPECT_NEAR(beyond({{first, 0, length}, {second, 10, 30}, {second, 5, 20}}), (2 * length - 30) / 2, 1e-3);
    EXPECT_NEAR(beyond({{third, length, length}}), 0, 1e-3);
    EXPECT_TRUE(std::isnan(beyond({})));
}

TEST(WaysOut, APaceIsThatOfEverybodyButSlowStreetsAndFerriesKeepTheirs) {
    Town town;
    const auto a = town.point(24.0, 57.0);
    const auto b = town.point(24.01, 57.0);
    const auto c = town.point(24.02, 57.0);
    const auto d = town.point(24.03, 57.0);
    town.street({a, b}, two_way(1.1F));
    town.street({b, c}, two_way(0.55F));  // as steps: half the walking speed of 1.1 m/s
    Street ferry = two_way(3);
    ferry.flags = street_ferry;
    town.street({c, d}, ferry);
    town.street({d, town.point(24.031, 57.0)}, two_way(1.1F));  // nobody gets on along a ferry
    const Graph graph = town.graph();
    const EdgeIndex index(graph);
    const auto homes = index.snap(std::array{LonLat{24.0, 57.001}, LonLat{24.01, 57.0}});
    const auto shelter = index.snap(std::array{LonLat{24.02, 57.0}});
    const double length = graph.columns().length_m[0];
    const TravelGraph slow(graph, Traffic(std::vector<EdgeChange>{{.edge = homes[0].edge, .speed_factor = 0.5}}),
                           {.unit = CostUnit::seconds, .pace_m_s = 0.8});
    const auto ways = ways_out(slow, homes, shelter, {});
    EXPECT_NEAR(ways.cost[0] - ways.cost[1], homes[0].offroad_m / 0.8 + (length - homes[0].offset_m) / 0.4, 1e-3);
    EXPECT_NEAR(ways.cost[1], length / 0.4, 0.01);
    const auto over = ways_out(slow, index.snap(std::array{LonLat{24.03, 57.0}}), shelter, {});
    EXPECT_NEAR(over.cost[0], length / 3, 0.01);
    const TravelGraph metres(graph, {}, {.pace_m_s = 0.8});
    EXPECT_NEAR(ways_out(metres, homes, shelter, {}).cost[1], length, 0.01);
}

TEST(WaysOut, RefusesWhatIsNoStretchAndWaysFromTheFacilities) {
    const Graph graph = Street3().town.graph();
    const auto home = EdgeIndex(graph).snap(std::array{LonLat{24.0, 57.0}});
    const TravelGraph travel(graph, {}, {});
    for (const EdgePart& wrong : {EdgePart{3, 0, 1}, EdgePart{0, 2, 1}, EdgePart{0, -1, 1}, EdgePart{0, nan, 1}}) {
        EXPECT_THROW(static_cast<void>(ways_out(travel, home, home, {wrong})), std::invalid_argument);
    }
    const TravelGraph away(graph, {}, {.direction = Direction::from_facility});
    EXPECT_THROW(static_cast<void>(ways_out(away, home, home, {})), std::invalid_argument);
    for (const double wrong : {-1.0, infinity, nan}) {
        EXPECT_THROW(TravelGraph(graph, {}, {.pace_m_s = wrong}), std::invalid_argument);
    }
}

}  // namespace
}  // namespace sheltermap
