// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/coverage.hpp"

#include "sheltermap/reach/geodesic_reach.hpp"

#include <gtest/gtest.h>

#include "layouts.hpp"
#include <array>
#include <limits>
#include <random>
#include <stdexcept>

namespace sheltermap {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();

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

TEST(CoverageTotals, WeightsAreSummedByReasonAndGroup) {
    const auto reasons = reasons_at(four_rows(), 500);
    const std::array<double, 4> people{10, 20, 30, nan};
    const std::array<std::int64_t, 4> area{0, 0, 1, 1};
    const auto totals = coverage_totals(reasons, {}, people, area, 2);
    EXPECT_EQ(totals[0].covered(), 10);
    EXPECT_EQ(totals[0].uncovered(), 20);
    EXPECT_EQ(totals[1].unknown(), 30);
    EXPECT_EQ(totals[1].without_weight, 1);
    EXPECT_EQ(totals[1].total(), 30);
}

TEST(CoverageTotals, BadWeightsAndGroupsAreRefused) {
    const auto reasons = reasons_at(four_rows(), 500);
    const std::array<double, 4> negative{1, -2, 3, 4};
    const std::array<std::int64_t, 4> beyond{0, 1, 2, 0};
    EXPECT_THROW(static_cast<void>(coverage_totals(reasons, {}, negative, {}, 1)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(coverage_totals(reasons, {}, {}, beyond, 2)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(coverage_totals(reasons, {}, std::span(negative).first(2), {}, 1)),
                 std::invalid_argument);
}

/// A random question: demand with missing rows and weights, areas, facilities.
struct Case {
    std::vector<LonLat> demand, facilities;
    std::vector<double> weight;
    std::vector<std::int64_t> area;
    explicit Case(std::mt19937_64& random) {
        std::uniform_int_distribution<std::size_t> count(0, 40);
        std::uniform_int_distribution<int> people(0, 500), one_in_ten(0, 9), region(0, 2);
        demand = random_places(random, Layout::clustered, count(random));
        facilities = random_places(random, Layout::clustered, count(random) / 4);
        for (auto& place : demand) {
            if (one_in_ten(random) == 0) place = {nan, nan};
            weight.push_back(one_in_ten(random) == 0 ? nan : people(random));
            area.push_back(region(random));
        }
    }
    [[nodiscard]] std::vector<CoverageTotals> totals(double threshold_m, std::size_t groups) const {
        const Access access = cheapest(geodesic_reach(demand, PlaceIndex(facilities), {}));
        return coverage_totals(reasons_at(access, threshold_m), {}, weight,
                               groups == 1 ? std::span<const std::int64_t>{} : area, groups);
    }
};

TEST(CoverageTotals, PartsSumToTheWholeInRandomCases) {
    std::mt19937_64 random(1);
    for (int i = 0; i < 2000; ++i) {
        const Case c(random);
        double known = 0;
        for (const double w : c.weight) known += std::isnan(w) ? 0 : w;
        const auto whole = c.totals(800, 1);
        const auto parts = c.totals(800, 3);
        ASSERT_EQ(whole[0].total(), known);
        ASSERT_EQ(parts[0].total() + parts[1].total() + parts[2].total(), known);
        ASSERT_EQ(parts[0].covered() + parts[1].covered() + parts[2].covered(), whole[0].covered());
        ASSERT_EQ(parts[0].without_weight + parts[1].without_weight + parts[2].without_weight, whole[0].without_weight);
    }
}

TEST(CoverageTotals, AWiderThresholdOrOneMoreFacilityNeverLowersCoverage) {
    std::mt19937_64 random(2);
    for (int i = 0; i < 2000; ++i) {
        Case c(random);
        const double before = c.totals(800, 1)[0].covered();
        ASSERT_GE(c.totals(1200, 1)[0].covered(), before);
        c.facilities.push_back(random_places(random, Layout::clustered, 1)[0]);
        ASSERT_GE(c.totals(800, 1)[0].covered(), before);
    }
}

}  // namespace
}  // namespace sheltermap
