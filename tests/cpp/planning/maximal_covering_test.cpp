// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/maximal_covering.hpp"

#include "sheltermap/base/error.hpp"

#include <gtest/gtest.h>

#include "siting_instances.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>

namespace sheltermap::maximal_covering_test {
namespace {

using siting_instances::for_each_set, siting_instances::has, siting_instances::random_costs,
    siting_instances::random_weights, siting_instances::reach_of, siting_instances::set_of, siting_instances::size_of;
using Costs = std::vector<std::vector<double>>;
using Rows = std::vector<std::int32_t>;

constexpr double nan = std::numeric_limits<double>::quiet_NaN();

/// Weight of the rows that have so many of the sites within the limit.
double covered(const Costs& costs, const std::vector<double>& weights, double limit, int copies, std::uint32_t set) {
    double sum = 0;
    for (std::size_t row = 0; row < costs.size(); ++row) {
        int times = 0;
        for (std::size_t site = 0; site < costs[row].size(); ++site) {
            if (has(set, site) && costs[row][site] >= 0 && costs[row][site] <= limit) ++times;
        }
        if (times >= copies) sum += weights[row];
    }
    return sum;
}

TEST(MaximalCovering, RandomCasesAgreeWithEnumeration) {
    std::mt19937 random(11);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    for (int round = 0; round < 600; ++round) {
        const std::size_t rows = 1 + random() % 14, sites = 1 + random() % 9;
        const Costs costs = random_costs(random, rows, sites, 30, 5);
        std::vector<double> weights = random_weights(random, rows);
        if (round % 3 == 0) {
            for (double& each : weights) each += static_cast<double>(random() % 1000) / 997;
        }
        const double limit = static_cast<double>(random() % 20);
        MaximalCoveringOptions options;
        options.copies = 1 + static_cast<int>(random() % 2);
        std::uint32_t locked = 0, forbidden = 0;
        for (std::size_t site = 0; site < sites; ++site) {
            const auto role = random() % 6;
            if (role == 0) locked |= std::uint32_t{1} << site, options.siting.locked.push_back(static_cast<int>(site));
            if (role == 1) {
                forbidden |= std::uint32_t{1} << site;
                options.siting.forbidden.push_back(static_cast<int>(site));
            }
        }
        if (round % 2 == 0 || round % 5 == 0) options.p = random() % 5;
        if (round % 2 == 1 || round % 5 == 0) {
            options.budget = static_cast<double>(random() % 40);
            for (std::size_t site = 0; site < sites; ++site) {
                options.cost.push_back(random() % 9 == 0 ? nan : static_cast<double>(random() % 20));
            }
        }
        double best = -1;
        const auto is_allowed = [&](std::uint32_t set) {
            if ((set & locked) != locked || (set & forbidden) != 0) return false;
            const std::uint32_t bought = set & ~locked;
            if (options.p && size_of(bought) > *options.p) return false;
            double spent = 0;
            for (std::size_t site = 0; site < sites && options.budget; ++site) {
                if (has(bought, site)) spent += options.cost[site];
            }
            return !options.budget || spent <= *options.budget;  // NaN is not
        };
        for_each_set(sites, [&](std::uint32_t set) {
            if (is_allowed(set)) best = std::max(best, covered(costs, weights, limit, options.copies, set));
        });
        const Siting siting = maximal_covering(reach_of(costs), weights, limit, options);
        const std::uint32_t chosen = set_of(siting.chosen);
        EXPECT_TRUE(is_allowed(chosen)) << round;
        EXPECT_TRUE(siting.proven) << round;
        EXPECT_EQ(siting.stopped, SearchEnd::proven);
        EXPECT_NEAR(siting.objective, best, 1e-9 * (1 + best)) << round;
        EXPECT_NEAR(siting.objective, covered(costs, weights, limit, options.copies, chosen), 1e-9 * (1 + best));
        EXPECT_EQ(siting.bound, siting.objective);
    }
}

TEST(MaximalCovering, EveryoneHasOneBeforeAnyoneHasTwo) {
    std::mt19937 random(12);  // NOLINT(bugprone-random-generator-seed)
    for (int round = 0; round < 200; ++round) {
        const Costs costs = random_costs(random, 10, 8, 30, 5);
        const std::vector<double> weights = random_weights(random, 10), ones(10, 1);
        const std::size_t p = 1 + random() % 5;
        std::pair<double, double> best{-1, -1};
        for_each_set(8, [&](std::uint32_t set) {
            if (size_of(set) > p) return;
            best = std::max(best, {covered(costs, ones, 12, 1, set), covered(costs, weights, 12, 2, set)});
        });
        MaximalCoveringOptions options{.p = p};
        options.copies = 2;
        options.everyone_once = true;
        const Siting siting = maximal_covering(reach_of(costs), weights, 12, options);
        EXPECT_TRUE(siting.proven);
        EXPECT_EQ(covered(costs, ones, 12, 1, set_of(siting.chosen)), best.first) << round;
        EXPECT_EQ(siting.objective, best.second) << round;
    }
}

/// Places on a plane, demand and sites the same ones, costs their distances.
Reach scattered(std::mt19937& random, std::size_t rows, std::size_t sites, double limit) {
    std::vector<std::pair<double, double>> places(rows);
    for (auto& [x, y] : places) x = static_cast<double>(random() % 10'000), y = static_cast<double>(random() % 10'000);
    Costs costs(rows, std::vector<double>(sites, -1));
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t site = 0; site < sites; ++site) {
            const double far =
                std::hypot(places[row].first - places[site].first, places[row].second - places[site].second);
            if (far <= limit) costs[row][site] = far;
        }
    }
    return reach_of(costs);
}

