// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/reach_in_blocks.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/reach/geodesic_reach.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "layouts.hpp"
#include "shapes.hpp"
#include <algorithm>
#include <array>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

namespace sheltermap {
namespace {

constexpr double limit_m = 5'000;

/// Some towns, and a row without a position in the middle of them.
std::vector<LonLat> homes() {
    std::mt19937_64 random(31);
    auto places = random_places(random, Layout::clustered, 9'000);
    places[4'500] = {nan, nan};
    return places;
}

std::vector<LonLat> shelters() {
    std::mt19937_64 random(32);
    return random_places(random, Layout::clustered, 200);
}

/// Expects that the blocks hold what a reach does, row by row.
void expect_same(const ReachInBlocks& blocks, const Reach& reach, bool with_costs, unsigned threads) {
    ASSERT_EQ(blocks.size(), reach.size());
    std::vector<int> visited(reach.size());
    blocks.visit(with_costs, {.threads = threads, .stop = {}}, [&](std::size_t first, const ReachedRows& rows) {
        for (std::size_t row = 0; row < rows.reason.size(); ++row) {
            ++visited[first + row];
            const auto pairs = [&](std::span<const std::int64_t> offsets, std::size_t at, const auto& values) {
                const auto begin = values.begin() + offsets[at];
                return std::vector(begin, values.begin() + offsets[at + 1]);
            };
            auto facilities = pairs(rows.offsets, row, rows.facility);
            auto expected = pairs(reach.offsets, first + row, reach.facility);
            if (with_costs) {
                EXPECT_EQ(pairs(rows.offsets, row, rows.cost), pairs(reach.offsets, first + row, reach.cost));
            } else {
                std::ranges::sort(facilities);
                std::ranges::sort(expected);
            }
            EXPECT_EQ(facilities, expected);
            EXPECT_EQ(rows.reason[row], reach.reason[first + row]);
        }
    });
    EXPECT_EQ(std::ranges::count(visited, 1), std::ssize(visited));
}

TEST(ReachInBlocks, HasThePairsOfAReachWhetherItIsHeldOrNot) {
    const auto demand = homes();
    const Reach reach = geodesic_reach(demand, PlaceIndex(shelters()), {.k = all_places, .max_distance_m = limit_m});
    const ReachInBlocks searched(demand, PlaceIndex(shelters()), limit_m);
    EXPECT_EQ(searched.limit(), limit_m);
    for (const unsigned threads : {1U, 4U}) {
        for (const bool with_costs : {true, false}) {
            expect_same(searched, reach, with_costs, threads);
            expect_same(reach, reach, with_costs, threads);
        }
    }
}

TEST(ReachInBlocks, HasThePairsOfShapes) {
    const auto demand = homes();
    const GeometryColumn park = polygon({square(24, 57, 0.02)});
    const Reach reach = geodesic_reach(demand, ShapeIndex(park), {.k = all_places, .max_distance_m = limit_m});
    for (const bool with_costs : {true, false}) {
        expect_same(ReachInBlocks(demand, ShapeIndex(park), limit_m), reach, with_costs, 2);
    }
}

TEST(ReachInBlocks, CountsTheFacilitiesOfEveryRow) {
    const auto demand = homes();
    const Reach reach = geodesic_reach(demand, PlaceIndex(shelters()), {.k = all_places, .max_distance_m = limit_m});
    std::vector<std::int64_t> expected;
    for (std::size_t row = 0; row < reach.size(); ++row) {
        expected.push_back(reach.offsets[row + 1] - reach.offsets[row]);
    }
    EXPECT_EQ(ReachInBlocks(reach).counts(), expected);
    EXPECT_EQ(ReachInBlocks(demand, PlaceIndex(shelters()), limit_m).counts(), expected);
    EXPECT_EQ(ReachInBlocks(demand, PlaceIndex({}), limit_m).counts(), std::vector<std::int64_t>(demand.size()));
}

TEST(ReachInBlocks, ALimitThatIsNoneAndAnImpossibleLatitudeAreRefused) {
    const std::array<LonLat, 1> home{{{24, 57}}}, nowhere{{{24, 91}}};
    for (const double limit : {infinity, nan, -1.0}) {
        EXPECT_THROW(ReachInBlocks(home, PlaceIndex(home), limit), std::invalid_argument);
    }
    EXPECT_THROW(ReachInBlocks(nowhere, PlaceIndex(home), limit_m), std::invalid_argument);
}

TEST(ReachInBlocks, ItStopsWhenAsked) {
    std::stop_source source;
    source.request_stop();
    const auto demand = homes();
    const ReachInBlocks blocks(demand, PlaceIndex(shelters()), limit_m);
    EXPECT_THROW((void)blocks.counts({.stop = source.get_token()}), Cancelled);
}

}  // namespace
}  // namespace sheltermap
