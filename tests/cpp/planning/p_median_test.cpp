// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/p_median.hpp"

#include "sheltermap/base/error.hpp"

#include <gtest/gtest.h>

#include "siting_instances.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>

namespace sheltermap::p_median_test {
namespace {

using siting_instances::for_each_set, siting_instances::has, siting_instances::random_costs,
    siting_instances::random_weights, siting_instances::reach_of, siting_instances::set_of, siting_instances::size_of;
using Costs = std::vector<std::vector<double>>;
using Rows = std::vector<std::int32_t>;

/// Weight that reaches none of the sites, and weight times cost of the rest.
std::pair<double, double> lost_and_cost(const Costs& costs, const std::vector<double>& weights, std::uint32_t set) {
    double lost = 0, cost = 0;
    for (std::size_t row = 0; row < costs.size(); ++row) {
        double least = std::numeric_limits<double>::infinity();
        for (std::size_t site = 0; site < costs[row].size(); ++site) {
            if (has(set, site) && costs[row][site] >= 0) least = std::min(least, costs[row][site]);
        }
        if (std::isinf(least)) {
            lost += weights[row];
        } else {
            cost += weights[row] * least;
        }
    }
    return {lost, cost};
}

TEST(PMedian, RandomCasesAgreeWithEnumeration) {
    std::mt19937 random(21);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    int left_behind = 0;
    for (int round = 0; round < 600; ++round) {
        const std::size_t rows = 1 + random() % 14, sites = 1 + random() % 9;
        Costs costs = random_costs(random, rows, sites, 30, round % 2 == 0 ? 2 : 1000);
        std::vector<double> weights = random_weights(random, rows);
        if (round % 3 == 0) {
            for (double& each : weights) each += static_cast<double>(random() % 1000) / 997;
            for (auto& row : costs) {
                for (double& each : row) each *= 1.37;
            }
        }
        PMedianOptions options{.p = random() % 5};
        std::uint32_t locked = 0, forbidden = 0;
        for (std::size_t site = 0; site < sites; ++site) {
            const auto role = random() % 6;
            if (role == 0) locked |= std::uint32_t{1} << site, options.siting.locked.push_back(static_cast<int>(site));
            if (role != 1) continue;
            forbidden |= std::uint32_t{1} << site;
            options.siting.forbidden.push_back(static_cast<int>(site));
        }
        const auto is_allowed = [&](std::uint32_t set) {
            return (set & locked) == locked && (set & forbidden) == 0 && size_of(set & ~locked) <= options.p;
        };
        std::pair best{std::numeric_limits<double>::infinity(), std::numeric_limits<double>::infinity()};
        for_each_set(sites, [&](std::uint32_t set) {
            if (is_allowed(set)) best = std::min(best, lost_and_cost(costs, weights, set));
        });
        const Siting siting = p_median(reach_of(costs), weights, options);
        const auto [lost, cost] = lost_and_cost(costs, weights, set_of(siting.chosen));
        EXPECT_TRUE(is_allowed(set_of(siting.chosen))) << round;
        EXPECT_TRUE(siting.proven) << round;
        EXPECT_NEAR(lost, best.first, 1e-9 * (1 + lost)) << round;
        EXPECT_NEAR(siting.objective, best.second, 1e-8 * (1 + cost)) << round;
        EXPECT_NEAR(siting.objective, cost, 1e-12 * (1 + cost)) << round;
        EXPECT_EQ(siting.bound, siting.objective);
        double unreached = 0;
        for (const std::int32_t row : siting.unreached) unreached += weights[static_cast<std::size_t>(row)];
        EXPECT_NEAR(unreached, lost, 1e-9 * (1 + lost));
        if (lost > 0) ++left_behind;
    }
    EXPECT_GT(left_behind, 100);
}

/// Places on a plane, the first of them sites, each row with its `k` nearest.
Reach scattered(std::mt19937& random, std::size_t rows, std::size_t sites, std::size_t k) {
    std::vector<std::pair<double, double>> places(rows);
    for (auto& [x, y] : places) x = static_cast<double>(random() % 10'000), y = static_cast<double>(random() % 10'000);
    Costs costs(rows, std::vector<double>(sites));
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t site = 0; site < sites; ++site) {
            costs[row][site] =
                std::hypot(places[row].first - places[site].first, places[row].second - places[site].second);
        }
        std::vector<double> sorted = costs[row];
        std::ranges::sort(sorted);
        for (double& each : costs[row]) {
            if (each > sorted[k - 1]) each = -1;
        }
    }
    return reach_of(costs);
}

