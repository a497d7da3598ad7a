// SPDX-License-Identifier: Apache-2.0
#include "exposure/edge_crossing.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace sheltermap {
namespace {

TEST(EdgeCrossing, IsTheSamePointWhicheverWayTheEdgesRun) {
    const XY a{24.1, 56.9}, b{24.3, 57.0}, c{24.15, 57.1}, d{24.22, 56.7};
    const XY at = crossing_point(a, b, c, d);
    for (const XY other : {crossing_point(b, a, c, d), crossing_point(a, b, d, c), crossing_point(b, a, d, c)}) {
        EXPECT_EQ(at.x, other.x);
        EXPECT_EQ(at.y, other.y);
    }
    EXPECT_NEAR(crossing_along(a, b, c, d).share, (at.x - a.x) / (b.x - a.x), 1e-12);
    EXPECT_NEAR(crossing_along(a, b, c, d).share + crossing_along(b, a, c, d).share, 1, 1e-15);
}

/// Two edges of a degree, a few units in the last place of a coordinate apart, that cross at a quarter.
TEST(EdgeCrossing, IsFoundOnEdgesThatNearlyRunAlongEachOther) {
    const double tiny = std::ldexp(1.0, -47);  // of what a coordinate of 56 can be told apart by
    const XY a{24, 56}, b{25, 57}, c{24, 56 - tiny}, d{25, 57 + 3 * tiny};
    const AlongEdge found = crossing_along(a, b, c, d);
    EXPECT_DOUBLE_EQ(found.share, 0.25);
    EXPECT_LT(found.error, 1e-15);
    EXPECT_NEAR(crossing_point(a, b, c, d).x, 24.25, 1e-14);
}

TEST(EdgeCrossing, IsOrderedAlongAnEdgeBelowWhatDoublesTell) {
    const XY a{24, 56}, b{25, 56};
    const double x = 24.0625, next = std::nextafter(x, 25.0);
    const Meeting on_vertex{{{x, 56}, {x, 56}}}, half_a_step_on{{{x, 55}, {next, 57}}}, back{{{next, 57}, {x, 55}}};
    EXPECT_TRUE(meets_before(a, b, on_vertex, half_a_step_on));
    EXPECT_FALSE(meets_before(a, b, half_a_step_on, on_vertex));
    EXPECT_FALSE(meets_before(a, b, half_a_step_on, back));
    EXPECT_FALSE(meets_before(a, b, back, half_a_step_on));
    EXPECT_TRUE(meets_before(b, a, half_a_step_on, on_vertex));
    EXPECT_FALSE(meets_before(a, b, on_vertex, {{{x, 55}, {x, 57}}}));  // the same place, met in another way
}

}  // namespace
}  // namespace sheltermap
