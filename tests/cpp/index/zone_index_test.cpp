// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/zone_index.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "geometry/prepared_polygon.hpp"
#include "shapes.hpp"
#include <limits>
#include <random>
#include <stdexcept>

namespace sheltermap {
namespace {

TEST(ZoneIndex, OverlappingZonesAreAllFoundInRowOrder) {
    GeometryColumn zones;
    append_polygon(zones, {square(0, 0, 4)});
    zones.append_missing();
    append_polygon(zones, {square(2, 2, 4)});
    append_polygon(zones, {square(10, 10, 1)});
    const ZoneIndex index(zones);
    EXPECT_EQ(index.size(), 4U);
    EXPECT_EQ(index.find({3, 3}), (std::vector<std::int32_t>{0, 2}));
    EXPECT_EQ(index.find({1, 1}), (std::vector<std::int32_t>{0}));
    EXPECT_TRUE(index.find({20, 20}).empty());
}

TEST(ZoneIndex, APointOnASharedBorderLiesInBoth) {
    GeometryColumn zones;
    append_polygon(zones, {square(0, 0, 1)});
    append_polygon(zones, {square(1, 0, 1)});
    EXPECT_EQ(ZoneIndex(zones).find({1, 0.5}), (std::vector<std::int32_t>{0, 1}));
}

TEST(ZoneIndex, APointWithoutAPositionLiesNowhere) {
    EXPECT_TRUE(ZoneIndex(polygon({square(0, 0, 1)})).find({nan, nan}).empty());
}

TEST(ZoneIndex, ARowThatIsNotAPolygonIsRefused) {
    GeometryColumn points;
    points.append_point({0, 0});
    EXPECT_THROW(ZoneIndex{points}, std::invalid_argument);
}

TEST(ZoneIndex, FindsWhatTestingEveryZoneFinds) {
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> place(0, 100), side(0.5, 12);
    GeometryColumn zones;
    for (int i = 0; i < 400; ++i) {
        const Ring shell = square(place(random), place(random), side(random));
        append_polygon(zones, {shell, square(shell[0].x + 0.1, shell[0].y + 0.1, 0.2)});
    }
    const ZoneIndex index(zones);
    for (int i = 0; i < 2000; ++i) {
        const LonLat at{place(random), place(random)};
        std::vector<std::int32_t> expected;
        for (std::size_t row = 0; row < zones.size(); ++row) {
            if (PreparedPolygon(zones, row).covers({at.lon, at.lat}))
                expected.push_back(static_cast<std::int32_t>(row));
        }
        ASSERT_EQ(index.find(at), expected);
    }
}

/// Boundaries, vertices and corners of cells are among the points, as everything lies on a grid of halves.
std::vector<LonLat> grid_points(double side) {
    std::vector<LonLat> points;
    for (double lon = -1; lon <= side; lon += 0.5) {
        for (double lat = -1; lat <= side; lat += 0.5) points.push_back({lon, lat});
    }
    return points;
}

std::vector<std::int32_t> by_every_zone(const GeometryColumn& zones, LonLat at) {
    std::vector<std::int32_t> rows;
    for (std::size_t row = 0; row < zones.size(); ++row) {
        if (covers(zones, row, {at.lon, at.lat})) rows.push_back(static_cast<std::int32_t>(row));
    }
    return rows;
}

void expect_all_agree(const GeometryColumn& zones, const std::vector<LonLat>& points) {
    const ZoneIndex index(zones);
    for (int again = 0; again < 2; ++again) {  // the second time zones are prepared
        const auto hits = index.find_all(points);
        std::size_t at = 0;
        for (std::uint32_t i = 0; i < points.size(); ++i) {
            const auto expected = by_every_zone(zones, points[i]);
            ASSERT_EQ(index.find(points[i]), expected) << points[i].lon << ' ' << points[i].lat;
            for (const std::int32_t zone : expected) {
                ASSERT_LT(at, hits.size());
                ASSERT_EQ(hits[at].point, i);
                ASSERT_EQ(hits[at++].zone, zone);
            }
        }
        EXPECT_EQ(at, hits.size());
    }
}

TEST(ZoneIndex, ManyPointsAtOnceFindWhatEachFinds) {
    std::mt19937_64 random(8);
    std::uniform_int_distribution<int> place(0, 59), side(1, 5);
    GeometryColumn zones;
    for (int i = 0; i < 150; ++i) {
        const double x = place(random) / 2.0, y = place(random) / 2.0, size = side(random);
        if (i % 3 == 0) {
            append_polygon(zones, {square(x, y, size), square(x + 0.25, y + 0.25, size / 2)});
        } else {
            append_polygon(zones, {{{x, y}, {x + size, y + 0.5}, {x + 0.5, y + size}, {x, y}}});
        }
        if (i % 10 == 0) zones.append_missing();
    }
    auto points = grid_points(36);
    points.push_back({std::numeric_limits<double>::quiet_NaN(), 1});
    points.push_back({1, std::numeric_limits<double>::infinity()});
    expect_all_agree(zones, points);
}

TEST(ZoneIndex, ManyZonesInOnePlaceBesideALargeOneAreFound) {
    GeometryColumn zones;
    append_polygon(zones, {square(0, 0, 1000)});
    for (int i = 0; i < 60; ++i) append_polygon(zones, {square(3 + i % 5 * 0.5, 3, 1)});
    expect_all_agree(zones, grid_points(8));
}

TEST(ZoneIndex, ZonesThatAllLieOverEachOtherAreFound) {
    GeometryColumn zones;
    for (int i = 0; i < 100; ++i) append_polygon(zones, {square(0, 0, 6 + i % 3)});
    expect_all_agree(zones, grid_points(9));
}

}  // namespace
}  // namespace sheltermap
