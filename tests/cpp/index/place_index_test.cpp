// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/place_index.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include "layouts.hpp"
#include <algorithm>
#include <array>
#include <limits>
#include <random>
#include <stdexcept>

namespace sheltermap {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

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
                ASSERT_EQ(index.find(from, options), by_brute_force(places, from, options))
                    << count << " places, from " << from.lon << " " << from.lat;
            }
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
        ASSERT_EQ(index.find(from, {.k = 10}), by_brute_force(places, from, {.k = 10}));
    }
}

TEST(PlaceIndex, APlaceExactlyAtTheLimitIsFound) {
    const LonLat home{24.105, 56.950};
    const std::array<LonLat, 1> place{geodesic_destination(home, 77, 500)};
    const double distance = geodesic_distance_m(home, place[0]);
    const PlaceIndex index(place);
    EXPECT_EQ(index.find(home, {.max_distance_m = distance}).size(), 1U);
    EXPECT_TRUE(index.find(home, {.max_distance_m = std::nextafter(distance, 0)}).empty());
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
