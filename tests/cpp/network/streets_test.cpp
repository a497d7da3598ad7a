// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/streets.hpp"

#include "sheltermap/network/graph.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include <array>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

namespace sheltermap {
namespace {

/// West to east, and north to south through its middle vertex; they meet there.
GeometryColumn cross() {
    GeometryColumn lines;
    for (const auto& line : {std::array{XY{24.0, 57.0}, XY{24.1, 57.0}, XY{24.2, 57.0}},
                             std::array{XY{24.1, 57.1}, XY{24.1, 57.0}, XY{24.1, 56.9}}}) {
        lines.begin_row(GeometryType::line_string);
        lines.begin_part();
        lines.append_ring(line);
    }
    return lines;
}

TEST(StreetsOfLines, LinesMeetAtSharedVertices) {
    EXPECT_EQ(build_graph(streets_of_lines(cross(), {})).nodes(), 5U);
    EXPECT_EQ(build_graph(streets_of_lines(cross(), {})).edges(), 4U);
}

TEST(StreetsOfLines, EveryPlaceIsOnePointHoweverManyThereAre) {
    constexpr int side = 300;  // more points than the table for them begins with
    GeometryColumn lines;
    for (int row = 0; row < side; ++row) {
        for (const bool across : {true, false}) {
            std::vector<XY> line;
            for (int i = 0; i < side; ++i) {
                line.push_back({24 + 0.001 * (across ? i : row), 57 + 0.001 * (across ? row : i)});
            }
            lines.begin_row(GeometryType::line_string);
            lines.begin_part();
            lines.append_ring(line);
        }
    }
    const Streets streets = streets_of_lines(lines, {});
    EXPECT_EQ(streets.points.size(), std::size_t{side * side});
    EXPECT_EQ(streets.blocked.size(), streets.points.size());
    EXPECT_EQ(build_graph(streets).columns().component_m.size(), 1U);
}

TEST(StreetsOfLines, InnerVerticesOfABridgeAreNoJunctions) {
    const std::array<std::uint8_t, 2> bridge{0, 1};
    const Graph graph = build_graph(streets_of_lines(cross(), {.bridge = bridge}));
    EXPECT_EQ(graph.nodes(), 4U);
    EXPECT_EQ(graph.edges(), 2U);
    EXPECT_EQ(graph.columns().component_m.size(), 2U);
}

TEST(StreetsOfLines, SpeedsAreTakenRowByRow) {
    const std::array<double, 2> forward{36, nan};
    const std::array<double, 2> backward{0, 18};
    const Streets streets =
        streets_of_lines(cross(), {.forward_kmh = forward, .backward_kmh = backward, .default_kmh = 7.2});
    EXPECT_FLOAT_EQ(streets.streets[0].forward_m_s, 10);
    EXPECT_EQ(streets.streets[0].backward_m_s, 0);
    EXPECT_FLOAT_EQ(streets.streets[1].forward_m_s, 2);
    EXPECT_FLOAT_EQ(streets.streets[1].backward_m_s, 5);
}

TEST(StreetsOfLines, EveryPartIsAStreet) {
    GeometryColumn lines;
    lines.append_missing();
    lines.begin_row(GeometryType::multi_line_string);
    for (const double lat : {57.0, 57.1}) {
        lines.begin_part();
        lines.append_ring(std::array{XY{24.0, lat}, XY{24.1, lat}});
    }
    const std::array<std::string, 2> names{"", "Zaļā iela"};
    const Streets streets = streets_of_lines(lines, {.name = names});
    ASSERT_EQ(streets.streets.size(), 2U);
    EXPECT_EQ(streets.names[streets.streets[1].name], "Zaļā iela");
    EXPECT_EQ(streets.streets[1].way_id, 1);
}

TEST(StreetsOfLines, RefusesWhatIsNoStreet) {
    GeometryColumn point;
    point.append_point({24, 57});
    EXPECT_THROW(streets_of_lines(point, {}), std::invalid_argument);
    const std::array<double, 2> negative{5, -5};
    EXPECT_THROW(streets_of_lines(cross(), {.forward_kmh = negative}), std::invalid_argument);
    EXPECT_THROW(streets_of_lines(cross(), {.forward_kmh = std::span(negative).first(1)}), std::invalid_argument);
}

TEST(StreetsOfLines, ASegmentAcrossTheAntimeridianIsNamed) {
    const auto streets_to = [](double lon) {
        GeometryColumn lines;
        lines.append_missing();
        lines.begin_row(GeometryType::line_string);
        lines.begin_part();
        lines.append_ring(std::array{XY{179.99, 10}, XY{lon, 10}});
        return streets_of_lines(lines, {});
    };
    try {
        (void)streets_to(-179.99);
        FAIL();
    } catch (const std::invalid_argument& error) {
        EXPECT_NE(std::string(error.what()).find("row 2"), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find("antimeridian"), std::string::npos) << error.what();
    }
    EXPECT_EQ(streets_to(180).streets.size(), 1U);
    EXPECT_EQ(streets_to(180.01).streets.size(), 1U);
}

TEST(GridPoint, IsTheNearestOfTheGrid) {
    EXPECT_EQ(to_grid({24.12345674, -57.00000005}), (GridPoint{241234567, -570000001}));
    EXPECT_THROW((void)to_grid({215, 0}), std::invalid_argument);
    EXPECT_THROW((void)to_grid({std::numeric_limits<double>::quiet_NaN(), 0}), std::invalid_argument);
}

}  // namespace
}  // namespace sheltermap
