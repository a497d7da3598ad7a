// SPDX-License-Identifier: Apache-2.0
#include "geometry/orientation.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

namespace sheltermap {
namespace {

TEST(SideOf, LeftRightAndOn) {
    EXPECT_EQ(side_of({0, 0}, {1, 0}, {0.5, 1}), 1);
    EXPECT_EQ(side_of({0, 0}, {1, 0}, {0.5, -1}), -1);
    EXPECT_EQ(side_of({0, 0}, {1, 0}, {7, 0}), 0);
}

// Integers of 26 bits: the determinant needs 54, more than a double holds but exact in 64-bit integers, the oracle.
TEST(SideOf, IsExactWhereDoublesRound) {
    std::mt19937_64 random(20261121);
    std::uniform_int_distribution<std::int64_t> near(-3, 3);
    std::uniform_int_distribution<std::int64_t> far(-(1 << 26), 1 << 26);
    for (int i = 0; i < 100'000; ++i) {
        const std::int64_t ax = far(random), ay = far(random), bx = far(random), by = far(random);
        const std::int64_t px = (ax + bx) / 2 + near(random), py = (ay + by) / 2 + near(random);
        const std::int64_t determinant = (ax - px) * (by - py) - (ay - py) * (bx - px);
        const int expected = determinant > 0 ? 1 : determinant < 0 ? -1 : 0;
        const auto d = [](std::int64_t v) { return static_cast<double>(v) * 0x1p-20; };
        ASSERT_EQ(side_of({d(ax), d(ay)}, {d(bx), d(by)}, {d(px), d(py)}), expected) << i;
    }
}

// Kettner et al. (2008), Comput. Geom. 40, 61-78, figure 2: steps of one unit in the last place around a point on the
// line; plain doubles give a patchwork of wrong signs there.
TEST(SideOf, IsConsistentOneUnitInTheLastPlaceFromTheLine) {
    const XY b{12, 12}, c{24, 24};
    for (int i = 0; i < 64; ++i) {
        for (int j = 0; j < 64; ++j) {
            const XY p{0.5 + i * 0x1p-53, 0.5 + j * 0x1p-53};
            const int expected = p.y > p.x ? 1 : p.y < p.x ? -1 : 0;
            ASSERT_EQ(side_of(b, c, p), expected) << i << ", " << j;
        }
    }
}

}  // namespace
}  // namespace sheltermap
