// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/gaps.hpp"

#include "sheltermap/coverage/coverage.hpp"
#include "sheltermap/coverage/ledger.hpp"
#include "sheltermap/reach/geodesic_reach.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "layouts.hpp"
#include <array>
#include <numeric>
#include <set>
#include <stdexcept>

namespace sheltermap {
namespace {

constexpr auto far = Reason::too_far;

TEST(Gaps, UncoveredRowsBecomePlacesWithMostPeopleFirst) {
    // Steps of 111.3 m; row 2 is covered, row 5 unknown, and neither links others.
    const std::array<LonLat, 6> demand{{{0, 0}, {0.01, 0}, {0.001, 0}, {0.002, 0}, {0.011, 0}, {nan, nan}}};
    const std::array<Reason, 6> reasons{far, far, Reason::reached, far, Reason::no_facility, Reason::missing_geometry};
    const std::array<double, 6> people{5, 3, 100, 4, 7, 1000};
    const Gaps places = gaps(demand, reasons, people, 150);
    EXPECT_EQ(places.offsets, (std::vector<std::int64_t>{0, 2, 3, 4}));
    EXPECT_EQ(places.row, (std::vector<std::int64_t>{1, 4, 0, 3}));
    EXPECT_EQ(places.people, (std::vector<double>{10, 5, 4}));
    EXPECT_EQ(places.representative, (std::vector<std::int64_t>{4, 0, 3}));
}

TEST(Gaps, EqualPlacesStandFromSouthToNorthThenFromWestToEast) {
    const std::array<LonLat, 3> demand{{{2, 0}, {0, 1}, {1, 0}}};
    const std::array<Reason, 3> reasons{far, far, far};
    EXPECT_EQ(gaps(demand, reasons, {}, 100).representative, (std::vector<std::int64_t>{2, 0, 1}));
    EXPECT_EQ(gaps(demand, reasons, {}, 100).people, (std::vector<double>{1, 1, 1}));
}

TEST(Gaps, OfEqualRowsTheSouthernmostSpeaksForThePlace) {
    const std::array<LonLat, 4> demand{{{0, 0.001}, {0.001, 0}, {0, 0}, {0, 0}}};
    const std::array<Reason, 4> reasons{far, far, far, far};
    EXPECT_EQ(gaps(demand, reasons, {}, 150).representative, (std::vector<std::int64_t>{2}));
    EXPECT_EQ(gaps(demand, reasons, std::array<double, 4>{3, 4, 4, nan}, 150).representative,
              (std::vector<std::int64_t>{2}));
}

TEST(Gaps, RowsWithoutAWeightBelongToAPlaceAndAreCountedApart) {
    const std::array<LonLat, 2> demand{{{0, 0}, {0, 0}}};
    const std::array<Reason, 2> reasons{far, far};
    const Gaps places = gaps(demand, reasons, std::array<double, 2>{nan, 0}, 100);
    EXPECT_EQ(places.without_weight, (std::vector<std::int64_t>{1}));
    EXPECT_EQ(places.people, (std::vector<double>{0}));
    EXPECT_EQ(places.representative, (std::vector<std::int64_t>{1}));
}

TEST(Gaps, WhatDoesNotFitIsRefused) {
    const std::array<LonLat, 2> demand{{{0, 0}, {nan, nan}}};
    const std::array<Reason, 2> reasons{far, far};
    EXPECT_THROW(static_cast<void>(gaps(demand, reasons, {}, 100)), std::invalid_argument);
    const auto one = std::span(demand).first(1);
    EXPECT_THROW(static_cast<void>(gaps(one, reasons, {}, 100)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(gaps(one, std::span(reasons).first(1), std::array{-1.0}, 100)),
                 std::invalid_argument);
}

/// What a place is, whatever the order of the rows: its rows under their first numbers, and its people.
std::set<std::pair<std::set<std::int64_t>, double>> contents(const Gaps& places, const std::vector<std::size_t>& name) {
    std::set<std::pair<std::set<std::int64_t>, double>> result;
    for (std::size_t p = 0; p < places.size(); ++p) {
        std::set<std::int64_t> rows;
        for (auto i = places.offsets[p]; i < places.offsets[p + 1]; ++i) {
            rows.insert(
                static_cast<std::int64_t>(name[static_cast<std::size_t>(places.row[static_cast<std::size_t>(i)])]));
        }
        result.emplace(rows, places.people[p]);
    }
    return result;
}

TEST(Gaps, PermutedRowsGiveTheSamePlacesAndTheySumToTheUncovered) {
    std::mt19937_64 random(3);
    std::uniform_int_distribution<int> whole(0, 500);
    for (int i = 0; i < 200; ++i) {
        const auto demand = random_places(random, Layout::clustered, 60);
        const auto facilities = random_places(random, Layout::clustered, 2);
        std::vector<double> people(demand.size());
        for (double& p : people) p = i % 2 == 0 ? whole(random) : whole(random) / 7.0;
        const auto reasons = reasons_at(cheapest(geodesic_reach(demand, PlaceIndex(facilities), {})), 800);
        std::vector<std::size_t> order(demand.size()), same(demand.size());
        std::iota(same.begin(), same.end(), 0U);
        std::iota(order.begin(), order.end(), 0U);
        std::shuffle(order.begin(), order.end(), random);
        std::vector<LonLat> moved_demand;
        std::vector<Reason> moved_reasons;
        std::vector<double> moved_people;
        for (const std::size_t row : order) {
            moved_demand.push_back(demand[row]);
            moved_reasons.push_back(reasons[row]);
            moved_people.push_back(people[row]);
        }
        const Gaps places = gaps(demand, reasons, people, 400);
        ASSERT_EQ(contents(places, same), contents(gaps(moved_demand, moved_reasons, moved_people, 400), order));
        ASSERT_TRUE(std::is_sorted(places.people.rbegin(), places.people.rend()));
        const double sum = std::accumulate(places.people.begin(), places.people.end(), 0.0);
        Ledger ledger(1, 1, 1);
        ledger.add(0, 0, {.reason = reasons, .weight = people});
        const double uncovered = ledger.of_all(0, 0).people(Status::uncovered);
        if (i % 2 == 0) {
            ASSERT_EQ(sum, uncovered);
        }
        ASSERT_NEAR(sum, uncovered, 1e-9);
    }
}

}  // namespace
}  // namespace sheltermap
