// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/linked_places.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "layouts.hpp"
#include <stdexcept>

namespace sheltermap {
namespace {

/// Groups by looking at every pair until nothing changes, numbered by their smallest rows.
std::vector<std::int64_t> by_every_pair(const std::vector<LonLat>& places, double distance_m) {
    std::vector<std::int64_t> group(places.size(), -1);
    std::int64_t next = 0;
    for (std::size_t first = 0; first < places.size(); ++first) {
        if (group[first] >= 0 || !has_position(places[first])) continue;
        group[first] = next;
        std::vector<std::size_t> open{first};
        while (!open.empty()) {
            const std::size_t from = open.back();
            open.pop_back();
            for (std::size_t to = 0; to < places.size(); ++to) {
                if (group[to] >= 0 || !(geodesic_distance_m(places[from], places[to]) <= distance_m)) continue;
                group[to] = next;
                open.push_back(to);
            }
        }
        ++next;
    }
    return group;
}

TEST(LinkedPlaces, AChainOfStepsIsOneGroup) {
    // Along the equator a thousandth of a degree is 111.3 m.
    const std::vector<LonLat> places{{0.003, 0}, {0, 0}, {0.001, 0}, {nan, nan}, {0.0041, 0}};
    EXPECT_EQ(linked_places(places, 112), (std::vector<std::int64_t>{0, 1, 1, -1, 2}));
    EXPECT_EQ(linked_places(places, 123), (std::vector<std::int64_t>{0, 1, 1, -1, 0}));
    EXPECT_EQ(linked_places(places, 223), (std::vector<std::int64_t>{0, 0, 0, -1, 0}));
}

TEST(LinkedPlaces, ADistanceEqualToTheLimitJoins) {
    const std::vector<LonLat> places{{24, 57}, {24.01, 57.003}};
    const double apart = geodesic_distance_m(places[0], places[1]);
    EXPECT_EQ(linked_places(places, apart)[1], 0);
    EXPECT_EQ(linked_places(places, std::nextafter(apart, 0))[1], 1);
}

TEST(LinkedPlaces, AgreesWithEveryPairInEveryLayout) {
    std::mt19937_64 random(11);
    for (const Layout layout :
         {Layout::uniform, Layout::clustered, Layout::sparse, Layout::duplicate, Layout::polar, Layout::antimeridian}) {
        const auto places = random_places(random, layout, 400);
        for (const double distance_m : {1.0, 300.0, 6'105.0, 11'132.0, 60'000.0, 900'000.0}) {
            ASSERT_EQ(linked_places(places, distance_m), by_every_pair(places, distance_m))
                << static_cast<int>(layout) << " " << distance_m;
        }
    }
}

TEST(LinkedPlaces, DistancesOutOfRangeAreRefused) {
    const std::vector<LonLat> places{{24, 57}};
    for (const double distance_m : {0.0, 0.99, 1'000'001.0, nan}) {
        EXPECT_THROW(static_cast<void>(linked_places(places, distance_m)), std::invalid_argument);
    }
    EXPECT_THROW(static_cast<void>(linked_places(std::vector<LonLat>{{24, 91}}, 5)), std::invalid_argument);
}

TEST(LinkedPlaces, AStopRequestIsHeard) {
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(static_cast<void>(linked_places(std::vector<LonLat>{{24, 57}}, 5, {1, source.get_token()})),
                 Cancelled);
}

}  // namespace
}  // namespace sheltermap
