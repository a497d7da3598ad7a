// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/beside_lines.hpp"

#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geodesy/lonlat_measure.hpp"
#include "sheltermap/geometry/validity.hpp"
#include "sheltermap/index/shape_index.hpp"
#include "sheltermap/index/zone_index.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>
#include <random>
#include <stdexcept>
#include <vector>

namespace sheltermap {
namespace {

using Line = std::vector<XY>;

void append_line(GeometryColumn& column, const Line& line) {
    column.begin_row(GeometryType::line_string);
    column.begin_part();
    column.append_ring(line);
}

GeometryColumn lines(const std::vector<Line>& each) {
    GeometryColumn column;
    for (const Line& line : each) append_line(column, line);
    return column;
}

/// Degrees of longitude and latitude that are so many metres near a latitude.
XY degrees(double metres, double latitude) {
    const LonLat east = geodesic_destination({0, latitude}, 90, metres);
    const LonLat north = geodesic_destination({0, latitude}, 0, metres);
    return {east.lon, north.lat - latitude};
}

/// Crooked lines in a town some 3 km wide, across a parallel where lines are cut.
GeometryColumn town(std::mt19937& random, std::size_t count, double latitude) {
    const XY metre = degrees(1, latitude);
    std::uniform_real_distribution<double> across(-1500, 1500);
    std::uniform_real_distribution<double> step(-200, 200);
    GeometryColumn column;
    for (std::size_t i = 0; i < count; ++i) {
        XY at{across(random), across(random)};
        Line line;
        for (int vertex = 0; vertex < 4; ++vertex) {
            line.push_back({24 + at.x * metre.x, latitude + at.y * metre.y});
            at = {at.x + step(random), at.y + step(random)};
        }
        append_line(column, line);
    }
    return column;
}

std::vector<LonLat> places_around(std::mt19937& random, double latitude, std::size_t count) {
    const XY metre = degrees(1, latitude);
    std::uniform_real_distribution<double> across(-1900, 1900);
    std::vector<LonLat> places;
    for (std::size_t i = 0; i < count; ++i) {
        places.push_back({24 + across(random) * metre.x, latitude + across(random) * metre.y});
    }
    return places;
}

void expect_valid(const GeometryColumn& areas) {
    for (std::size_t row = 0; row < areas.size(); ++row) {
        if (areas.types[row] != GeometryType::missing) {
            EXPECT_EQ(geometry_fault(areas, row), "") << row;
        }
    }
}

double total_area_m2(const GeometryColumn& areas) {
    double total = 0;
    for (std::size_t row = 0; row < areas.size(); ++row) {
        if (areas.types[row] != GeometryType::missing) total += lonlat_area_m2(areas, row);
    }
    return total;
}

TEST(AreaBesideLines, OfAStraightLineIsARectangleAndTwoHalvesOfAPolygonOf32Sides) {
    const double length = geodesic_distance_m(LonLat{24.0, 57.0}, LonLat{24.0, 57.01});
    const auto area = area_beside_lines(lines({{{24.0, 57.0}, {24.0, 57.01}}}));
    const double ends = 16 * std::sin(std::numbers::pi / 16) * 50 * 50;
    EXPECT_NEAR(lonlat_area_m2(area, 0), 100 * length + ends, 1e-3 * (100 * length + ends));
    expect_valid(area);
}

TEST(AreaBesideLines, HoldsWhoeverIsWithinTheDistance) {
    std::mt19937 random(1);
    for (const auto& [latitude, error] : {std::pair{0.0, 1e-4}, {-33.0, 6e-4}, {59.95, 1e-3}, {79.95, 3e-3}}) {
        for (const double distance : {20.0, 50.0, 200.0}) {
            const auto streets = town(random, 60, latitude);
            const auto area = area_beside_lines(streets, {.distance_m = distance, .fill_holes_m2 = 0});
            expect_valid(area);
            const ShapeIndex nearest(streets);
            const ZoneIndex inside(area);
            std::size_t clear = 0;
            for (const LonLat place : places_around(random, latitude, 4000)) {
                const double away = nearest.find(place).front().distance_m;
                if (away > distance * (1 - 0.005 - error) && away < distance * (1 + error)) continue;
                ++clear;
                EXPECT_EQ(!inside.find(place).empty(), away < distance) << latitude << ' ' << away;
            }
            EXPECT_GT(clear, 3900U);
        }
    }
}

TEST(AreaBesideLines, HasItsBorderWhereItBelongsAlongWindingLines) {
    std::mt19937 random(2);
    const XY metre = degrees(1, 57);
    std::normal_distribution<double> wind(0, 1);
    Line path{{24, 57}};
    for (int i = 0; i < 2'000; ++i) {
        const double east = 4 * std::cos(i / 100.0) + wind(random);
        const double north = 4 * std::sin(i / 130.0) + wind(random);
        path.push_back({path.back().x + east * metre.x, path.back().y + north * metre.y});
    }
    const auto streets = lines({path});
    const ShapeIndex nearest(streets);
    const auto area = area_beside_lines(streets, {.distance_m = 50, .fill_holes_m2 = 0});
    const auto away = [&](XY at) { return nearest.find({at.x, at.y}).front().distance_m; };
    for (std::int64_t ring = 0; ring < area.ring_offsets.back(); ++ring) {
        const auto border = area.ring(ring);
        for (std::size_t i = 1; i < border.size(); ++i) {
            const XY between{(border[i - 1].x + border[i].x) / 2, (border[i - 1].y + border[i].y) / 2};
            EXPECT_NEAR(away(border[i]), 50, 0.015 * 50);
            EXPECT_NEAR(away(between), 50, 0.015 * 50);
        }
    }
}

TEST(AreaBesideLines, TakesNoLineWithoutLength) {
    EXPECT_EQ(area_beside_lines(lines({{{24, 57}, {24, 57}}})).types, std::vector{GeometryType::missing});
    const Line street{{24, 57}, {24, 57}, {24, 57.01}, {24, 57.01}};
    EXPECT_EQ(area_beside_lines(lines({street})).vertices,
              area_beside_lines(lines({{{24, 57}, {24, 57.01}}})).vertices);
}

TEST(AreaBesideLines, FillsHolesBelowTheStatedAreaOnly) {
    const XY side = degrees(200, 57);  // a block of houses: 100 m by 100 m are farther than 50 m from its streets
    const auto block = lines({{{24, 57}, {24 + side.x, 57}, {24 + side.x, 57 + side.y}, {24, 57 + side.y}, {24, 57}}});
    const auto holes = [&](double fill_m2) {
        const auto area = area_beside_lines(block, {.fill_holes_m2 = fill_m2});
        return area.ring_offsets[1] - 1;
    };
    EXPECT_EQ(holes(9'900), 1);
    EXPECT_EQ(holes(10'100), 0);
    EXPECT_EQ(holes(0), 1);
}

TEST(AreaBesideLines, DoesNotLeapARiver) {
    const auto banks = lines({{{24.0, 57.0}, {24.02, 57.0}}, {{24.0, 57.001}, {24.02, 57.001}}});  // 111 m apart
    const auto area = area_beside_lines(banks);
    EXPECT_EQ(area.types[0], GeometryType::multi_polygon);
    EXPECT_TRUE(ZoneIndex(area).find({24.01, 57.0005}).empty());
}

TEST(AreaBesideLines, IsCutAtTheAntimeridian) {
    const auto area = area_beside_lines(lines({{{179.99, 10}, {180, 10}}, {{-180, 10}, {-179.99, 10}}}));
    expect_valid(area);
    for (const XY vertex : area.vertices) EXPECT_LE(std::abs(vertex.x), 180);
    const ZoneIndex inside(area);
    EXPECT_EQ(inside.find({179.9999, 10.0001}).size(), 1U);
    EXPECT_EQ(inside.find({-179.9999, 10.0001}).size(), 1U);
    const double length = geodesic_distance_m(LonLat{0, 10}, LonLat{0.02, 10});
    EXPECT_NEAR(lonlat_area_m2(area, 0), 100 * length + std::numbers::pi * 2500, 0.002 * 100 * length);
}

TEST(AreaBesideLines, OfNothingIsMissing) {
    EXPECT_EQ(area_beside_lines({}).types, std::vector{GeometryType::missing});
    EXPECT_EQ(areas_beside_lines_by_nearest({}, {}, 2).types, std::vector(2, GeometryType::missing));
}

TEST(AreaBesideLines, RefusesWhatMakesNoSense) {
    const auto line = lines({{{24, 57}, {24, 57.01}}});
    EXPECT_THROW((void)area_beside_lines(line, {.distance_m = 0}), std::invalid_argument);
    EXPECT_THROW((void)area_beside_lines(line, {.distance_m = 1001}), std::invalid_argument);
    EXPECT_THROW((void)area_beside_lines(line, {.fill_holes_m2 = -1}), std::invalid_argument);
    GeometryColumn point;
    point.append_point({24, 57});
    EXPECT_THROW((void)area_beside_lines(point), std::invalid_argument);
    EXPECT_THROW((void)area_beside_lines(lines({{{24, 57}, {24, 91}}})), std::invalid_argument);
    EXPECT_THROW((void)area_beside_lines(lines({{{24, 57}, {std::nan(""), 57}}})), std::invalid_argument);
    EXPECT_THROW((void)areas_beside_lines_by_nearest(line, std::vector<std::int64_t>{1}, 1), std::invalid_argument);
    EXPECT_THROW((void)areas_beside_lines_by_nearest(line, {}, 1), std::invalid_argument);
}

struct Split {
    GeometryColumn streets;
    std::vector<std::int64_t> group;
    std::size_t groups;
};

/// Streets of a town dealt out by where they are, and some at random so that groups cross each other.
Split split_town(std::mt19937& random, double latitude) {
    Split split{town(random, 120, latitude), {}, 6};
    std::uniform_int_distribution<std::int64_t> any(0, 5);
    for (std::size_t row = 0; row < split.streets.size(); ++row) {
        const XY at = split.streets.row_vertices(row).front();
        const std::int64_t by_place = (at.x < 24 ? 0 : 1) + (at.y < latitude ? 0 : 2);
        split.group.push_back(any(random) == 0 ? any(random) : by_place);
    }
    return split;
}

TEST(AreasBesideLinesByNearest, GiveEverybodyTheGroupOfTheNearestLine) {
    std::mt19937 random(3);
    for (const double latitude : {0.0, 57.0, 69.95}) {
        const Split split = split_town(random, latitude);
        const auto areas = areas_beside_lines_by_nearest(split.streets, split.group, split.groups);
        expect_valid(areas);
        const ShapeIndex nearest(split.streets);
        const ZoneIndex inside(areas);
        std::size_t clear = 0;
        for (const LonLat place : places_around(random, latitude, 10'000)) {
            const auto all = nearest.find(place, {.k = 30});
            const auto group_of = [&](const Neighbour& each) {
                return split.group[static_cast<std::size_t>(each.row)];
            };
            const auto other = std::find_if(
                all.begin(), all.end(), [&](const Neighbour& each) { return group_of(each) != group_of(all.front()); });
            // A border may be off by a 20th of 50 m, by which one distance grows and the other shrinks.
            const bool near_border = other != all.end() && other->distance_m - all.front().distance_m < 5;
            if (near_border || all.front().distance_m > 49.5) continue;
            ++clear;
            const auto found = inside.find(place);
            ASSERT_EQ(found.size(), 1U) << latitude << ' ' << all.front().distance_m;
            EXPECT_EQ(found.front(), group_of(all.front()));
        }
        EXPECT_GT(clear, 2'500U);
    }
}

TEST(AreasBesideLinesByNearest, SumToTheWholeAndDoNotOverlap) {
    std::mt19937 random(4);
    for (const double fill_m2 : {0.0, 30'000.0}) {
        const Split split = split_town(random, 57);
        const BesideOptions options{.distance_m = 50, .fill_holes_m2 = fill_m2};
        const auto areas = areas_beside_lines_by_nearest(split.streets, split.group, split.groups, options);
        const double whole = lonlat_area_m2(area_beside_lines(split.streets, options), 0);
        EXPECT_NEAR(total_area_m2(areas), whole, 1e-4 * whole);
        const ZoneIndex inside(areas);
        for (const LonLat place : places_around(random, 57, 20'000)) EXPECT_LE(inside.find(place).size(), 1U);
    }
}

TEST(AreasBesideLinesByNearest, HalveAStreetWhereItsGroupsMeet) {
    const auto street = lines({{{24.0, 57.0}, {24.01, 57.0}}, {{24.01, 57.0}, {24.02, 57.0}}});
    const auto areas = areas_beside_lines_by_nearest(street, std::vector<std::int64_t>{0, 2}, 3);
    EXPECT_NEAR(lonlat_area_m2(areas, 0), lonlat_area_m2(areas, 2), 0.05 * 100);
    EXPECT_EQ(areas.types[1], GeometryType::missing);
    for (const XY vertex : areas.row_vertices(0)) EXPECT_LT(vertex.x, 24.01 + 1e-6);
}

TEST(AreasBesideLinesByNearest, AreTheSameForAnyNumberOfThreads) {
    std::mt19937 random(5);
    const Split split = split_town(random, 57);
    const auto one = areas_beside_lines_by_nearest(split.streets, split.group, split.groups, {}, {1, {}});
    const auto three = areas_beside_lines_by_nearest(split.streets, split.group, split.groups, {}, {3, {}});
    EXPECT_EQ(one.vertices, three.vertices);
    EXPECT_EQ(one.part_offsets, three.part_offsets);
}

}  // namespace
}  // namespace sheltermap
