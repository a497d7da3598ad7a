// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/exposure/zones_of_points.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "shapes.hpp"
#include <array>
#include <stdexcept>

namespace sheltermap {
namespace {

TEST(ZonesOfPoints, EveryPointHasItsZonesOrIsUnknown) {
    GeometryColumn zones;
    append_polygon(zones, {square(0, 0, 4)});
    append_polygon(zones, {square(2, 2, 4)});
    const std::array<LonLat, 4> points{{{3, 3}, {50, 50}, {nan, nan}, {5, 5}}};
    const ZonesOfPoints found = zones_of_points(points, ZoneIndex(zones));
    EXPECT_EQ(found.offsets, (std::vector<std::int64_t>{0, 2, 2, 2, 3}));
    EXPECT_EQ(found.zone, (std::vector<std::int32_t>{0, 1, 1}));
    EXPECT_EQ(found.known, (std::vector<std::uint8_t>{1, 1, 0, 1}));
}

TEST(ZonesOfPoints, ManyBlocksGiveTheSameAsOneThread) {
    GeometryColumn zones;
    for (int i = 0; i < 20; ++i) append_polygon(zones, {square(i, i, 2)});
    const ZoneIndex index(zones);
    std::vector<LonLat> points;
    for (int i = 0; i < 20'000; ++i) points.push_back({i % 211 / 10.0, i % 199 / 10.0});
    const auto one = zones_of_points(points, index, {.threads = 1, .stop = {}});
    const auto many = zones_of_points(points, index, {.threads = 4, .stop = {}});
    EXPECT_EQ(one.offsets, many.offsets);
    EXPECT_EQ(one.zone, many.zone);
}

TEST(ZonesOfPoints, AnImpossibleLatitudeIsRefused) {
    const std::array<LonLat, 1> points{{{24, 91}}};
    EXPECT_THROW(static_cast<void>(zones_of_points(points, ZoneIndex(GeometryColumn{}))), std::invalid_argument);
}

}  // namespace
}  // namespace sheltermap
