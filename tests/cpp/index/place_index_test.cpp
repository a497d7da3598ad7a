// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/place_index.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "layouts.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

namespace sheltermap {
namespace {

/// The oracle: every geodesic, sorted.
std::vector<Neighbour> by_brute_force(std::span<const LonLat> places, LonLat from, const NearestOptions& options) {
    std::vector<Neighbour> all;
    for (std::size_t row = 0; row < places.size(); ++row) {
        const double distance = geodesic_distance_m(from, places[row]);
        if (distance <= options.max_distance_m) all.push_back({static_cast<std::int32_t>(row), distance});
    }
    std::stable_sort(all.begin(), all.end(), [](auto& a, auto& b) { return a.distance_m < b.distance_m; });
    all.resize(std::min(all.size(), options.k));
    return all;
}

/// The error the index states for a distance, and that of Karney's inverse.
constexpr double both_errors_m = 15e-9 + 15e-9;

void expect_same(const std::vector<Neighbour>& found, const std::vector<Neighbour>& expected) {
    ASSERT_EQ(found.size(), expected.size());
    for (std::size_t i = 0; i < found.size(); ++i) {
        ASSERT_EQ(found[i].row, expected[i].row) << "rank " << i;
        ASSERT_NEAR(found[i].distance_m, expected[i].distance_m, both_errors_m) << "rank " << i;
    }
}

class PlaceIndexLayouts : public testing::TestWithParam<Layout> {};

TEST_P(PlaceIndexLayouts, FindsWhatExhaustiveSearchFinds) {
    std::mt19937_64 random(20261121);
    for (const std::size_t count : {std::size_t{1}, std::size_t{7}, std::size_t{9}, std::size_t{300}}) {
        const auto places = random_places(random, GetParam(), count);
        const PlaceIndex index(places);
        for (const LonLat from : random_places(random, GetParam(), 400)) {
            for (const NearestOptions& options :
                 {NearestOptions{}, NearestOptions{.k = 5}, NearestOptions{.k = 3, .max_distance_m = 20'000},
                  NearestOptions{.k = all_places, .max_distance_m = 50'000}}) {
                SCOPED_TRACE(testing::Message() << count << " places, from " << from.lon << " " << from.lat);
                expect_same(index.find(from, options), by_brute_force(places, from, options));
                if (HasFatalFailure()) return;
            }
        }
    }
}

TEST_P(PlaceIndexLayouts, NearestOfTenThousandIsWhatExhaustiveSearchFinds) {
    std::mt19937_64 random(20261122);
    const auto places = random_places(random, GetParam(), 150);
    const auto from = random_places(random, GetParam(), 10'000);
    const PlaceIndex index(places);
    const auto [row, distance_m] = index.nearest(from, infinity);
    for (std::size_t i = 0; i < from.size(); ++i) {
        const Neighbour expected = by_brute_force(places, from[i], {}).front();
        ASSERT_EQ(row[i], expected.row) << from[i].lon << " " << from[i].lat;
        ASSERT_NEAR(distance_m[i], expected.distance_m, both_errors_m) << from[i].lon << " " << from[i].lat;
    }
}

TEST_P(PlaceIndexLayouts, NearestOfManyIsTheSameBytesAsOneByOne) {
    std::mt19937_64 random(20261123);
    const PlaceIndex index(random_places(random, GetParam(), 300));
    const auto from = random_places(random, GetParam(), 3'000);
    for (const double limit_m : {infinity, 20'000.0, 500.0}) {
        const auto [row, distance_m] = index.nearest(from, limit_m);
        for (std::size_t i = 0; i < from.size(); ++i) {
            const auto one = index.find(from[i], {.k = 1, .max_distance_m = limit_m});
            ASSERT_EQ(row[i], one.empty() ? -1 : one[0].row);
            ASSERT_EQ(distance_m[i], one.empty() ? infinity : one[0].distance_m);
        }
    }
}

TEST_P(PlaceIndexLayouts, WithinADistanceAreTheRowsThatAreFoundWithTheirDistances) {
    std::mt19937_64 random(20261125);
    const PlaceIndex index(random_places(random, GetParam(), 300));
    const auto from = random_places(random, GetParam(), 1'000);
    for (const double limit_m : {0.0, 1e-7, 500.0, 20'000.0, 600'000.0, 15'000'000.0}) {
        const RowsWithin near = index.within(from, limit_m);
        ASSERT_EQ(near.ends.size(), from.size());
        for (std::size_t i = 0, begin = 0; i < from.size(); begin = near.ends[i++]) {
            std::vector<std::int32_t> rows(near.row.begin() + static_cast<std::ptrdiff_t>(begin),
                                           near.row.begin() + static_cast<std::ptrdiff_t>(near.ends[i]));
            std::vector<std::int32_t> expected;
            for (const Neighbour& each : index.find(from[i], {.k = all_places, .max_distance_m = limit_m})) {
                expected.push_back(each.row);
            }
            std::ranges::sort(rows);
            std::ranges::sort(expected);
            ASSERT_EQ(rows, expected) << limit_m;
        }
    }
}

// A turn of the earth changes no distance; degrees are shifted by numbers that add without rounding.
TEST_P(PlaceIndexLayouts, ATurnOfTheEarthChangesNothing) {
    std::mt19937_64 random(20261124);
    auto places = random_places(random, GetParam(), 200);
    auto from = random_places(random, GetParam(), 1'000);
    for (auto* both : {&places, &from}) {
        for (LonLat& at : *both) at.lon = std::round(at.lon * 1024) / 1024;
    }
    const auto before = PlaceIndex(places).nearest(from, infinity);
    for (const double turn : {90.0, 137.5, 180.0, 360.0}) {
        auto turned_places = places, turned_from = from;
        for (auto* both : {&turned_places, &turned_from}) {
            for (LonLat& at : *both) at.lon = std::remainder(at.lon + turn, 360);
        }
        const auto after = PlaceIndex(turned_places).nearest(turned_from, infinity);
        EXPECT_EQ(after.row, before.row) << turn;
        for (std::size_t i = 0; i < from.size(); ++i) {
            ASSERT_NEAR(after.distance_m[i], before.distance_m[i], both_errors_m) << turn;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Layouts, PlaceIndexLayouts,
                         testing::Values(Layout::uniform, Layout::clustered, Layout::sparse, Layout::duplicate,
                                         Layout::polar, Layout::antimeridian));

TEST(PlaceIndex, FromFarAwayTheOrderIsStillThatOfGeodesics) {
    std::mt19937_64 random(3);
    const auto places = random_places(random, Layout::uniform, 200);
    const PlaceIndex index(places);
    for (const LonLat from : {LonLat{-156, -57}, LonLat{-60, 10}, LonLat{24, -89}}) {  // the first is nearly antipodal
        expect_same(index.find(from, {.k = 10}), by_brute_force(places, from, {.k = 10}));
    }
}

TEST(PlaceIndex, APlaceExactlyAtTheLimitIsFound) {
    const LonLat home{24.105, 56.950};
    const std::array<LonLat, 1> place{geodesic_destination(home, 77, 500)};
    const double distance = geodesic_distance_m(home, place[0]);
    const PlaceIndex index(place);
    EXPECT_EQ(index.find(home, {.max_distance_m = distance}).size(), 1U);
    EXPECT_TRUE(index.find(home, {.max_distance_m = std::nextafter(distance, 0)}).empty());
    EXPECT_EQ(index.within(std::span(&home, 1), distance).row.size(), 1U);
    EXPECT_TRUE(index.within(std::span(&home, 1), std::nextafter(distance, 0)).row.empty());
    EXPECT_EQ(index.nearest(std::span(&home, 1), distance).row[0], 0);
    EXPECT_EQ(index.nearest(std::span(&home, 1), std::nextafter(distance, 0)).row[0], -1);
}

// Micrometres apart and at one distance: chords and the quick distance cannot tell, Karney's inverse and the rows do.
TEST(PlaceIndex, PlacesThatOnlyTheInverseTellsApartAreInItsOrder) {
    std::mt19937_64 random(7);
    std::uniform_real_distribution<double> azimuth(0, 360), distance(1, 300'000), nanometres(-100e-9, 100e-9);
    const LonLat home{24.1, 56.9};
    for (int i = 0; i < 500; ++i) {
        std::vector<LonLat> ring;
        const double distance_m = distance(random);
        for (int p = 0; p < 12; ++p) {
            ring.push_back(geodesic_destination(home, azimuth(random), distance_m + nanometres(random)));
        }
        expect_same(PlaceIndex(ring).find(home, {.k = 12}), by_brute_force(ring, home, {.k = 12}));
        const std::vector<LonLat> homes{home};
        ASSERT_EQ(PlaceIndex(ring).nearest(homes, infinity).row[0], by_brute_force(ring, home, {}).front().row);
    }
}

TEST(PlaceIndex, NearestAnswersRowsWithoutAPositionAndAnIndexWithoutPlaces) {
    const std::array<LonLat, 2> from{{{nan, 57}, {24, 57}}};
    const std::array<LonLat, 1> place{{{24, 57}}};
    EXPECT_EQ(PlaceIndex(place).nearest(from, infinity).row, (std::vector<std::int32_t>{-1, 0}));
    EXPECT_EQ(PlaceIndex(place).nearest(from, 0).distance_m, (std::vector<double>{infinity, 0}));
    EXPECT_EQ(PlaceIndex({}).nearest(from, infinity).row, (std::vector<std::int32_t>{-1, -1}));
    EXPECT_EQ(PlaceIndex(place).within(from, 10).ends, (std::vector<std::size_t>{0, 1}));
    EXPECT_EQ(PlaceIndex({}).within(from, 10).ends, (std::vector<std::size_t>{0, 0}));
}

TEST(PlaceIndex, EqualPlacesComeInTheOrderOfTheirRows) {
    const std::vector<LonLat> same(20, LonLat{24, 57});
    const auto found = PlaceIndex(same).find({24, 57.001}, {.k = 20});
    ASSERT_EQ(found.size(), 20U);
    for (std::int32_t row = 0; row < 20; ++row) EXPECT_EQ(found[static_cast<std::size_t>(row)].row, row);
}

TEST(PlaceIndex, PlacesWithoutAPositionAreNeverFound) {
    const std::array<LonLat, 3> places{{{nan, nan}, {24, 57}, {nan, 57}}};
    const PlaceIndex index(places);
    EXPECT_EQ(index.size(), 3U);
    EXPECT_EQ(index.with_position(), 1U);
    EXPECT_EQ(index.find({24, 57}, {.k = 3}).size(), 1U);
    EXPECT_TRUE(index.find({nan, nan}).empty());
    EXPECT_TRUE(PlaceIndex({}).find({24, 57}).empty());
}

TEST(PlaceIndex, AnImpossibleLatitudeIsRefused) {
    const std::array<LonLat, 1> places{{{24, 91}}};
    EXPECT_THROW(PlaceIndex{places}, std::invalid_argument);
}

}  // namespace
}  // namespace sheltermap
