// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/merged_rows.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace sheltermap::merged_rows_test {
namespace {

using Groups = std::vector<std::int32_t>;

/// Rows 0 and 2 reach the same at the same costs, row 1 the same facilities in another order, row 3 nothing.
Reach small_reach() {
    return {.offsets = {0, 2, 4, 6, 6, 7},
            .facility = {4, 7, 7, 4, 4, 7, 4},
            .cost = {10, 20, 5, 30, 10, 20, 10},
            .reason = {Reason::reached, Reason::reached, Reason::reached, Reason::too_far, Reason::reached}};
}

TEST(MergedRows, RowsAreAlikeInTheirFacilitiesOrAlsoInTheirCosts) {
    const MergedRows by_facilities = merged_rows(small_reach(), Alike::facilities);
    EXPECT_EQ(by_facilities.group, (Groups{0, 0, 0, -1, 1}));
    EXPECT_EQ(by_facilities.first, (Groups{0, 4}));
    const MergedRows by_costs = merged_rows(small_reach(), Alike::costs);
    EXPECT_EQ(by_costs.group, (Groups{0, 1, 0, -1, 2}));
    EXPECT_EQ(by_costs.first, (Groups{0, 1, 4}));
}

TEST(MergedRows, WhatLiesBeyondTheLimitIsNotLookedAt) {
    EXPECT_EQ(merged_rows(small_reach(), Alike::facilities, 10).group, (Groups{0, 1, 0, -1, 0}));
    EXPECT_EQ(merged_rows(small_reach(), Alike::costs, 9).group, (Groups{-1, 0, -1, -1, -1}));
}

TEST(MergedRows, NobodyIsNoGroup) { EXPECT_EQ(merged_rows(Reach{}, Alike::costs).size(), 0u); }

TEST(MergedRows, GroupsAreThoseOfAMapOverWhatIsReached) {
    std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed): the same layout every time
    Reach reach;
    std::map<std::set<std::int32_t>, std::int32_t> known;
    Groups expected;
    for (int row = 0; row < 2000; ++row) {
        std::set<std::int32_t> own;
        for (std::int32_t facility = 0; facility < 5; ++facility) {
            if (random() % 3 == 0) own.insert(facility);
        }
        double cost = 0;
        for (const std::int32_t facility : own) {
            reach.facility.push_back(facility);
            reach.cost.push_back(cost += static_cast<double>(random() % 50));
        }
        reach.offsets.push_back(static_cast<std::int64_t>(reach.facility.size()));
        reach.reason.push_back(own.empty() ? Reason::too_far : Reason::reached);
        const auto number = static_cast<std::int32_t>(known.size());
        expected.push_back(own.empty() ? -1 : known.try_emplace(own, number).first->second);
    }
    EXPECT_EQ(merged_rows(reach, Alike::facilities).group, expected);
}

}  // namespace
}  // namespace sheltermap::merged_rows_test
