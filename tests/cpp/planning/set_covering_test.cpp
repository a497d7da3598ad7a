// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/set_covering.hpp"

#include <gtest/gtest.h>

#include "siting_instances.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace sheltermap::set_covering_test {
namespace {

using siting_instances::assign_roles, siting_instances::for_each_set, siting_instances::has,
    siting_instances::random_costs, siting_instances::reach_of, siting_instances::set_of, siting_instances::size_of;
using Costs = std::vector<std::vector<double>>;
using Rows = std::vector<std::int32_t>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

int times(const std::vector<double>& costs, double limit, std::uint32_t set) {
    int count = 0;
    for (std::size_t site = 0; site < costs.size(); ++site) {
        if (has(set, site) && costs[site] >= 0 && costs[site] <= limit) ++count;
    }
    return count;
}

TEST(SetCovering, RandomCasesAgreeWithEnumeration) {
    std::mt19937 random(31);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    for (int round = 0; round < 500; ++round) {
        const std::size_t rows = 1 + random() % 14, sites = 1 + random() % 9;
        const Costs costs = random_costs(random, rows, sites, 30, 5);
        const auto limit = static_cast<double>(random() % 25);
        SetCoveringOptions options;
        options.copies = 1 + static_cast<int>(random() % 2);
        assign_roles(random, sites, options.siting);
        for (std::size_t site = 0; site < sites && round % 2 == 0; ++site) {
            options.cost.push_back(random() % 9 == 0 ? nan
                                                     : static_cast<double>(random() % 20) / (round % 4 == 0 ? 1 : 7));
        }
        const std::uint32_t locked = set_of(options.siting.locked);
        std::uint32_t forbidden = set_of(options.siting.forbidden);
        for (std::size_t site = 0; site < options.cost.size(); ++site) {
            if (std::isnan(options.cost[site]) && !has(locked, site)) forbidden |= std::uint32_t{1} << site;
        }
        const std::uint32_t all = ((std::uint32_t{1} << sites) - 1) & ~forbidden;
        double best = std::numeric_limits<double>::infinity();
        const auto covers = [&](std::uint32_t set) {
            return std::ranges::all_of(costs, [&](const auto& row) {
                return times(row, limit, all) < options.copies || times(row, limit, set) >= options.copies;
            });
        };
        const auto price = [&](std::uint32_t set) {
            double sum = 0;
            for (std::size_t site = 0; site < sites; ++site) {
                if (has(set & ~locked, site)) sum += options.cost.empty() ? 1 : options.cost[site];
            }
            return sum;
        };
        for_each_set(sites, [&](std::uint32_t set) {
            if ((set & locked) == locked && (set & forbidden) == 0 && covers(set)) best = std::min(best, price(set));
        });
        const Siting siting = set_covering(reach_of(costs), limit, options);
        const std::uint32_t chosen = set_of(siting.chosen);
        EXPECT_EQ(chosen & locked, locked);
        EXPECT_EQ(chosen & forbidden, 0u);
        EXPECT_TRUE(covers(chosen)) << round;
        EXPECT_TRUE(siting.proven) << round;
        EXPECT_NEAR(siting.objective, best, 1e-9 * (1 + best)) << round;
        EXPECT_NEAR(siting.objective, price(chosen), 1e-9 * (1 + best)) << round;
        Rows unreached;
        for (std::size_t row = 0; row < rows; ++row) {
            if (times(costs[row], limit, chosen) < options.copies) unreached.push_back(static_cast<int>(row));
        }
        EXPECT_EQ(siting.unreached, unreached);
    }
}

TEST(SetCovering, AWiderLimitNeverNeedsMoreAndBoundsNeverLie) {
    std::mt19937 random(32);  // NOLINT(bugprone-random-generator-seed)
    const Reach reach = reach_of(random_costs(random, 150, 40, 100, 1000));
    double before = std::numeric_limits<double>::infinity();
    for (const double limit : {10.0, 20.0, 40.0, 80.0, 100.0}) {
        const Siting siting = set_covering(reach, limit);
        EXPECT_LE(siting.bound, siting.objective);
        if (siting.unreached.empty()) {
            EXPECT_LE(siting.objective, before);
            before = siting.objective;
        }
    }
    EXPECT_EQ(before, 1);
}

TEST(SetCovering, NobodyAndNowhereAreAnswers) {
    EXPECT_EQ(set_covering(Reach{}, 1).objective, 0);
    const Siting siting = set_covering(reach_of({{-1, -1}, {1, 5}}), 2);
    EXPECT_EQ(siting.chosen, Rows{0});
    EXPECT_EQ(siting.unreached, Rows{0});
    EXPECT_TRUE(siting.proven);
}

TEST(SetCovering, WrongQuestionsAreErrors) {
    const Reach reach = reach_of({{1, 2}});
    EXPECT_THROW(static_cast<void>(set_covering(reach, nan)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(set_covering(reach, 1, {.copies = 0})), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(set_covering(reach, 1, {.cost = {1}})), std::invalid_argument);
}

}  // namespace
}  // namespace sheltermap::set_covering_test
