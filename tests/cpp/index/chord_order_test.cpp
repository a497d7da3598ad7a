// SPDX-License-Identifier: Apache-2.0
#include "index/chord_order.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace sheltermap {
namespace {

// It must never fall below what the two bounds say, and not be so far above that many chords are rivals.
TEST(RivalChord, OfEveryChordIsJustAboveTheTwoBounds) {
    for (double chord_m = 0.01; chord_m < 12.765e6; chord_m *= 1.0001) {
        const double bound_m = longest_chord_m(longest_geodesic_m(chord_m)) + chord_slack_m;
        const double found_m = std::sqrt(rival_chord_squared(chord_m * chord_m));
        ASSERT_GE(found_m, bound_m);
        if (chord_m > 12.5e6) continue;  // the bounds meet where chords end
        ASSERT_LT(found_m, chord_m + 3.5 * (bound_m - chord_m) + 0.0006 / chord_m + 1e-9 * chord_m);
    }
}

TEST(SureChord, HasNoLongerGeodesicAndIsJustBelowTheLongestThatHasNone) {
    for (double distance_m = 1e-5; distance_m < 400'000; distance_m *= 1.001) {
        const double chord_m = std::sqrt(surely_within_squared(distance_m));
        ASSERT_LE(longest_geodesic_m(chord_m), distance_m - tie_m);
        ASSERT_GE(longest_geodesic_m(chord_m), distance_m - 1.1 * chord_slack_m - 1e-5 * distance_m);
    }
    EXPECT_EQ(surely_within_squared(1e7), surely_within_squared(400'000));
    EXPECT_LT(surely_within_squared(0), 0);
    EXPECT_LT(surely_within_squared(tie_m), 0);
}

}  // namespace
}  // namespace sheltermap
