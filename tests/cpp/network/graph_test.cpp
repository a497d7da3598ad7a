// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/graph.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include "network/towns.hpp"
#include <fstream>
#include <numeric>

namespace sheltermap {
namespace {

/// A crossing of two streets, one of them with a bend.
Town crossing() {
    Town town;
    const auto west = town.point(24.00, 57.0);
    const auto middle = town.point(24.01, 57.0);
    const auto bend = town.point(24.015, 57.002);
    const auto east = town.point(24.02, 57.0);
    const auto north = town.point(24.01, 57.01);
    const auto south = town.point(24.01, 56.99);
    town.street({west, middle, bend, east}, two_way(), "Main street");
    town.street({north, middle, south}, one_way(), "Ķēniņu iela");
    return town;
}

template <class Column>
bool equal(const Column& a, const Column& b) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

/// Whether nodes, edges and their costs are the same to the last bit.
bool same(const Graph& a, const Graph& b) {
    const auto& x = a.columns();
    const auto& y = b.columns();
    return equal(x.node_at, y.node_at) && equal(x.vertices, y.vertices) && equal(x.length_m, y.length_m) &&
           equal(x.edge_from, y.edge_from) && equal(x.edge_to, y.edge_to) && equal(x.forward_m_s, y.forward_m_s) &&
           equal(x.backward_m_s, y.backward_m_s) && equal(x.component_m, y.component_m) && equal(x.name, y.name);
}

TEST(Graph, StreetsAreCutWhereTheyMeet) {
    const Graph graph = crossing().graph();
    EXPECT_EQ(graph.nodes(), 5U);
    EXPECT_EQ(graph.edges(), 4U);
    EXPECT_EQ(graph.columns().component_m.size(), 1U);
}

TEST(Graph, LengthsAreGeodesicFromVertexToVertex) {
    const Graph graph = crossing().graph();
    const double bent = geodesic_distance_m(LonLat{24.01, 57.0}, LonLat{24.015, 57.002}) +
                        geodesic_distance_m(LonLat{24.015, 57.002}, LonLat{24.02, 57.0});
    const auto& lengths = graph.columns().length_m;
    EXPECT_TRUE(std::any_of(lengths.begin(), lengths.end(), [&](double m) { return std::abs(m - bent) < 1e-6; }));
}

TEST(Graph, LongSegmentsAreThoseOfLinesStraightInLongitudeAndLatitude) {
    Town town;
    town.street({town.point(20, 60), town.point(21, 60)});
    // A parallel of latitude: its arc is N cos(lat) dlon, N the radius of curvature in the prime vertical.
    const double sine = std::sin(60 * 3.14159265358979323846 / 180);
    const double e2 = 1 - wgs84_b_m * wgs84_b_m / (wgs84_a_m * wgs84_a_m);
    const double parallel = wgs84_a_m / std::sqrt(1 - e2 * sine * sine) * 0.5 * 3.14159265358979323846 / 180;
    EXPECT_NEAR(town.graph().columns().length_m[0], parallel, 5e-6 * 56);
}

TEST(Graph, ABridgeWithoutACommonPointDoesNotMeetTheStreetBelow) {
    Town town;
    town.street({town.point(24.00, 57.0), town.point(24.01, 57.0), town.point(24.02, 57.0)});
    town.street({town.point(24.01, 57.01), town.point(24.01, 57.0), town.point(24.01, 56.99)},
                {.forward_m_s = 1, .backward_m_s = 1, .flags = street_bridge, .layer = 1});
    EXPECT_EQ(town.graph().edges(), 2U);
    EXPECT_EQ(town.graph().columns().component_m.size(), 2U);
}

TEST(Graph, NobodyPassesABarrier) {
    Town town;
    const auto a = town.point(24.00, 57.0);
    const auto gate = town.point(24.01, 57.0, true);
    const auto b = town.point(24.02, 57.0);
    town.street({a, gate, b});
    const Graph graph = town.graph();
    EXPECT_EQ(graph.nodes(), 4U);
    EXPECT_EQ(graph.columns().component_m.size(), 2U);
    for (const auto flags : graph.columns().flags) EXPECT_EQ(flags, street_barrier);
}

TEST(Graph, ADurationGivesTheSpeed) {
    Town town;
    town.street({town.point(24.0, 57.0), town.point(24.0, 57.01)}, {.duration_s = 600, .flags = street_ferry});
    const Graph graph = town.graph();
    EXPECT_NEAR(graph.columns().length_m[0] * graph.cost_per_metre(0, false, CostUnit::seconds), 600, 1e-3);
    EXPECT_NEAR(graph.columns().length_m[0] * graph.cost_per_metre(0, true, CostUnit::seconds), 600, 1e-3);
}

TEST(Graph, AStreetThatMayNotBeGoneIsLeftOut) {
    Town town = crossing();
    town.street({town.point(24.1, 57.0), town.point(24.2, 57.0)}, Street{});
    EXPECT_TRUE(same(town.graph(), crossing().graph()));
}

TEST(Graph, ARingWithoutJunctionIsOneEdge) {
    Town town;
    const auto a = town.point(24.0, 57.0);
    town.street({a, town.point(24.01, 57.0), town.point(24.01, 57.01), a}, one_way());
    const Graph graph = town.graph();
    EXPECT_EQ(graph.nodes(), 1U);
    EXPECT_EQ(graph.edges(), 1U);
    EXPECT_EQ(graph.arcs(0).size(), 2U);
}

TEST(Graph, DoesNotDependOnTheOrderOfStreetsAndPoints) {
    std::mt19937 random(7);
    const Town town = random_town(random);
    Town mixed;
    std::vector<std::uint32_t> order(town.streets.points.size());
    std::iota(order.begin(), order.end(), 0U);
    std::shuffle(order.begin(), order.end(), random);
    std::vector<std::uint32_t> fresh(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        mixed.streets.points.push_back(town.streets.points[order[i]]);
        fresh[order[i]] = i;
    }
    mixed.streets.blocked = town.streets.blocked;
    std::vector<std::size_t> streets(town.streets.streets.size());
    std::iota(streets.begin(), streets.end(), 0U);
    std::shuffle(streets.begin(), streets.end(), random);
    for (const std::size_t s : streets) {
        std::vector<std::uint32_t> line;
        for (auto i = town.streets.offsets[s]; i < town.streets.offsets[s + 1]; ++i) {
            line.push_back(fresh[town.streets.vertices[i]]);
        }
        mixed.street(line, town.streets.streets[s]);
    }
    EXPECT_TRUE(same(town.graph(), mixed.graph()));
}

TEST(Graph, NeighboursOnTheCurveAreNeighboursInTheTown) {
    Town town;
    std::vector<std::uint32_t> points;
    for (int i = 0; i < 256; ++i) points.push_back(town.point(1e-7 * (i % 16), 1e-7 * (i / 16)));
    for (std::size_t i = 1; i < points.size(); ++i) town.street({points[i - 1], points[i]});
    const Graph graph = town.graph();
    // 16 x 16 places at a corner of the curve's cells: each step along it leads to the place beside.
    for (std::size_t i = 1; i < graph.nodes(); ++i) {
        const GridPoint a = graph.columns().node_at[i - 1];
        const GridPoint b = graph.columns().node_at[i];
        EXPECT_EQ(std::abs(a.lon_e7 - b.lon_e7) + std::abs(a.lat_e7 - b.lat_e7), 1);
    }
}

TEST(Graph, RefusesColumnsThatDoNotFit) {
    Streets streets = crossing().streets;
    streets.vertices[0] = 99;
    EXPECT_THROW(build_graph(streets), std::invalid_argument);
}

class GraphFile : public io::TemporaryFolder {};

TEST_F(GraphFile, ComesBackAsItWas) {
    const GraphInfo info{.profile = "car",
                         .source = "town.osm.pbf",
                         .walking_m_s = 1.1,
                         .closing_depth_m = 0.3,
                         .ways_used = 2,
                         .points_missing = 3,
                         .ways_outdated = 4,
                         .areas_crossed = 5,
                         .areas_gone_round = 6,
                         .areas_left_out = 7,
                         .ends_joined = 8,
                         .crossings_joined = 9};
    const Graph graph = build_graph(crossing().streets, info);
    graph.save(at("town.graph"));
    const Graph again = Graph::load(at("town.graph"));
    EXPECT_EQ(again.info(), info);
    EXPECT_TRUE(same(graph, again));
    std::vector<std::string> names;
    for (std::uint32_t e = 0; e < again.edges(); ++e) names.emplace_back(again.name(e));
    EXPECT_EQ(std::count(names.begin(), names.end(), "Ķēniņu iela"), 2);
}

TEST_F(GraphFile, OutlivesItsFile) {
    crossing().graph().save(at("town.graph"));
    const Graph graph = Graph::load(at("town.graph"));
    std::filesystem::remove(at("town.graph"));
    EXPECT_TRUE(same(graph, crossing().graph()));
}

TEST_F(GraphFile, EveryFlippedByteAndEveryCutIsSeen) {
    const auto path = at("town.graph");
    crossing().graph().save(path);
    const std::string sound = content(path);
    const auto refused = [&](const std::string& bytes) {
        std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
        try {
            (void)Graph::load(path);
        } catch (const ReadError&) {
            return true;
        }
        return false;
    };
    for (std::size_t i = 0; i < sound.size(); ++i) {
        std::string bytes = sound;
        bytes[i] = static_cast<char>(bytes[i] ^ (1 << (i % 8)));
        EXPECT_TRUE(refused(bytes)) << "byte " << i;
    }
    for (std::size_t size = 0; size < sound.size(); size += 13) {
        EXPECT_TRUE(refused(sound.substr(0, size))) << "cut to " << size;
    }
    EXPECT_TRUE(refused(sound + std::string(8, '\0')));
    EXPECT_FALSE(refused(sound));
}

TEST_F(GraphFile, DoesNotWriteOverAnother) {
    crossing().graph().save(at("town.graph"));
    EXPECT_THROW(crossing().graph().save(at("town.graph")), WriteError);
    EXPECT_THROW((void)Graph::load(at(".")), ReadError);
    EXPECT_THROW((void)Graph::load(at("none")), ReadError);
}

}  // namespace
}  // namespace sheltermap
