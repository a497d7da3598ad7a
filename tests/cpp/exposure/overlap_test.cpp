// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/exposure/overlap.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/lonlat_measure.hpp"

#include <gtest/gtest.h>

#include "geometry/prepared_polygon.hpp"
#include "shapes.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <numeric>
#include <random>
#include <stdexcept>

namespace sheltermap {
namespace {

void append_line(GeometryColumn& column, const Ring& vertices) {
    column.begin_row(GeometryType::line_string);
    column.begin_part();
    column.append_ring(vertices);
}

/// A star of `corners` corners around a centre, its radii random.
Ring star(std::mt19937_64& random, XY centre, double radius, int corners) {
    std::uniform_real_distribution<double> part(0.3, 1);
    Ring ring;
    for (int i = 0; i < corners; ++i) {
        const double angle = 2 * std::numbers::pi * i / corners, r = radius * part(random);
        ring.push_back({centre.x + r * std::cos(angle), centre.y + r * std::sin(angle)});
    }
    ring.push_back(ring.front());
    return ring;
}

GeometryColumn stars(std::mt19937_64& random, int count, double radius) {
    std::uniform_real_distribution<double> x(24, 24.3), y(56.9, 57.1);
    GeometryColumn column;
    for (int i = 0; i < count; ++i) append_polygon(column, {star(random, {x(random), y(random)}, radius, 24)});
    return column;
}

double sum_of_pairs(const Overlap& found, std::size_t feature) {
    const auto at = [&](std::size_t i) { return found.amount.begin() + found.offsets[i]; };
    return std::accumulate(at(feature), at(feature + 1), 0.0);
}

TEST(Overlap, HalvesOfAFeatureSumToIt) {
    GeometryColumn zones;
    append_polygon(zones, {square(23, 56, 1.25)});
    append_polygon(zones, {square(24.25, 56, 1.25)});
    const Overlap found = overlap(polygon({square(24, 56.5, 0.5)}), zones);
    EXPECT_EQ(found.zone, (std::vector<std::int64_t>{0, 1}));
    EXPECT_NEAR(found.amount[0] / found.whole[0], 0.5, 1e-14);
    EXPECT_NEAR(sum_of_pairs(found, 0) / found.whole[0], 1, 1e-14);
    EXPECT_NEAR(found.inside[0] / found.whole[0], 1, 1e-14);
}

TEST(Overlap, AZoneCountedTwiceIsOneSquareMetreOnce) {
    GeometryColumn zones;
    for (int i = 0; i < 3; ++i) append_polygon(zones, {square(24, 56, 0.25)});
    const auto feature = polygon({square(24, 56, 0.5)});
    const Overlap found = overlap(feature, zones);
    EXPECT_EQ(found.amount.size(), 3U);
    EXPECT_EQ(found.inside[0], found.amount[0]);
    const std::array<std::int64_t, 3> one_name{7, 7, 7};
    const Overlap named = overlap(feature, zones, {.zone_name = one_name});
    EXPECT_EQ(named.zone, (std::vector<std::int64_t>{7}));
    EXPECT_EQ(named.amount, (std::vector<double>{found.amount[0]}));
}

/// Squares of a hundredth of a degree that adjoin, in shifted rows, so that corners lie on edges.
GeometryColumn bricks(int rows) {
    constexpr double side = 0.0078125;
    GeometryColumn column;
    for (int row = 0; row < rows; ++row) {
        for (int i = 0; i < rows; ++i) {
            append_polygon(column, {square(24 + side * i + (row % 2 == 0 ? 0 : side / 2), 56 + side * row, side)});
        }
    }
    return column;
}

TEST(Overlap, ZonesThatAdjoinHoldAllOfAFeatureThatTheyCover) {
    const auto zones = bricks(80);
    std::mt19937_64 random(8);
    GeometryColumn features;
    append_polygon(features, {star(random, {24.3, 56.3}, 0.28, 500)});
    append_polygon(features, {square(24.0625, 56.0625, 0.5), square(24.25, 56.25, 0.125)});  // along their edges
    append_line(features, {{24.0625, 56.0625}, {24.5, 56.0625}, {24.4, 56.4}, {24.0625, 56.0625}});
    const Overlap found = overlap(features, zones);
    EXPECT_GT(found.offsets[1], 1000);
    for (std::size_t row = 0; row < features.size(); ++row) {
        EXPECT_EQ(found.inside[row], found.whole[row]);
        EXPECT_GE(sum_of_pairs(found, row) / found.whole[row], 1 - 1e-12);
    }
    EXPECT_NEAR(sum_of_pairs(found, 0) / found.whole[0], 1, 1e-12);
    EXPECT_NEAR(sum_of_pairs(found, 1) / found.whole[1], 1, 1e-12);
    EXPECT_EQ(found.offsets[2] - found.offsets[1], 32 * (64 + 65) - 8 * (16 + 15));  // none that only touches
}

TEST(Overlap, ManyZonesOverEachOtherAreWhatTheirUnionIs) {
    GeometryColumn zones;
    for (int i = 0; i < 120; ++i) append_polygon(zones, {square(24 + 0.001 * i, 56 + 0.0005 * i, 0.5)});
    const auto feature = polygon({square(23.9, 55.9, 1)});
    const Overlap found = overlap(feature, zones);
    EXPECT_EQ(found.zone.size(), zones.size());
    double stairs = lonlat_area_m2(zones, 0);  // each square adds two strips to the one before, less their corner
    for (int i = 1; i < 120; ++i) {
        GeometryColumn strips;
        const double x = 24 + 0.001 * i, y = 56 + 0.0005 * i, last_x = x - 0.001, last_y = y - 0.0005;
        append_polygon(
            strips,
            {{{last_x + 0.5, y}, {x + 0.5, y}, {x + 0.5, y + 0.5}, {last_x + 0.5, y + 0.5}, {last_x + 0.5, y}}});
        append_polygon(strips, {{{x, last_y + 0.5},
                                 {last_x + 0.5, last_y + 0.5},
                                 {last_x + 0.5, y + 0.5},
                                 {x, y + 0.5},
                                 {x, last_y + 0.5}}});
        stairs += lonlat_area_m2(strips, 0) + lonlat_area_m2(strips, 1);
    }
    EXPECT_NEAR(found.inside[0] / stairs, 1, 1e-10);
}

TEST(Overlap, ALineThereAndBackCountsBothWays) {
    GeometryColumn line;
    append_line(line, {{23, 56.5}, {25, 56.5}, {23, 56.5}});
    const Overlap found = overlap(line, polygon({square(24, 56, 1)}), {.zone_name = {}, .shapes = true});
    EXPECT_NEAR(found.inside[0] / found.whole[0], 0.5, 1e-12);
    EXPECT_NEAR(lonlat_length_m(found.shape, 0) / found.inside[0], 1, 1e-12);
}

TEST(Overlap, WhatTouchesOrIsUnknownIsNotInside) {
    GeometryColumn features;
    append_polygon(features, {square(24, 56, 1)});
    features.append_missing();
    append_line(features, {{24.5, 56.5}, {25, 56.5}});
    const Overlap found = overlap(features, polygon({square(25, 56, 1)}));
    EXPECT_EQ(found.offsets, (std::vector<std::int64_t>{0, 0, 0, 0}));
    EXPECT_EQ(found.inside[0], 0);
    EXPECT_TRUE(std::isnan(found.whole[1]) && std::isnan(found.inside[1]));
    EXPECT_EQ(found.inside[2], 0);
}

TEST(Overlap, ALineCountsAlongABoundaryAndInEveryMetreOnce) {
    GeometryColumn features, zones;
    append_line(features, {{23.5, 56}, {25.5, 56}});                // its middle degree is the zones' lower edge
    append_line(features, {{23, 56.1}, {24.7, 56.8}, {27, 56.3}});  // through both
    append_polygon(zones, {square(24, 56, 1)});
    append_polygon(zones, {square(24.5, 56, 1)});
    const Overlap found = overlap(features, zones);
    EXPECT_NEAR(found.inside[0] / found.whole[0], 0.75, 1e-12);
    EXPECT_GT(sum_of_pairs(found, 1), found.inside[1]);
    GeometryColumn both;
    append_polygon(both, {{{24, 56}, {25.5, 56}, {25.5, 57}, {24, 57}, {24, 56}}});
    EXPECT_NEAR(found.inside[1], overlap(features, both).amount[1], 1e-6);
}

TEST(Overlap, RandomStarsAgreeWithAGridOfPoints) {
    std::mt19937_64 random(4);
    const auto features = stars(random, 12, 0.05);
    const auto zones = stars(random, 40, 0.06);
    const Overlap found = overlap(features, zones);
    std::vector<PreparedPolygon> prepared;
    for (std::size_t zone = 0; zone < zones.size(); ++zone) prepared.emplace_back(zones, zone);
    constexpr int steps = 400;
    for (std::size_t row = 0; row < features.size(); ++row) {
        const PreparedPolygon feature(features, row);
        const auto& box = feature.envelope();
        int whole = 0, inside = 0;
        for (int i = 0; i < steps * steps; ++i) {
            const XY at{box.min_x + (box.max_x - box.min_x) * (i % steps + 0.5) / steps,
                        box.min_y + (box.max_y - box.min_y) * (i / steps + 0.5) / steps};
            if (!feature.covers(at)) continue;
            ++whole;
            inside += std::any_of(prepared.begin(), prepared.end(), [&](const auto& zone) { return zone.covers(at); });
        }
        // A grid of 400 x 400 points; latitude changes a degree's width by 0.3 % across a star.
        ASSERT_NEAR(found.inside[row] / found.whole[row], static_cast<double>(inside) / whole, 0.006);
        ASSERT_LE(found.inside[row], sum_of_pairs(found, row) * (1 + 1e-12));
    }
}

TEST(Overlap, ShapesHaveTheAmountsAndThreadsChangeNothing) {
    std::mt19937_64 random(5);
    const auto features = stars(random, 60, 0.04);
    const auto zones = stars(random, 60, 0.05);
    std::vector<std::int64_t> names(zones.size());
    for (std::size_t zone = 0; zone < zones.size(); ++zone) names[zone] = static_cast<std::int64_t>(zone % 5);
    const OverlapOptions options{.zone_name = names, .shapes = true};
    const Overlap one = overlap(features, zones, options, {.threads = 1, .stop = {}});
    ASSERT_EQ(one.shape.size(), one.amount.size());
    for (std::size_t pair = 0; pair < one.amount.size(); ++pair) {
        ASSERT_NEAR(lonlat_area_m2(one.shape, pair) / one.amount[pair], 1, 1e-9);
    }
    for (const unsigned threads : {2U, 4U}) {
        const Overlap many = overlap(features, zones, options, {.threads = threads, .stop = {}});
        EXPECT_EQ(one.zone, many.zone);
        EXPECT_EQ(one.amount, many.amount);
        EXPECT_EQ(one.inside, many.inside);
        EXPECT_EQ(one.shape.vertices, many.shape.vertices);
    }
}

TEST(Overlap, HolesAreOutside) {
    const auto zones = polygon({square(24, 56, 1), square(24.25, 56.25, 0.5)});
    const auto feature = polygon({square(24.25, 56.25, 0.5)});
    EXPECT_EQ(overlap(feature, zones).inside[0], 0);
    const auto whole = polygon({square(24, 56, 1)});
    EXPECT_NEAR(overlap(whole, zones).inside[0], lonlat_area_m2(zones, 0), 1e-3);
}

TEST(Overlap, WhatIsNoAreaOrLineIsRefused) {
    GeometryColumn points;
    points.append_point({24, 56});
    const auto zone = polygon({square(24, 56, 1)});
    EXPECT_THROW(static_cast<void>(overlap(points, zone)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(overlap(zone, points)), std::invalid_argument);
    const std::array<std::int64_t, 2> names{0, 1};
    EXPECT_THROW(static_cast<void>(overlap(zone, zone, {.zone_name = names})), std::invalid_argument);
}

TEST(Overlap, AStopRequestIsHeard) {
    std::stop_source source;
    source.request_stop();
    const auto zone = polygon({square(24, 56, 1)});
    EXPECT_THROW(static_cast<void>(overlap(zone, zone, {}, {1, source.get_token()})), Cancelled);
}

}  // namespace
}  // namespace sheltermap
