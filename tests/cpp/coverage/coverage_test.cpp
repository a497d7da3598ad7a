// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/coverage.hpp"

#include "sheltermap/coverage/ledger.hpp"
#include "sheltermap/reach/geodesic_reach.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "layouts.hpp"
#include <array>
#include <random>
#include <stdexcept>

namespace sheltermap {
namespace {

/// Rows at 100 m, at 900 m, without a position, and reached by nothing.
Access four_rows() {
    return {.cost = {100, 900, infinity, infinity},
            .facility = {0, 1, -1, -1},
            .reason = {Reason::reached, Reason::reached, Reason::missing_geometry, Reason::too_far},
            .incomplete = {0, 0, 1, 0},
            .limit = infinity};
}

TEST(ReasonsAt, TellCoveredFromTooFarFromUnknown) {
    EXPECT_EQ(reasons_at(four_rows(), 500),
              (std::vector<Reason>{Reason::reached, Reason::too_far, Reason::missing_geometry, Reason::too_far}));
}

TEST(ReasonsAt, ACostEqualToTheThresholdIsCovered) {
    EXPECT_EQ(reasons_at(four_rows(), 900)[1], Reason::reached);
    EXPECT_EQ(reasons_at(four_rows(), std::nextafter(900, 0))[1], Reason::too_far);
}

TEST(ReasonsAt, AThresholdBeyondWhatWasLookedForIsRefused) {
    Access access = four_rows();
    access.limit = 1000;
    EXPECT_NO_THROW(static_cast<void>(reasons_at(access, 1000)));
    EXPECT_THROW(static_cast<void>(reasons_at(access, 1001)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(reasons_at(access, -1)), std::invalid_argument);
}

TEST(AnyOfPlaces, HomeOrWorkIsEnough) {
    const std::array<std::int64_t, 4> person{0, 1, 0, 1};
    const Access persons = any_of_places(four_rows(), person, 2);
    // Person 0: 100 m from home, work unknown. Person 1: 900 m from home, nothing from work.
    EXPECT_EQ(persons.cost, (std::vector<double>{100, 900}));
    EXPECT_EQ(persons.facility, (std::vector<std::int32_t>{0, 1}));
    EXPECT_EQ(reasons_at(persons, 500), (std::vector<Reason>{Reason::reached, Reason::too_far}));
}

TEST(AnyOfPlaces, AnUnknownPlaceLeavesAPersonUnknownUnlessAnotherCovers) {
    const std::array<std::int64_t, 4> person{1, 0, 0, 1};
    const Access persons = any_of_places(four_rows(), person, 2);
    EXPECT_EQ(reasons_at(persons, 500)[0], Reason::missing_geometry);  // 900 m and unknown: work may be near
    EXPECT_EQ(reasons_at(persons, 1000)[0], Reason::reached);
}

TEST(AnyOfPlaces, NumbersOutOfRangeAreRefused) {
    const std::array<std::int64_t, 4> person{0, 1, 2, 0};
    EXPECT_THROW(static_cast<void>(any_of_places(four_rows(), person, 2)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(any_of_places(four_rows(), std::span(person).first(3), 3)), std::invalid_argument);
}

TEST(BorderlineAt, RowsWithinTheErrorOfTheThresholdAreFlagged) {
    EXPECT_EQ(borderline_at(four_rows(), 105, 5), (std::vector<std::uint8_t>{1, 0, 0, 0}));
    EXPECT_EQ(borderline_at(four_rows(), 105, 4.9), (std::vector<std::uint8_t>{0, 0, 0, 0}));
}

constexpr int cases = 10'000;

/// A random question: demand with missing rows, people with missing weights, facilities.
struct Case {
    std::vector<LonLat> demand, facilities;
    std::vector<double> people;
    explicit Case(std::mt19937_64& random) {
        std::uniform_int_distribution<std::size_t> count(0, 40);
        std::uniform_int_distribution<int> persons(0, 500), one_in_ten(0, 9);
        demand = random_places(random, Layout::clustered, count(random));
        facilities = random_places(random, Layout::clustered, count(random) / 4);
        for (auto& place : demand) {
            if (one_in_ten(random) == 0) place = {nan, nan};
            people.push_back(one_in_ten(random) == 0 ? nan : persons(random));
        }
    }
    [[nodiscard]] Access access() const { return cheapest(geodesic_reach(demand, PlaceIndex(facilities), {})); }
    [[nodiscard]] double covered(double threshold_m) const {
        Ledger ledger(1, 1, 1);
        ledger.add(0, 0, {.reason = reasons_at(access(), threshold_m), .weight = people});
        return ledger.of_all(0, 0).people(Status::covered);
    }
};

TEST(ReasonsAt, AWiderThresholdOrOneMoreFacilityNeverLowersCoverage) {
    std::mt19937_64 random(2);
    for (int i = 0; i < cases; ++i) {
        Case c(random);
        const double before = c.covered(800);
        ASSERT_GE(c.covered(1200), before);
        c.facilities.push_back(random_places(random, Layout::clustered, 1)[0]);
        ASSERT_GE(c.covered(800), before);
    }
}

}  // namespace
}  // namespace sheltermap
