// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/coverage.hpp"

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

constexpr int cases = 10'000;

/// A random question: demand with missing rows, two groups of people with missing weights, areas, facilities.
struct Case {
    std::vector<LonLat> demand, facilities;
    std::array<std::vector<double>, 2> people;  // all, and the children among them
    std::vector<std::int64_t> area;
    explicit Case(std::mt19937_64& random) {
        std::uniform_int_distribution<std::size_t> count(0, 40);
        std::uniform_int_distribution<int> persons(0, 500), one_in_ten(0, 9), region(0, 2);
        demand = random_places(random, Layout::clustered, count(random));
        facilities = random_places(random, Layout::clustered, count(random) / 4);
        for (auto& place : demand) {
            if (one_in_ten(random) == 0) place = {nan, nan};
            people[0].push_back(one_in_ten(random) == 0 ? nan : persons(random));
            people[1].push_back(one_in_ten(random) == 0 ? nan : persons(random) / 5);
            area.push_back(region(random));
        }
    }
    [[nodiscard]] Access access() const { return cheapest(geodesic_reach(demand, PlaceIndex(facilities), {})); }
    [[nodiscard]] double covered(double threshold_m) const {
        return coverage_totals(reasons_at(access(), threshold_m), {}, people[0], {}, 1)[0].covered();
    }
};

double known(const std::vector<double>& weight) {
    double sum = 0;
    for (const double w : weight) sum += std::isnan(w) ? 0 : w;
    return sum;
}

/// Covered, uncovered and unknown of everybody are those of the areas together, and each is its parts' sum.
void expect_parts_to_sum(const CoverageTotals& whole, const std::vector<CoverageTotals>& parts, double total) {
    const auto of_all = [&](auto part) {
        double sum = 0;
        for (const CoverageTotals& each : parts) sum += part(each);
        return sum;
    };
    ASSERT_EQ(whole.covered() + whole.uncovered() + whole.unknown(), total);
    ASSERT_EQ(whole.total(), total);
    ASSERT_EQ(of_all([](const auto& each) { return each.covered(); }), whole.covered());
    ASSERT_EQ(of_all([](const auto& each) { return each.uncovered(); }), whole.uncovered());
    ASSERT_EQ(of_all([](const auto& each) { return each.unknown(); }), whole.unknown());
    for (const CoverageTotals& each : parts) {
        ASSERT_EQ(each.covered() + each.uncovered() + each.unknown(), each.total());
    }
}

TEST(CoverageTotals, PartsSumToTheWholeByAreaAndGroupInRandomCases) {
    std::mt19937_64 random(1);
    for (int i = 0; i < cases; ++i) {
        const Case c(random);
        const auto reasons = reasons_at(c.access(), 800);
        for (const auto& group : c.people) {
            const auto whole = coverage_totals(reasons, {}, group, {}, 1)[0];
            const auto parts = coverage_totals(reasons, {}, group, c.area, 3);
            ASSERT_NO_FATAL_FAILURE(expect_parts_to_sum(whole, parts, known(group)));
            ASSERT_EQ(parts[0].without_weight + parts[1].without_weight + parts[2].without_weight,
                      whole.without_weight);
        }
    }
}

TEST(CoverageTotals, AWiderThresholdOrOneMoreFacilityNeverLowersCoverage) {
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
