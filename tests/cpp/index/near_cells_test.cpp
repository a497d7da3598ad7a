// SPDX-License-Identifier: Apache-2.0
#include "index/near_cells.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "layouts.hpp"
#include <algorithm>
#include <random>
#include <vector>

namespace sheltermap {
namespace {

class NearCellsLayouts : public testing::TestWithParam<Layout> {};

TEST_P(NearCellsLayouts, NoPlaceIsLeftOutFromWhichOneIsWithinTheDistance) {
    std::mt19937_64 random(20261123);
    for (const double distance_m : {0.0, 0.001, 500.0, 20'000.0, 1'000'000.0}) {
        const auto places = random_places(random, GetParam(), 60);
        const NearCells cells(places, distance_m);
        for (const LonLat place : places) {
            EXPECT_TRUE(cells.may_reach(place));
            // On the very rim, where only rounding decides.
            for (int i = 0; i < 72; ++i) {
                const LonLat rim = geodesic_destination(place, 5.0 * i, distance_m);
                if (geodesic_distance_m(rim, place) > distance_m) continue;
                EXPECT_TRUE(cells.may_reach(rim)) << place.lon << " " << place.lat << " towards " << 5 * i;
            }
        }
        for (const LonLat from : random_places(random, GetParam(), 3'000)) {
            const bool within = std::ranges::any_of(
                places, [&](LonLat place) { return geodesic_distance_m(from, place) <= distance_m; });
            EXPECT_TRUE(!within || cells.may_reach(from)) << from.lon << " " << from.lat << " at " << distance_m;
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Layouts, NearCellsLayouts,
                         testing::Values(Layout::uniform, Layout::clustered, Layout::sparse, Layout::duplicate,
                                         Layout::polar, Layout::antimeridian));

TEST(NearCells, MostOfWhatIsFarIsLeftOut) {
    std::mt19937_64 random(20261124);
    const auto places = random_places(random, Layout::uniform, 1'000);
    const NearCells cells(places, 500);
    const auto from = random_places(random, Layout::uniform, 10'000);
    const auto kept = std::ranges::count_if(from, [&](LonLat each) { return cells.may_reach(each); });
    const auto within = std::ranges::count_if(from, [&](LonLat each) {
        return std::ranges::any_of(places, [&](LonLat place) { return geodesic_distance_m(each, place) <= 500; });
    });
    EXPECT_GT(within, 0);
    EXPECT_LT(kept, 3 * within);  // a square around a circle, and parts of cells
}

TEST(NearCells, LongitudesAreTheSameAllTheWayRound) {
    const std::vector<LonLat> places{{-179.999, 57}, {540.5, 10}, {24, 89.99}};
    const NearCells cells(places, 1'000);
    EXPECT_TRUE(cells.may_reach({179.995, 57}));
    EXPECT_TRUE(cells.may_reach({180, 57}));
    EXPECT_TRUE(cells.may_reach({-180, 57}));
    EXPECT_TRUE(cells.may_reach({-179.5, 10}));
    EXPECT_TRUE(cells.may_reach({-156, 89.999}));  // across the pole
    EXPECT_TRUE(cells.may_reach({900, 10}));       // not looked up: the search decides
    EXPECT_FALSE(cells.may_reach({0, 57}));
    EXPECT_FALSE(cells.may_reach({0, nan}));
}

TEST(NearCells, NothingReachesNoPlace) { EXPECT_FALSE(NearCells({}, 500).may_reach({24, 57})); }

}  // namespace
}  // namespace sheltermap
