// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/zone_index.hpp"

#include <gtest/gtest.h>

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
    const double nan = std::numeric_limits<double>::quiet_NaN();
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

}  // namespace
}  // namespace sheltermap
