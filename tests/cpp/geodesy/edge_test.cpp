// SPDX-License-Identifier: Apache-2.0
#include "geodesy/edge.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace sheltermap {
namespace {

constexpr double one_micrometre = 1e-6;

LonLat along(const Edge& edge, double t) {
    return {edge.from.lon + t * (edge.to.lon - edge.from.lon), edge.from.lat + t * (edge.to.lat - edge.from.lat)};
}

/// The oracle knows distances only: it samples the edge, then, again and again, around every sample that is nearer than
/// both its neighbours.
double by_sampling(LonLat place, const Edge& edge, double begin = 0, double end = 1, int round = 0) {
    const int samples = round == 0 ? 400 : 30;
    const double step = (end - begin) / samples;
    std::vector<double> distance;
    for (int i = 0; i <= samples; ++i) distance.push_back(geodesic_distance_m(place, along(edge, begin + i * step)));
    double best = *std::min_element(distance.begin(), distance.end());
    if (round == 5) return best;
    for (int i = 0; i <= samples; ++i) {
        const auto here = static_cast<std::size_t>(i);
        if (i > 0 && distance[here - 1] < distance[here]) continue;
        if (i < samples && distance[here + 1] <= distance[here]) continue;
        const double low = std::max(begin, begin + (i - 1) * step), high = std::min(end, begin + (i + 1) * step);
        best = std::min(best, by_sampling(place, edge, low, high, round + 1));
    }
    return best;
}

/// Places up to 10^log_far metres from edges of 10^log_long metres.
void expect_agreement_with_sampling(std::uint64_t seed, double log_near, double log_far, double log_long) {
    std::mt19937_64 random(seed);
    std::uniform_real_distribution<double> lon(-180, 180), sine(-0.999, 0.999), azimuth(0, 360), t(0, 1);
    std::uniform_real_distribution<double> log_distance(log_near, log_far), log_length(0, log_long);
    for (int i = 0; i < 1'500; ++i) {
        const LonLat from{lon(random), std::asin(sine(random)) * 180 / std::numbers::pi};
        LonLat to = geodesic_destination(from, azimuth(random), std::pow(10, log_length(random)));
        to.lon = from.lon + std::remainder(to.lon - from.lon, 360);
        const Edge edge{from, to};
        const LonLat place =
            geodesic_destination(along(edge, t(random)), azimuth(random), std::pow(10, log_distance(random)));
        const double distance = geodesic_distance_m(place, edge), sampled = by_sampling(place, edge);
        ASSERT_LE(distance, sampled + one_micrometre) << i;
        // Sampling stops some 1e-9 of the edge's length from the foot, which matters where the place is on the edge.
        ASSERT_GE(distance, sampled - 1e-3) << i;
    }
}

TEST(DistanceToEdge, IsThatOfTheNearestSampleUpToAThousandKilometres) { expect_agreement_with_sampling(1, -3, 6, 5); }
TEST(DistanceToEdge, HoldsForEdgesOfAThousandKilometres) { expect_agreement_with_sampling(2, -3, 6, 6); }
TEST(DistanceToEdge, HoldsForPlacesTenThousandKilometresAway) { expect_agreement_with_sampling(3, 6, 7, 5.5); }

// By symmetry the nearest point of the equator lies due south.
TEST(DistanceToEdge, OfTheEquatorIsTheDistanceDueSouth) {
    EXPECT_NEAR(geodesic_distance_m(LonLat{5, 1}, Edge{{0, 0}, {10, 0}}),
                geodesic_distance_m(LonLat{5, 1}, LonLat{5, 0}), one_micrometre);
}

TEST(DistanceToEdge, BeyondAnEndIsTheDistanceToIt) {
    const Edge edge{{24, 57}, {24, 58}};
    EXPECT_EQ(geodesic_distance_m(LonLat{24, 60}, edge), geodesic_distance_m(LonLat{24, 60}, edge.to));
    EXPECT_EQ(geodesic_distance_m(LonLat{24, 50}, edge), geodesic_distance_m(LonLat{24, 50}, edge.from));
}

// The edge follows the parallel; the geodesic between its ends runs 31 km closer to the pole.
TEST(DistanceToEdge, IsToTheStraightLineInDegreesNotToAGeodesic) {
    const Edge parallel{{20, 57}, {30, 57}};
    EXPECT_NEAR(geodesic_distance_m(LonLat{25, 57}, parallel), 0, one_micrometre);
    EXPECT_NEAR(geodesic_distance_m(LonLat{25, 57.2}, parallel), geodesic_distance_m(LonLat{25, 57.2}, LonLat{25, 57}),
                2e-3);
}

TEST(DistanceToEdge, FromThePoleAParallelIsEverywhereEquallyFar) {
    EXPECT_NEAR(geodesic_distance_m(LonLat{0, 90}, Edge{{-180, 89}, {180, 89}}),
                geodesic_distance_m(LonLat{0, 90}, LonLat{0, 89}), one_micrometre);
}

TEST(DistanceToEdge, FromBehindThePoleIsToTheNearerEnd) {
    const LonLat behind{-150, 80};
    const Edge parallel{{0, 80}, {40, 80}};
    EXPECT_EQ(geodesic_distance_m(behind, parallel), geodesic_distance_m(behind, parallel.from));
}

TEST(DistanceToEdge, OfAnEdgeWithoutLengthIsThatOfItsPlace) {
    const LonLat here{24, 57}, there{25, 58};
    EXPECT_EQ(geodesic_distance_m(here, Edge{there, there}), geodesic_distance_m(here, there));
    EXPECT_EQ(geodesic_distance_m(here, Edge{here, here}), 0);
}

TEST(DistanceToEdge, WithoutAPositionIsNaN) {
    EXPECT_TRUE(std::isnan(geodesic_distance_m(LonLat{nan, 0}, Edge{{0, 0}, {1, 1}})));
    EXPECT_TRUE(std::isnan(geodesic_distance_m(LonLat{0, 0}, Edge{{0, nan}, {1, 1}})));
}

TEST(PiecesOf, TakeTheWholeEdgeAndStayWithinTheirBulge) {
    std::mt19937_64 random(4);
    std::uniform_real_distribution<double> lon(-180, 180), lat(-90, 90), size(-8, 8);
    for (int i = 0; i < 300; ++i) {
        const LonLat from{lon(random), lat(random)};
        const Edge edge{from, {from.lon + size(random), std::clamp(from.lat + size(random), -90.0, 90.0)}};
        const auto pieces = pieces_of(edge);
        ASSERT_EQ(pieces.front().edge.from, edge.from);
        ASSERT_EQ(pieces.back().edge.to, edge.to);
        for (std::size_t p = 1; p < pieces.size(); ++p) ASSERT_EQ(pieces[p - 1].edge.to, pieces[p].edge.from);
        for (std::size_t p = 0; p < pieces.size(); p += 1 + pieces.size() / 20) {
            ASSERT_LE(pieces[p].bulge_m, piece_bulge_m);
            for (double t = 0; t <= 1; t += 0.125) {
                const Ecef at = to_ecef(along(pieces[p].edge, t));
                ASSERT_LE(chord_to_line_m(at, pieces[p].from, pieces[p].to), pieces[p].bulge_m + 1e-8);
            }
        }
    }
}

TEST(PiecesOf, AreNeverNearerThanTheirBound) {
    std::mt19937_64 random(5);
    std::uniform_real_distribution<double> lon(20, 28), lat(55, 58);
    for (int i = 0; i < 300; ++i) {
        const LonLat place{lon(random), lat(random)};
        for (const EdgePiece& piece : pieces_of({{lon(random), lat(random)}, {lon(random), lat(random)}})) {
            ASSERT_LE(piece.nearest_possible_m(to_ecef(place)), geodesic_distance_m(place, piece));
        }
    }
}

}  // namespace
}  // namespace sheltermap
