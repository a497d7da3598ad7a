// SPDX-License-Identifier: Apache-2.0
#include "geodesy/short_geodesic.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <fstream>
#include <numbers>
#include <random>
#include <string>
#include <vector>

namespace sheltermap {
namespace {

constexpr double inverse_error_m = 15e-9;  // Karney's

struct Pairs {
    std::vector<LonLat> from, to;
};

/// Pairs anywhere on the ellipsoid, in any direction, so far apart.
Pairs random_pairs(std::size_t count, double distance_m) {
    std::mt19937_64 random(static_cast<std::uint64_t>(distance_m) + 1);
    std::uniform_real_distribution<double> lon(-180, 180), sine(-1, 1), azimuth(0, 360), share(0.1, 1);
    Pairs pairs;
    for (std::size_t i = 0; i < count; ++i) {
        pairs.from.push_back({lon(random), std::asin(sine(random)) * 180 / std::numbers::pi});
        pairs.to.push_back(geodesic_destination(pairs.from.back(), azimuth(random), share(random) * distance_m));
    }
    return pairs;
}

std::vector<double> short_geodesics(const Pairs& pairs) {
    EcefColumns from, to;
    to_ecef(pairs.from, from);
    to_ecef(pairs.to, to);
    std::vector<double> distance_m(pairs.from.size());
    short_geodesic_m(from, to, distance_m);
    return distance_m;
}

class ShortGeodesicClasses : public testing::TestWithParam<double> {};

TEST_P(ShortGeodesicClasses, IsAsNearToKarneysInverseAsBothErrorsAllow) {
    const Pairs pairs = random_pairs(1'000'000, GetParam());
    const std::vector<double> found = short_geodesics(pairs);
    double worst = 0;
    for (std::size_t i = 0; i < found.size(); ++i) {
        worst = std::max(worst, std::abs(found[i] - geodesic_distance_m(pairs.from[i], pairs.to[i])));
    }
    EXPECT_LT(worst, short_geodesic_error_m + inverse_error_m);
}

INSTANTIATE_TEST_SUITE_P(Metres, ShortGeodesicClasses,
                         testing::Values(10.0, 1'000.0, 10'000.0, 50'000.0, 200'000.0, 399'900.0));

using Exact = std::array<long double, 3>;
constexpr long double a_m = 6'378'137.0L, b_m = a_m * (1 - 1 / 298.257223563L);
const Exact inverse_squares{1 / (a_m * a_m), 1 / (a_m * a_m), 1 / (b_m * b_m)};

/// Where a geodesic leads: its equation x'' = -(x'Ax') / |Ax|² Ax, by steps of Runge and Kutta's. Independent of
/// series.
Exact follow(Exact at, Exact direction, long double distance_m) {
    constexpr int steps = 400;
    const long double h = distance_m / steps;
    const auto bend = [](const Exact& x, const Exact& v) {
        long double up = 0, length2 = 0;
        Exact result{};
        for (std::size_t i = 0; i < 3; ++i) {
            result[i] = inverse_squares[i] * x[i];
            up += inverse_squares[i] * v[i] * v[i];
            length2 += result[i] * result[i];
        }
        for (auto& value : result) value *= -up / length2;
        return result;
    };
    const auto plus = [](const Exact& x, long double t, const Exact& v) {
        return Exact{x[0] + t * v[0], x[1] + t * v[1], x[2] + t * v[2]};
    };
    for (int i = 0; i < steps; ++i) {
        const Exact &v1 = direction, a1 = bend(at, v1);
        const Exact v2 = plus(direction, h / 2, a1), a2 = bend(plus(at, h / 2, v1), v2);
        const Exact v3 = plus(direction, h / 2, a2), a3 = bend(plus(at, h / 2, v2), v3);
        const Exact v4 = plus(direction, h, a3), a4 = bend(plus(at, h, v3), v4);
        at = plus(plus(plus(plus(at, h / 6, v1), h / 3, v2), h / 3, v3), h / 6, v4);
        direction = plus(plus(plus(plus(direction, h / 6, a1), h / 3, a2), h / 3, a3), h / 6, a4);
    }
    return at;
}

Ecef rounded(const Exact& at) {
    return {static_cast<double>(at[0]), static_cast<double>(at[1]), static_cast<double>(at[2])};
}

// The whole of what can vary on a surface of revolution: latitude of the middle, direction there, length.
TEST(ShortGeodesic, KeepsItsErrorOnAGridOfAllLatitudesAndDirections) {
    constexpr long double degree = std::numbers::pi_v<long double> / 180;
    for (int lat = 0; lat <= 90; lat += 3) {
        const long double sine = std::sin(lat * degree), cosine = std::cos(lat * degree);
        const long double normal = a_m / std::sqrt(1 - (1 - b_m * b_m / (a_m * a_m)) * sine * sine);
        const Exact middle{normal * cosine, 0, normal * sine * b_m * b_m / (a_m * a_m)};
        for (int azimuth = 0; azimuth < 180; azimuth += 10) {
            const long double north = std::cos(azimuth * degree), east = std::sin(azimuth * degree);
            const Exact ahead{-sine * north, east, cosine * north}, back{sine * north, -east, -cosine * north};
            for (const long double distance : {100'000.0L, 250'000.0L, 400'000.0L}) {
                const Ecef from = rounded(follow(middle, back, distance / 2));
                const Ecef to = rounded(follow(middle, ahead, distance / 2));
                ASSERT_NEAR(short_geodesic_m(from, to), static_cast<double>(distance), short_geodesic_error_m)
                    << lat << " " << azimuth;
            }
        }
    }
}

TEST(ShortGeodesic, IsWithinItsErrorOfGeodTest) {
    std::ifstream file(std::string(SHELTERMAP_TEST_DATA) + "/geodtest/geodesics.txt");
    LonLat from{}, to{};
    double azimuth_deg = 0, distance_m = 0;
    int lines = 0;
    while (file >> from.lat >> from.lon >> azimuth_deg >> to.lat >> to.lon >> distance_m) {
        if (distance_m > short_chord_m) continue;
        ++lines;
        ASSERT_NEAR(short_geodesic_m(to_ecef(from), to_ecef(to)), distance_m, short_geodesic_error_m)
            << from.lat << " " << to.lon;
    }
    EXPECT_GT(lines, 500);
}

TEST(ShortGeodesic, OneByOneGivesTheSameBytesAsMany) {
    const Pairs pairs = random_pairs(1'000, 300'000);
    const std::vector<double> found = short_geodesics(pairs);
    for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_EQ(short_geodesic_m(to_ecef(pairs.from[i]), to_ecef(pairs.to[i])), found[i]);
    }
}

TEST(ShortGeodesic, BetweenEqualPlacesIsZero) {
    const Ecef here = to_ecef({24.1, 56.9});
    EXPECT_EQ(short_geodesic_m(here, here), 0);
}

}  // namespace
}  // namespace sheltermap
