// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/chord_order.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace sheltermap {
namespace {

// The quick form must never fall below what the two bounds say, and be no coarser than a few per cent of their gap.
TEST(RivalChord, OfShortChordsIsJustAboveTheTwoBounds) {
    for (double chord_m = 0.01; chord_m < 1e6; chord_m *= 1.01) {
        const double bound_m = longest_chord_m(longest_geodesic_m(chord_m)) + chord_slack_m;
        const double found_m = std::sqrt(rival_chord_squared(chord_m * chord_m));
        ASSERT_GE(found_m, bound_m);
        ASSERT_LT(found_m, chord_m + 1.2 * (bound_m - chord_m) + 0.0006 / chord_m + 1e-9 * chord_m);
    }
}

TEST(RivalChord, OfLongChordsGrowsSteadilyUpToTheLongestThereAre) {
    double before = 0;
    for (double chord_m = 0.9e6; chord_m < 12.75e6; chord_m += 10'000) {
        const double found = rival_chord_squared(chord_m * chord_m);
        ASSERT_GT(found, chord_m * chord_m);
        ASSERT_GE(found, before);
        before = found;
    }
}

}  // namespace
}  // namespace sheltermap