TEST(MaximalCovering, MoreSitesMoneyAndDistanceNeverCoverFewerAndBoundsNeverLie) {
    std::mt19937 random(13);  // NOLINT(bugprone-random-generator-seed)
    const Reach reach = scattered(random, 400, 60, 3000);
    const std::vector<double> weights = random_weights(random, 400);
    std::vector<double> cost(60);
    for (double& each : cost) each = 10 + static_cast<double>(random() % 90);
    double before = 0;
    for (const std::size_t p : {0U, 1U, 3U, 6U, 10U, 20U, 60U}) {
        const Siting siting = maximal_covering(reach, weights, 1500, {.p = p});
        EXPECT_GE(siting.bound, siting.objective);
        EXPECT_LE(siting.objective - before, 1e9);
        EXPECT_GE(siting.objective, before);
        EXPECT_LE(siting.chosen.size(), p);
        before = siting.objective;
    }
    before = 0;
    for (const double budget : {0.0, 9.0, 50.0, 200.0, 500.0, 1000.0}) {
        const Siting siting = maximal_covering(reach, weights, 1500, {.cost = cost, .budget = budget});
        EXPECT_GE(siting.objective, before);
        before = siting.objective;
    }
    before = 0;
    for (const double limit : {0.0, 500.0, 1000.0, 2000.0, 3000.0}) {
        const Siting siting = maximal_covering(reach, weights, limit, {.p = 8});
        EXPECT_GE(siting.objective, before);
        before = siting.objective;
    }
}

TEST(MaximalCovering, TheOrderOfTheRowsChangesNothing) {
    std::mt19937 random(14);  // NOLINT(bugprone-random-generator-seed)
    const Costs costs = random_costs(random, 300, 40, 100, 3);
    std::vector<double> weights(300);
    for (double& each : weights) each = static_cast<double>(random() % 1000) / 7;
    std::vector<std::size_t> order(300);
    std::iota(order.begin(), order.end(), 0);
    const Siting first = maximal_covering(reach_of(costs), weights, 4, {.p = 8});
    for (int round = 0; round < 3; ++round) {
        std::ranges::shuffle(order, random);
        Costs turned;
        std::vector<double> its;
        for (const std::size_t each : order) turned.push_back(costs[each]), its.push_back(weights[each]);
        const Siting again = maximal_covering(reach_of(turned), its, 4, {.p = 8});
        EXPECT_EQ(again.chosen, first.chosen);
        EXPECT_EQ(again.objective, first.objective);
        EXPECT_EQ(again.bound, first.bound);
    }
}

