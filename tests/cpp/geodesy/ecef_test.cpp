// SPDX-License-Identifier: Apache-2.0
#include "geodesy/ecef.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>

namespace sheltermap {
namespace {

double chord_m(LonLat a, LonLat b) {
    const Ecef p = to_ecef(a), q = to_ecef(b);
    return std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

TEST(ToEcef, ThePolesAndTheEquatorLieWhereTheAxesSay) {
    EXPECT_NEAR(to_ecef({0, 0})[0], wgs84_a_m, 1e-9);
    EXPECT_NEAR(to_ecef({90, 0})[1], wgs84_a_m, 1e-9);
    EXPECT_NEAR(to_ecef({0, 90})[2], wgs84_b_m, 1e-9);
}

// The two bounds that let chords decide an order: chord <= geodesic <= longest_geodesic_m(chord).
TEST(LongestGeodesic, BoundsEveryGeodesicOverItsChord) {
    std::mt19937_64 random(42);
    std::uniform_real_distribution<double> lon(-180, 180), sine(-1, 1), azimuth(0, 360), log_distance(-3, 7.3);
    for (int i = 0; i < 200'000; ++i) {
        const LonLat from{lon(random), std::asin(sine(random)) * 180 / std::numbers::pi};
        const LonLat to = geodesic_destination(from, azimuth(random), std::pow(10, log_distance(random)));
        const double distance = geodesic_distance_m(from, to), chord = chord_m(from, to);
        ASSERT_LE(chord, distance + 1e-8);  // rounding of earth-centred coordinates
        ASSERT_LE(distance, longest_geodesic_m(chord) + 1e-8);
    }
}

// Along the equator's meridian the bound is sharp; across the world it must not fall short.
TEST(LongestGeodesic, HoldsForAntipodesAndAlongTheMeridianAtTheEquator) {
    const LonLat south{0, -0.5}, north{0, 0.5};
    const double distance = geodesic_distance_m(south, north);
    EXPECT_NEAR(longest_geodesic_m(chord_m(south, north)), distance, distance * 1e-6);
    EXPECT_GE(longest_geodesic_m(chord_m({0, 0}, {180, 0})), geodesic_distance_m(LonLat{0, 0}, LonLat{180, 0}));
    EXPECT_GE(longest_geodesic_m(chord_m({0, 90}, {0, -90})), geodesic_distance_m(LonLat{0, 90}, LonLat{0, -90}));
}

}  // namespace
}  // namespace sheltermap