TEST(PMedian, MoreSitesNeverCostMoreAndBoundsNeverLie) {
    std::mt19937 random(23);  // NOLINT(bugprone-random-generator-seed)
    const Reach reach = scattered(random, 500, 80, 80);
    const std::vector<double> weights = random_weights(random, 500);
    double before = std::numeric_limits<double>::infinity();
    for (const std::size_t p : {1U, 2U, 4U, 8U, 16U, 40U, 80U}) {
        const Siting siting = p_median(reach, weights, {.p = p});
        EXPECT_LE(siting.bound, siting.objective);
        EXPECT_GE(siting.bound, 0.99 * siting.objective);
        EXPECT_LE(siting.objective, before);
        before = siting.objective;
    }
}

TEST(PMedian, ANarrowerReachNeverCostsLess) {
    std::mt19937 random(24);  // NOLINT(bugprone-random-generator-seed)
    std::mt19937 same = random;
    const std::vector<double> weights(300, 1);
    const Siting all = p_median(scattered(random, 300, 40, 40), weights, {.p = 8});
    const Siting some = p_median(scattered(same, 300, 40, 12), weights, {.p = 8});
    EXPECT_TRUE(all.proven);
    EXPECT_TRUE(all.unreached.empty());
    EXPECT_TRUE(some.unreached.empty());
    EXPECT_GE(some.objective, all.objective);
}

TEST(PMedian, TheOrderOfTheRowsChangesNothing) {
    std::mt19937 random(25);  // NOLINT(bugprone-random-generator-seed)
    const Costs costs = random_costs(random, 200, 30, 1000, 4);
    std::vector<double> weights(200);
    for (double& each : weights) each = static_cast<double>(random() % 1000) / 7;
    std::vector<std::size_t> order(200);
    std::iota(order.begin(), order.end(), 0);
    const Siting first = p_median(reach_of(costs), weights, {.p = 6});
    for (int round = 0; round < 3; ++round) {
        std::ranges::shuffle(order, random);
        Costs turned;
        std::vector<double> its;
        for (const std::size_t each : order) turned.push_back(costs[each]), its.push_back(weights[each]);
        const Siting again = p_median(reach_of(turned), its, {.p = 6});
        EXPECT_EQ(again.chosen, first.chosen);
        EXPECT_EQ(again.objective, first.objective);
        EXPECT_EQ(again.bound, first.bound);
    }
}

TEST(PMedian, NobodyAndNowhereAreAnswers) {
    EXPECT_EQ(p_median(Reach{}, {}, {.p = 3}).objective, 0);
    const Siting siting = p_median(reach_of({{-1, -1}, {3, -1}}), std::vector<double>{5, 2}, {.p = 2});
    EXPECT_TRUE(siting.proven);
    EXPECT_EQ(siting.chosen, Rows{0});
    EXPECT_EQ(siting.objective, 6);
    EXPECT_EQ(siting.unreached, Rows{0});
}

TEST(PMedian, TimeAndAStopEndItWithABound) {
    std::mt19937 random(26);  // NOLINT(bugprone-random-generator-seed)
    const Reach reach = scattered(random, 2000, 200, 200);
    const std::vector<double> weights = random_weights(random, 2000);
    PMedianOptions options{.p = 30};
    options.siting.seconds = 0;
    const Siting siting = p_median(reach, weights, options);
    EXPECT_EQ(siting.stopped, SearchEnd::time);
    EXPECT_LE(siting.bound, siting.objective);
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(static_cast<void>(p_median(reach, weights, {.p = 30}, {.stop = source.get_token()})), Cancelled);
    options.siting.keep_best = true;
    EXPECT_EQ(p_median(reach, weights, options, {.stop = source.get_token()}).stopped, SearchEnd::interrupted);
}

TEST(PMedian, WrongQuestionsAreErrors) {
    const Reach reach = reach_of({{1, 2}});
    EXPECT_THROW(static_cast<void>(p_median(reach, std::vector<double>{1, 2}, {.p = 1})), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(p_median(reach, std::vector<double>{-1}, {.p = 1})), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(p_median(reach, std::vector<double>{1}, {.p = 1, .siting = {.start = {-1}}})),
                 std::invalid_argument);
}

}  // namespace
}  // namespace sheltermap::p_median_test
