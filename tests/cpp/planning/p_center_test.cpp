// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/p_center.hpp"

#include <gtest/gtest.h>

#include "siting_instances.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace sheltermap::p_center_test {
namespace {

using siting_instances::assign_roles, siting_instances::for_each_set, siting_instances::has,
    siting_instances::random_costs, siting_instances::reach_of, siting_instances::set_of, siting_instances::size_of;
using Costs = std::vector<std::vector<double>>;
using Rows = std::vector<std::int32_t>;

constexpr double nowhere = std::numeric_limits<double>::infinity();

/// The cost of the row that has farthest to go to the sites, of those that have an arc to one of `all`.
double radius(const Costs& costs, std::uint32_t set, std::uint32_t all) {
    double worst = 0;
    for (const auto& row : costs) {
        double least = nowhere;
        bool is_reachable = false;
        for (std::size_t site = 0; site < row.size(); ++site) {
            if (row[site] < 0) continue;
            is_reachable = is_reachable || has(all, site);
            if (has(set, site)) least = std::min(least, row[site]);
        }
        if (is_reachable) worst = std::max(worst, least);
    }
    return worst;
}

TEST(PCenter, RandomCasesAgreeWithEnumeration) {
    std::mt19937 random(41);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    int impossible = 0;
    for (int round = 0; round < 400; ++round) {
        const std::size_t rows = 1 + random() % 14, sites = 1 + random() % 9;
        const Costs costs = random_costs(random, rows, sites, 40, round % 2 == 0 ? 3 : 1000);
        PCenterOptions options{.p = random() % 4};
        assign_roles(random, sites, options.siting);
        const std::uint32_t locked = set_of(options.siting.locked), forbidden = set_of(options.siting.forbidden);
        const std::uint32_t all = ((std::uint32_t{1} << sites) - 1) & ~forbidden;
        double best = nowhere;
        for_each_set(sites, [&](std::uint32_t set) {
            if ((set & locked) != locked || (set & forbidden) != 0 || size_of(set & ~locked) > options.p) return;
            best = std::min(best, radius(costs, set, all));
        });
        const Siting siting = p_center(reach_of(costs), options);
        const std::uint32_t chosen = set_of(siting.chosen);
        EXPECT_TRUE(siting.proven) << round;
        EXPECT_EQ(siting.objective, best) << round;
        EXPECT_EQ(siting.bound, best) << round;
        EXPECT_EQ(chosen & locked, locked);
        EXPECT_EQ(chosen & forbidden, 0u);
        EXPECT_LE(size_of(chosen & ~locked), options.p);
        if (std::isinf(best)) {
            ++impossible;
        } else {
            EXPECT_EQ(radius(costs, chosen, all), best) << round;
        }
    }
    EXPECT_GT(impossible, 20);
}

TEST(PCenter, MoreSitesNeverWidenTheRadius) {
    std::mt19937 random(42);  // NOLINT(bugprone-random-generator-seed)
    const Reach reach = reach_of(random_costs(random, 120, 30, 1000, 1000));
    double before = nowhere;
    for (const std::size_t p : {1U, 2U, 4U, 8U, 30U}) {
        const Siting siting = p_center(reach, {.p = p});
        EXPECT_LE(siting.objective, before);
        EXPECT_LE(siting.bound, siting.objective);
        before = siting.objective;
    }
}

TEST(PCenter, NobodyIsAnAnswer) {
    EXPECT_EQ(p_center(Reach{}, {.p = 3}).objective, 0);
    const Siting siting = p_center(reach_of({{-1, -1}, {3, -1}}), {.p = 1});
    EXPECT_EQ(siting.objective, 3);
    EXPECT_EQ(siting.unreached, Rows{0});
}

}  // namespace
}  // namespace sheltermap::p_center_test
