// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/geodesic_reach.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "layouts.hpp"
#include "shapes.hpp"
#include <algorithm>
#include <array>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace sheltermap {
namespace {

TEST(GeodesicReach, EveryRowHasItsFacilitiesOrAReason) {
    const std::array<LonLat, 3> demand{{{24.0, 57.0}, {nan, nan}, {27.0, 56.0}}};
    const std::array<LonLat, 2> facilities{{{24.001, 57.0}, {24.002, 57.0}}};
    const Reach reach = geodesic_reach(demand, PlaceIndex(facilities), {.k = 2, .max_distance_m = 500});
    EXPECT_EQ(reach.offsets, (std::vector<std::int64_t>{0, 2, 2, 2}));
    EXPECT_EQ(reach.facility, (std::vector<std::int32_t>{0, 1}));
    EXPECT_EQ(reach.reason, (std::vector<Reason>{Reason::reached, Reason::missing_geometry, Reason::too_far}));
    EXPECT_EQ(reach.limit, 500);
}

TEST(GeodesicReach, WithoutAnyFacilityTheReasonSaysSo) {
    const std::array<LonLat, 1> demand{{{24, 57}}};
    const std::array<LonLat, 1> nowhere{{{nan, nan}}};
    EXPECT_EQ(geodesic_reach(demand, PlaceIndex({}), {}).reason[0], Reason::no_facility);
    EXPECT_EQ(geodesic_reach(demand, PlaceIndex(nowhere), {}).reason[0], Reason::no_facility);
}

TEST(GeodesicReach, IsTheSameForAnyNumberOfThreads) {
    std::mt19937_64 random(11);
    const auto demand = random_places(random, Layout::clustered, 20'000);
    const PlaceIndex facilities(random_places(random, Layout::clustered, 500));
    const NearestOptions options{.k = 4, .max_distance_m = 3'000};
    const Reach one = geodesic_reach(demand, facilities, options, {.threads = 1, .stop = {}});
    for (const unsigned threads : {2U, 4U, 8U}) {
        const Reach many = geodesic_reach(demand, facilities, options, {.threads = threads, .stop = {}});
        EXPECT_EQ(many.offsets, one.offsets);
        EXPECT_EQ(many.facility, one.facility);
        EXPECT_EQ(many.cost, one.cost);
        EXPECT_EQ(many.reason, one.reason);
    }
}

TEST(GeodesicReach, ShuffledDemandGivesTheSameAnswersShuffled) {
    std::mt19937_64 random(12);
    auto demand = random_places(random, Layout::uniform, 9'000);
    const PlaceIndex facilities(random_places(random, Layout::uniform, 300));
    const Reach before = geodesic_reach(demand, facilities, {});
    std::vector<std::size_t> order(demand.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::shuffle(order.begin(), order.end(), random);
    std::vector<LonLat> shuffled;
    for (const std::size_t row : order) shuffled.push_back(demand[row]);
    const Reach after = geodesic_reach(shuffled, facilities, {});
    for (std::size_t i = 0; i < order.size(); ++i) {
        ASSERT_EQ(after.facility[i], before.facility[order[i]]);
        ASSERT_EQ(after.cost[i], before.cost[order[i]]);
    }
}

TEST(GeodesicReach, ToPolygonsIsZeroInsideAndHasTheSameReasons) {
    const std::array<LonLat, 3> demand{{{24.5, 56.5}, {nan, nan}, {30.0, 50.0}}};
    const GeometryColumn park = polygon({square(24, 56, 1)});
    const Reach reach = geodesic_reach(demand, ShapeIndex(park), {.k = 1, .max_distance_m = 500});
    EXPECT_EQ(reach.offsets, (std::vector<std::int64_t>{0, 1, 1, 1}));
    EXPECT_EQ(reach.cost, (std::vector<double>{0}));
    EXPECT_EQ(reach.reason, (std::vector<Reason>{Reason::reached, Reason::missing_geometry, Reason::too_far}));
    EXPECT_EQ(geodesic_reach(demand, ShapeIndex(GeometryColumn{}), {}).reason[0], Reason::no_facility);
}

TEST(GeodesicReach, ToShapesIsTheSameForAnyNumberOfThreads) {
    std::mt19937_64 random(13);
    const auto demand = random_places(random, Layout::uniform, 10'000);
    GeometryColumn shapes;
    for (const LonLat at : random_places(random, Layout::uniform, 50)) {
        append_polygon(shapes, {square(at.lon, at.lat, 0.05)});
    }
    const ShapeIndex facilities(shapes);
    const Reach one = geodesic_reach(demand, facilities, {.k = 3}, {.threads = 1, .stop = {}});
    const Reach many = geodesic_reach(demand, facilities, {.k = 3}, {.threads = 4, .stop = {}});
    EXPECT_EQ(many.facility, one.facility);
    EXPECT_EQ(many.cost, one.cost);
}

TEST(GeodesicReach, AQuestionWithoutALimitIsRefused) {
    const std::array<LonLat, 1> demand{{{24, 57}}};
    const PlaceIndex facilities(demand);
    EXPECT_THROW(static_cast<void>(geodesic_reach(demand, facilities, {.k = all_places})), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(geodesic_reach(demand, facilities, {.k = 0})), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(geodesic_reach(demand, facilities, {.max_distance_m = -1})), std::invalid_argument);
}

TEST(GeodesicReach, ATableThatNoMachineHoldsIsRefusedBeforeItIsBegun) {
    std::vector<LonLat> town;
    for (int i = 0; i < 40'000; ++i) town.push_back({24 + i % 200 * 1e-4, 57 + i / 200 * 1e-4});
    const PlaceIndex facilities(town);
    try {
        static_cast<void>(geodesic_reach(town, facilities, {.k = all_places, .max_distance_m = 1e5}));
        FAIL() << "1600 million pairs were not refused";
    } catch (const std::invalid_argument& error) {
        EXPECT_EQ(std::string(error.what())
                      .find("each of 40000 demand rows would reach about 40000 facilities, some 1600 "
                            "million pairs: give k, "),
                  0)
            << error.what();
    }
    // As many rows are no harm where each of them reaches few.
    EXPECT_LT(geodesic_reach(town, facilities, {.k = all_places, .max_distance_m = 12}).facility.size(), 400'000);
    EXPECT_EQ(geodesic_reach(town, facilities, {.k = 2}).facility.size(), 80'000);
}

TEST(GeodesicReach, AStopRequestIsHeard) {
    std::stop_source source;
    source.request_stop();
    const std::array<LonLat, 1> demand{{{24, 57}}};
    const Execution stopped{.threads = 1, .stop = source.get_token()};
    EXPECT_THROW(static_cast<void>(geodesic_reach(demand, PlaceIndex(demand), {}, stopped)), Cancelled);
}

TEST(GeodesicReach, KarneysInverseDecidesAtTheLimitsThatCostsAreHeldAgainst) {
    const std::array<LonLat, 1> home{LonLat{24.105, 56.950}};
    for (const double metres : {1.0, 59.0, 299.0, 500.0, 15'000.0}) {
        const std::array<LonLat, 1> place{geodesic_destination(home[0], 77, metres)};
        const double exact = geodesic_distance_m(home[0], place[0]);
        Reach reach = geodesic_reach(home, PlaceIndex(place), {.k = 1});
        const double told = reach.cost[0];
        measure_at_limits(reach, home, place, std::array{2 * exact, exact / 2});
        EXPECT_EQ(reach.cost[0], told);  // no limit is near
        measure_at_limits(reach, home, place, std::array{2 * exact, exact});
        EXPECT_EQ(reach.cost[0], exact);
    }
}

}  // namespace
}  // namespace sheltermap
