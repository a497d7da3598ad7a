// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/reach_from_pairs.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

namespace sheltermap {
namespace {

using Numbers = std::vector<std::int32_t>;
using Costs = std::vector<double>;
using Offsets = std::vector<std::int64_t>;

constexpr double infinite = std::numeric_limits<double>::infinity();

struct Table {
    Numbers row, facility;
    Costs cost;

    [[nodiscard]] Reach reach(std::size_t rows, std::size_t facilities, double limit = infinite,
                              unsigned threads = 1) const {
        const CostPairs pairs{
            .row = row, .facility = facility, .cost = cost, .unit = CostUnit::seconds, .limit = limit};
        return reach_from_pairs(rows, facilities, pairs, {.threads = threads, .stop = {}});
    }
};

std::string refusal(const Table& table, double limit = infinite) {
    try {
        (void)table.reach(2, 3, limit);
    } catch (const std::invalid_argument& error) {
        return error.what();
    }
    return "";
}

TEST(ReachFromPairs, RowsAreSortedByCostThenFacility) {
    const Reach reach = Table{{2, 0, 0, 2, 0}, {1, 2, 0, 0, 1}, {5, 7, 7, 4, 3}}.reach(3, 3);
    EXPECT_EQ(reach.offsets, (Offsets{0, 3, 3, 5}));
    EXPECT_EQ(reach.facility, (Numbers{1, 0, 2, 0, 1}));
    EXPECT_EQ(reach.cost, (Costs{3, 7, 7, 4, 5}));
    EXPECT_EQ(reach.reason, (std::vector{Reason::reached, Reason::no_path, Reason::reached}));
    EXPECT_EQ(reach.unit, CostUnit::seconds);
}

TEST(ReachFromPairs, ATableWithALimitKnowsNothingBeyondIt) {
    const Reach reach = Table{{0}, {1}, {5}}.reach(2, 2, 10);
    EXPECT_EQ(reach.limit, 10);
    EXPECT_EQ(reach.reason[1], Reason::too_far);
    EXPECT_EQ(refusal({{0, 0}, {0, 1}, {5, 10.5}}, 10), "pair 2: its cost lies above the limit of the table");
}

TEST(ReachFromPairs, APairTwiceWithOneCostCountsOnce) {
    EXPECT_EQ((Table{{0, 0, 0}, {1, 1, 0}, {5, 5, 6}}.reach(1, 2).facility), (Numbers{1, 0}));
    EXPECT_EQ(refusal({{0, 1, 1, 1}, {1, 2, 0, 2}, {1, 5, 5.5, 6}}), "pair 4: it stands in pair 2 with another cost");
}

TEST(ReachFromPairs, WhatIsNoCostIsRefused) {
    const std::string no_cost = "pair 2: a cost must be a number that is not negative";
    for (const double bad : {-1.0, infinite, -infinite, std::numeric_limits<double>::quiet_NaN()}) {
        EXPECT_EQ(refusal({{0, 1}, {0, 0}, {1, bad}}), no_cost);
    }
    EXPECT_EQ(refusal({{0, 2}, {0, 0}, {1, 1}}), "pair 2: there is no demand row 2");
    EXPECT_EQ(refusal({{-1}, {0}, {1}}), "pair 1: there is no demand row -1");
    EXPECT_EQ(refusal({{0}, {3}, {1}}), "pair 1: there is no facility 3");
    EXPECT_EQ(refusal({{0}, {0, 1}, {1}}), "row, facility and cost must have one entry per pair");
    EXPECT_EQ(refusal({{0}, {0}, {0}}), "");
}

TEST(PartOf, RowsAndFacilitiesAreThoseThatAreAskedFor) {
    const Reach table = Table{{0, 0, 1}, {0, 1, 1}, {4, 2, 9}}.reach(3, 2);
    const Numbers row{1, 0, 2, row_not_in_table, row_without_position, 0}, facility{-1, 1, 0, 1};
    const Reach part = part_of(table, row, facility, {});
    EXPECT_EQ(part.offsets, (Offsets{0, 2, 5, 5, 5, 5, 8}));
    EXPECT_EQ(part.facility, (Numbers{1, 3, 1, 3, 2, 1, 3, 2}));
    EXPECT_EQ(part.cost, (Costs{9, 9, 2, 2, 4, 2, 2, 4}));
    EXPECT_EQ(part.reason, (std::vector{Reason::reached, Reason::reached, Reason::no_path, Reason::not_in_table,
                                        Reason::missing_geometry, Reason::reached}));
    EXPECT_EQ(part.unit, CostUnit::seconds);
}

TEST(PartOf, OfEquallyNearFacilitiesTheLowerRowIsKept) {
    const Reach table = Table{{0, 0, 0}, {0, 1, 2}, {4, 4, 4}}.reach(1, 3);
    EXPECT_EQ(part_of(table, Numbers{0}, Numbers{2, 1, 0}, {.k = 2}).facility, (Numbers{0, 1}));
}

TEST(PartOf, ReasonsSayWhyNothingIsReached) {
    const Reach whole = Table{{0, 1}, {0, 1}, {4, 8}}.reach(3, 2);
    const Numbers row{0, 1, 2, row_not_in_table, row_without_position};
    using Reasons = std::vector<Reason>;
    EXPECT_EQ(
        part_of(whole, row, Numbers{0, 1}, {.limit = 5}).reason,
        (Reasons{Reason::reached, Reason::too_far, Reason::no_path, Reason::not_in_table, Reason::missing_geometry}));
    EXPECT_EQ(part_of(whole, row, Numbers{-1}, {}).reason,
              (Reasons{Reason::no_facility, Reason::no_facility, Reason::no_facility, Reason::no_facility,
                       Reason::missing_geometry}));
    const Reach cut = Table{{0, 1}, {0, 1}, {4, 8}}.reach(3, 2, 10);
    const Reach part = part_of(cut, row, Numbers{0}, {.k = 1});
    EXPECT_EQ(part.reason,
              (Reasons{Reason::reached, Reason::too_far, Reason::too_far, Reason::too_far, Reason::missing_geometry}));
    EXPECT_EQ(part.limit, 10);
    EXPECT_THROW((void)part_of(cut, row, Numbers{0}, {.limit = 11}), std::invalid_argument);
    EXPECT_THROW((void)part_of(cut, row, Numbers{0}, {.k = 0}), std::invalid_argument);
    EXPECT_THROW((void)part_of(cut, Numbers{3}, Numbers{0}, {}), std::invalid_argument);
    EXPECT_THROW((void)part_of(cut, Numbers{-3}, Numbers{0}, {}), std::invalid_argument);
}

/// Against a map from pairs to costs, sorted by hand; the order of the pairs and the threads change nothing.
TEST(PartOf, IsWhatAMapOfThePairsSays) {
    std::mt19937 random(3);  // NOLINT(bugprone-random-generator-seed): the same tables every time
    constexpr int rows = 9000, facilities = 40;
    std::map<std::pair<int, int>, double> known;
    Table table;
    for (int i = 0; i < 60'000; ++i) {
        const int row = static_cast<int>(random() % rows), facility = static_cast<int>(random() % facilities);
        const double cost = known.emplace(std::pair(row, facility), random() % 50).first->second;
        table.row.push_back(row);
        table.facility.push_back(facility);
        table.cost.push_back(cost);
    }
    const Reach whole = table.reach(rows, facilities);
    std::ranges::reverse(table.row);
    std::ranges::reverse(table.facility);
    std::ranges::reverse(table.cost);
    const Reach turned = table.reach(rows, facilities, infinite, 3);
    EXPECT_EQ(whole.facility, turned.facility);
    EXPECT_EQ(whole.cost, turned.cost);

    Numbers row(10'000), facility(60);
    for (auto& each : row) each = static_cast<std::int32_t>(random() % (rows + 1)) - 1;
    for (auto& each : facility) each = static_cast<std::int32_t>(random() % (facilities + 5)) - 5;
    const Reach part = part_of(whole, row, facility, {.k = 3, .limit = 30}, {.threads = 3, .stop = {}});
    for (std::size_t i = 0; i < row.size(); ++i) {
        std::vector<std::pair<double, std::int32_t>> expected;
        for (std::size_t j = 0; j < facility.size(); ++j) {
            const auto pair = known.find({row[i], facility[j]});
            if (pair != known.end() && pair->second <= 30) {
                expected.emplace_back(pair->second, static_cast<std::int32_t>(j));
            }
        }
        std::ranges::sort(expected);
        expected.resize(std::min<std::size_t>(3, expected.size()));
        std::vector<std::pair<double, std::int32_t>> found;
        for (auto p = part.offsets[i]; p < part.offsets[i + 1]; ++p) {
            found.emplace_back(part.cost[static_cast<std::size_t>(p)], part.facility[static_cast<std::size_t>(p)]);
        }
        ASSERT_EQ(found, expected) << "row " << i;
    }
}

}  // namespace
}  // namespace sheltermap
