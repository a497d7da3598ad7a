// SPDX-License-Identifier: Apache-2.0
#include "geodesy/ecef.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace sheltermap {
namespace {

constexpr double two_nm = 2.1e-9;  // the expected number is rounded too

double chord_m(LonLat a, LonLat b) {
    const Ecef p = to_ecef(a), q = to_ecef(b);
    return std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
}

TEST(ToEcef, ThePolesAndTheEquatorLieWhereTheAxesSay) {
    EXPECT_NEAR(to_ecef({0, 0})[0], wgs84_a_m, 1e-9);
    EXPECT_NEAR(to_ecef({90, 0})[1], wgs84_a_m, 1e-9);
    EXPECT_NEAR(to_ecef({0, 90})[2], wgs84_b_m, 1e-9);
}

TEST(ToEcef, IsWithinTwoNanometresOfTheFormulaInLongDouble) {
    constexpr long double degree = std::numbers::pi_v<long double> / 180;
    constexpr long double b2_a2 = static_cast<long double>(wgs84_b_m) * wgs84_b_m / wgs84_a_m / wgs84_a_m;
    std::mt19937_64 random(8);
    std::uniform_real_distribution<double> lon(-540, 540), lat(-90, 90);
    for (int i = 0; i < 200'000; ++i) {
        const LonLat place{lon(random), lat(random)};
        const Ecef at = to_ecef(place);
        const long double sine = std::sin(place.lat * degree), cosine = std::cos(place.lat * degree);
        const long double normal = wgs84_a_m / std::sqrt(1 - (1 - b2_a2) * sine * sine);
        ASSERT_NEAR(at[0], static_cast<double>(normal * cosine * std::cos(place.lon * degree)), two_nm);
        ASSERT_NEAR(at[1], static_cast<double>(normal * cosine * std::sin(place.lon * degree)), two_nm);
        ASSERT_NEAR(at[2], static_cast<double>(normal * b2_a2 * sine), two_nm);
    }
}

TEST(ToEcef, AFullTurnAndTheLongitudeOfAPoleChangeNothing) {
    for (const double lon : {-180.0, -97.25, 0.0, 24.5, 90.0}) {
        EXPECT_EQ(to_ecef({lon, 57}), to_ecef({lon + 360, 57}));
        EXPECT_EQ(to_ecef({lon, 90}), to_ecef({0, 90}));
    }
}

TEST(ToEcef, ManyAreTheSameBytesAsOneByOneAndNaNWithoutAPosition) {
    std::mt19937_64 random(9);
    std::uniform_real_distribution<double> lon(-180, 180), lat(-90, 90);
    std::vector<LonLat> places{{std::nan(""), 57}, {24, std::nan("")}, {INFINITY, 57}};
    for (int i = 0; i < 1000; ++i) places.push_back({lon(random), lat(random)});
    EcefColumns columns;
    to_ecef(places, columns);
    ASSERT_EQ(columns.size(), places.size());
    for (std::size_t i = 0; i < 3; ++i) EXPECT_TRUE(std::isnan(columns[i][0]));
    for (std::size_t i = 3; i < places.size(); ++i) ASSERT_EQ(columns[i], to_ecef(places[i]));
}

// The bounds that let chords decide an order.
TEST(LongestGeodesic, AndTheLongestChordBoundEveryGeodesic) {
    std::mt19937_64 random(42);
    std::uniform_real_distribution<double> lon(-180, 180), sine(-1, 1), azimuth(0, 360), log_distance(-3, 7.3);
    for (int i = 0; i < 200'000; ++i) {
        const LonLat from{lon(random), std::asin(sine(random)) * 180 / std::numbers::pi};
        const LonLat to = geodesic_destination(from, azimuth(random), std::pow(10, log_distance(random)));
        const double distance = geodesic_distance_m(from, to), chord = chord_m(from, to);
        ASSERT_LE(chord, longest_chord_m(distance) + 1e-8);  // rounding of earth-centred coordinates
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
