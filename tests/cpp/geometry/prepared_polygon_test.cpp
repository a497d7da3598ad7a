// SPDX-License-Identifier: Apache-2.0
#include "geometry/prepared_polygon.hpp"

#include <gtest/gtest.h>

#include "geometry/orientation.hpp"
#include "shapes.hpp"
#include <cmath>
#include <numbers>
#include <random>

namespace sheltermap {
namespace {

/// Winding number (Sunday 2001), an algorithm of another kind than the crossings of the code; boundary counts as
/// inside.
bool covers_by_winding(const Ring& ring, XY p) {
    int winding = 0;
    for (std::size_t i = 1; i < ring.size(); ++i) {
        const XY a = ring[i - 1], b = ring[i];
        const int side = side_of(a, b, p);
        if (side == 0 && p.x >= std::min(a.x, b.x) && p.x <= std::max(a.x, b.x) && p.y >= std::min(a.y, b.y) &&
            p.y <= std::max(a.y, b.y)) {
            return true;
        }
        if (a.y <= p.y && b.y > p.y && side > 0) ++winding;
        if (a.y > p.y && b.y <= p.y && side < 0) --winding;
    }
    return winding != 0;
}

/// Star-shaped, so that it never crosses itself; on a coarse grid, so that points fall on vertices and edges.
Ring random_star(std::mt19937_64& random, int corners) {
    std::uniform_real_distribution<double> radius(2, 10);
    Ring ring;
    for (int i = 0; i < corners; ++i) {
        const double angle = 2 * std::numbers::pi * i / corners;
        const double r = radius(random);
        ring.push_back({std::round(2 * r * std::cos(angle)) / 2, std::round(2 * r * std::sin(angle)) / 2});
    }
    ring.push_back(ring.front());
    return ring;
}

TEST(PreparedPolygon, AgreesWithTheWindingNumberOnAGridOfPoints) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 60; ++round) {
        const Ring ring = random_star(random, 5 + round % 9);  // few corners: rounding keeps their order
        const GeometryColumn column = polygon({ring});
        const PreparedPolygon prepared(column, 0);
        for (double x = -11; x <= 11; x += 0.5) {
            for (double y = -11; y <= 11; y += 0.5) {
                const bool expected = covers_by_winding(ring, {x, y});
                ASSERT_EQ(prepared.covers({x, y}), expected) << "round " << round << " (" << x << ", " << y << ")";
                ASSERT_EQ(covers(column, 0, {x, y}), expected) << "round " << round << " (" << x << ", " << y << ")";
            }
        }
    }
}

TEST(PreparedPolygon, BoundariesOfShellAndHoleAreInside) {
    const GeometryColumn column = polygon({square(0, 0, 4), square(1, 1, 2)});
    const PreparedPolygon prepared(column, 0);
    EXPECT_TRUE(prepared.covers({0, 0}));
    EXPECT_TRUE(prepared.covers({4, 2}));
    EXPECT_TRUE(prepared.covers({0.5, 2}));
    EXPECT_TRUE(prepared.covers({1, 2}));
    EXPECT_TRUE(prepared.covers({3, 3}));
    EXPECT_FALSE(prepared.covers({2, 2}));
    EXPECT_FALSE(prepared.covers({4.000001, 2}));
}

TEST(PreparedPolygon, AMissingRowCoversNothing) {
    GeometryColumn column;
    column.append_missing();
    EXPECT_FALSE(PreparedPolygon(column, 0).covers({0, 0}));
}

}  // namespace
}  // namespace sheltermap