TEST(MaximalCovering, AStartIsImprovedAndWhatStandsCountsForNothing) {
    const Reach reach = reach_of({{1, 9, 9}, {9, 1, 9}, {9, 9, 1}});
    MaximalCoveringOptions options{.p = 1};
    options.siting.start = {0};
    EXPECT_EQ(maximal_covering(reach, std::vector<double>{1, 2, 3}, 1, options).chosen, Rows{2});
    options.siting.locked = {2};
    const Siting siting = maximal_covering(reach, std::vector<double>{1, 2, 3}, 1, options);
    EXPECT_EQ(siting.chosen, (Rows{1, 2}));
    EXPECT_EQ(siting.unreached, Rows{0});
    EXPECT_EQ(siting.fixed_in, Rows{1});
    EXPECT_EQ(siting.fixed_out, Rows{0});
}

TEST(MaximalCovering, NobodyAndNowhereAreAnswers) {
    EXPECT_EQ(maximal_covering(Reach{}, {}, 1, {.p = 3}).objective, 0);
    const Siting siting = maximal_covering(reach_of({{-1, -1}}), std::vector<double>{5}, 1, {.p = 2});
    EXPECT_TRUE(siting.proven);
    EXPECT_TRUE(siting.chosen.empty());
    EXPECT_EQ(siting.unreached, Rows{0});
}

TEST(MaximalCovering, TimeAndAStopEndItWithABound) {
    std::mt19937 random(15);  // NOLINT(bugprone-random-generator-seed)
    const Reach reach = scattered(random, 3000, 600, 1200);
    const std::vector<double> weights = random_weights(random, 3000);
    MaximalCoveringOptions options{.p = 60};
    options.siting.seconds = 0;
    const Siting siting = maximal_covering(reach, weights, 900, options);
    EXPECT_EQ(siting.stopped, SearchEnd::time);
    EXPECT_LT(siting.objective, siting.bound);
    EXPECT_LE(siting.bound, std::accumulate(weights.begin(), weights.end(), 0.0));
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW(static_cast<void>(maximal_covering(reach, weights, 900, {.p = 60}, {.stop = source.get_token()})),
                 Cancelled);
    options.siting.keep_best = true;
    EXPECT_EQ(maximal_covering(reach, weights, 900, options, {.stop = source.get_token()}).stopped,
              SearchEnd::interrupted);
}

TEST(MaximalCovering, WrongQuestionsAreErrors) {
    const Reach reach = reach_of({{1, 2}});
    const auto fails = [&](const std::vector<double>& weights, double limit, const MaximalCoveringOptions& options) {
        EXPECT_THROW(static_cast<void>(maximal_covering(reach, weights, limit, options)), std::invalid_argument);
    };
    fails({1, 2}, 1, {.p = 1});
    fails({-1}, 1, {.p = 1});
    fails({nan}, 1, {.p = 1});
    fails({1}, nan, {.p = 1});
    fails({1}, -1, {.p = 1});
    fails({1}, 1, {});
    fails({1}, 1, {.budget = 5});
    fails({1}, 1, {.cost = {1}, .budget = 5});
    fails({1}, 1, {.cost = {1, -2}, .budget = 5});
    fails({1}, 1, {.cost = {1, 2}, .budget = -5});
    fails({1}, 1, {.p = 1, .copies = 3});
    fails({1}, 1, {.p = 1, .everyone_once = true});
    fails({1}, 1, {.p = 1, .siting = {.locked = {0}, .forbidden = {0}}});
    fails({1}, 1, {.p = 1, .siting = {.locked = {-1}}});
    fails({1}, 1, {.p = 1, .siting = {.forbidden = {7}, .facilities = 2}});
}

}  // namespace
}  // namespace sheltermap::maximal_covering_test
