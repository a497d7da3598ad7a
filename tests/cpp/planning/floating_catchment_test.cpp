// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/floating_catchment.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/base/exact_sum.hpp"
#include "sheltermap/reach/geodesic_reach.hpp"

#include <gtest/gtest.h>

#include "layouts.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <random>
#include <stdexcept>

namespace sheltermap::floating_catchment_test {
namespace {

using Numbers = std::vector<double>;
using Costs = std::vector<Numbers>;

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

/// The reach of a table of costs, one line per demand row, as far as the limit; cheapest first.
Reach reach_of(const Costs& costs, double limit) {
    Reach reach;
    reach.limit = limit;
    for (const Numbers& line : costs) {
        std::vector<std::int32_t> order(line.size());
        std::iota(order.begin(), order.end(), 0);
        std::ranges::stable_sort(order, {}, [&](std::int32_t each) { return line[static_cast<std::size_t>(each)]; });
        for (const std::int32_t each : order) {
            if (line[static_cast<std::size_t>(each)] > limit) continue;
            reach.facility.push_back(each);
            reach.cost.push_back(line[static_cast<std::size_t>(each)]);
        }
        const auto pairs = static_cast<std::int64_t>(reach.facility.size());
        reach.reason.push_back(pairs > reach.offsets.back() ? Reason::reached : Reason::too_far);
        reach.offsets.push_back(pairs);
    }
    return reach;
}

void expect_near(const Numbers& found, const Numbers& wanted, double error) {
    ASSERT_EQ(found.size(), wanted.size());
    for (std::size_t each = 0; each < found.size(); ++each) EXPECT_NEAR(found[each], wanted[each], error) << each;
}

double conserved(const Numbers& people, const FloatingCatchment& found) {
    ExactSum sum;
    for (std::size_t row = 0; row < people.size(); ++row) sum.add(people[row] * found.access[row]);
    return sum.value();
}

// The three towns of PySAL's access, access/tests/test_hospital_example.py, scenario 0: 100, 50 and 10 people, 15, 20
// and 100 doctors, catchments of 61. Its values are those that its own reference computes.
const Costs towns{{1, 80, 40}, {80, 1, 40}, {40, 40, 1}};
const Numbers population{100, 50, 10};
const Numbers doctors{15, 20, 100};
const Decay inverse{.family = DecayFamily::power, .limit = 61, .scale = 1, .exponent = 1};

TEST(FloatingCatchment, TwoStepsOfTheThreeTowns) {
    const FloatingCatchment binary =
        floating_catchment(reach_of(towns, 61), population, doctors, CatchmentMethod::two_step, {.limit = 61});
    expect_near(binary.access, {0.761363636, 0.958333333, 1.094696970}, 5e-10);
    expect_near(binary.weighted_demand, {110, 60, 160}, 0);
    EXPECT_NEAR(conserved(population, binary), 135, 1e-12);
    const FloatingCatchment decaying =
        floating_catchment(reach_of(towns, 61), population, doctors, CatchmentMethod::two_step, inverse);
    expect_near(decaying.access, {0.331444117, 0.579828132, 7.286418170}, 5e-10);
    EXPECT_NEAR(conserved(population, decaying), 135, 1e-12);
}

TEST(FloatingCatchment, ThreeStepsOfTheThreeTowns) {
    const FloatingCatchment found =
        floating_catchment(reach_of(towns, 61), population, doctors, CatchmentMethod::three_step, inverse);
    EXPECT_NEAR(conserved(population, found), 135, 1e-12);
    for (std::size_t row = 0; row < 3; ++row) {
        double access = 0;
        for (std::size_t site = 0; site < 3; ++site) {
            // Wan, Zou, Sternberg (2012): G = W / sum of W, over the sites of the catchment.
            const auto part = [&](std::size_t from, std::size_t to) {
                double sum = 0;
                for (const double cost : towns[from]) sum += cost <= 61 ? 1 / cost : 0;
                return towns[from][to] <= 61 ? 1 / towns[from][to] / towns[from][to] / sum : 0;
            };
            double demand = 0;
            for (std::size_t from = 0; from < 3; ++from) demand += population[from] * part(from, site);
            access += part(row, site) * doctors[site] / demand;
        }
        EXPECT_NEAR(found.access[row], access, 1e-12);
    }
}

TEST(FloatingCatchment, GravityOfAGridOfTwentyFive) {
    // PySAL's test_weighted_catchment.py weighs every facility of the grid by d / 60, which steps can say as well.
    Costs costs(25, Numbers(25));
    Decay steps{.family = DecayFamily::steps};
    for (std::size_t row = 0; row < 25; ++row) {
        for (std::size_t site = 0; site < 25; ++site) {
            const auto apart = [](std::size_t a, std::size_t b) {
                return static_cast<double>(a) - static_cast<double>(b);
            };
            costs[row][site] = std::hypot(apart(row / 5, site / 5), apart(row % 5, site % 5));
            steps.up_to.push_back(costs[row][site]);
        }
    }
    std::ranges::sort(steps.up_to);
    steps.up_to.erase(std::unique(steps.up_to.begin(), steps.up_to.end()), steps.up_to.end());
    for (const double each : steps.up_to) steps.weight.push_back(each / 60);
    const FloatingCatchment found =
        floating_catchment(reach_of(costs, 10), Numbers(25, 1), Numbers(25, 1), CatchmentMethod::gravity, steps);
    EXPECT_NEAR(found.access[0], 1.322340210, 5e-10);
    EXPECT_NEAR(found.access[12], 0.780985109, 5e-10);
    EXPECT_EQ(found.seen[12], 24);  // its own weighs nothing: not seen
}

TEST(FloatingCatchment, WeightsAreThoseOfTheirFamilies) {
    const Numbers costs{0, 1, 2, 2.5};
    const auto of = [&](const Decay& decay) { return decay_weights(costs, decay); };
    expect_near(of({.limit = 2}), {1, 1, 1, 0}, 0);
    expect_near(of({.family = DecayFamily::linear, .limit = 2}), {1, 0.5, 0, 0}, 0);
    expect_near(of({.family = DecayFamily::kernel, .limit = 2}), {1, 0.75, 0, 0}, 0);
    expect_near(of({.family = DecayFamily::gaussian, .scale = 1}),
                {1, 0.6065306597126334, 0.1353352832366127, 0.0439369336}, 1e-10);  // PySAL's access/weights.py
    expect_near(of({.family = DecayFamily::exponential, .scale = 2}),
                {1, std::exp(-0.5), std::exp(-1), std::exp(-1.25)}, 1e-15);
    expect_near(of({.family = DecayFamily::power, .scale = 1, .exponent = 2}), {1, 1, 0.25, 0.16}, 1e-15);
    const double edge = std::exp(-0.5);
    expect_near(of({.family = DecayFamily::bell, .limit = 2}), {1, (std::exp(-0.125) - edge) / (1 - edge), 0, 0},
                1e-15);
    // Bands of Luo and Qi as PySAL has them: at 20 minutes it is still the first.
    const Decay bands{.family = DecayFamily::steps, .up_to = {20, 40, 60}, .weight = {1, 0.68, 0.22}};
    EXPECT_EQ(decay_weights(Numbers{0, 20, 21, 40, 60, 61}, bands), (Numbers{1, 1, 0.68, 0.68, 0.22, 0}));
}

TEST(FloatingCatchment, WhatNobodySeesIsTold) {
    // Facility 2 is seen by nobody, facility 1 by somebody whose number is 0 or unknown.
    const Costs costs{{5, 9, 99}, {99, 5, 99}, {99, 5, 99}, {99, 99, 99}};
    const Numbers people{4, 0, unknown, 7};
    const FloatingCatchment two =
        floating_catchment(reach_of(costs, 50), people, Numbers{8, 3, 6}, CatchmentMethod::two_step, {.limit = 8});
    EXPECT_EQ(two.access[0], 2);
    EXPECT_TRUE(std::isnan(two.access[1]) && std::isnan(two.access[2]));
    EXPECT_EQ(two.access[3], 0);
    EXPECT_EQ(two.seen, (std::vector<std::int32_t>{1, 1, 1, 0}));
    EXPECT_EQ(two.people, (Numbers{4, 0, 0}));
    EXPECT_TRUE(std::isnan(two.ratio[1]) && std::isnan(two.ratio[2]));
    const FloatingCatchment all =
        floating_catchment(reach_of(costs, 50), people, Numbers{8, 3, 6}, CatchmentMethod::gravity, {.limit = 8});
    EXPECT_EQ(all.access, (Numbers{8, 3, 3, 0}));
    EXPECT_EQ(all.people, two.people);
}

TEST(FloatingCatchment, WhatHasNothingToOfferIsNoChoice) {
    // Were the middle one a choice, the first two would be less likely to be chosen in three steps.
    const Reach reach = reach_of({{1, 1, 3}, {2, 1, 1}}, 50);
    const Decay by_cost{.family = DecayFamily::power, .limit = 50, .scale = 1};
    const Numbers people{3, 4};
    for (const double nothing : {0.0, unknown}) {
        const FloatingCatchment found =
            floating_catchment(reach, people, Numbers{8, nothing, 6}, CatchmentMethod::three_step, by_cost);
        const FloatingCatchment without = floating_catchment(reach_of({{1, 3}, {2, 1}}, 50), people, Numbers{8, 6},
                                                             CatchmentMethod::three_step, by_cost);
        EXPECT_EQ(found.access, without.access);
        EXPECT_EQ(found.seen, without.seen);
        EXPECT_EQ(found.people[1], 0);
    }
}

TEST(FloatingCatchment, NothingIsKnownOfWhoHasNoPosition) {
    Reach reach = reach_of({{99}, {5}}, 50);
    reach.reason[0] = Reason::missing_geometry;
    const FloatingCatchment found = floating_catchment(reach, Numbers{3, 4}, Numbers{2}, CatchmentMethod::two_step, {});
    EXPECT_TRUE(std::isnan(found.access[0]));
    EXPECT_EQ(found.access[1], 0.5);
}

/// Towns in random places; capacities and numbers with fractions, some of them 0.
struct Case {
    Costs costs;
    Numbers people, supply;

    explicit Case(unsigned seed) {
        std::mt19937 random(seed);
        std::uniform_real_distribution<double> unit(0, 1);
        const std::size_t rows = 1 + random() % 40;
        const std::size_t sites = 1 + random() % 12;
        for (std::size_t row = 0; row < rows; ++row) {
            people.push_back(random() % 5 == 0 ? 0 : unit(random) * 100);
            costs.emplace_back();
            for (std::size_t site = 0; site < sites; ++site) costs.back().push_back(std::floor(unit(random) * 200));
        }
        for (std::size_t site = 0; site < sites; ++site) supply.push_back(std::floor(unit(random) * 1000) / 8);
    }
};

const std::vector<Decay> decays{
    {.limit = 90},
    {.family = DecayFamily::steps, .up_to = {30, 60, 90}, .weight = {1, 0.68, 0.22}},
    {.family = DecayFamily::linear, .limit = 90},
    {.family = DecayFamily::kernel, .limit = 90},
    {.family = DecayFamily::bell, .limit = 90},
    {.family = DecayFamily::gaussian, .limit = 90, .scale = 30},
    {.family = DecayFamily::exponential, .limit = 90, .scale = 30},
    {.family = DecayFamily::power, .limit = 90, .scale = 10, .exponent = 1.5},
};

TEST(FloatingCatchment, WhatIsSeenIsConservedWhateverTheDecay) {
    for (unsigned seed = 0; seed < 200; ++seed) {
        const Case town(seed);
        const Reach reach = reach_of(town.costs, 120);
        for (const Decay& decay : decays) {
            for (const auto method : {CatchmentMethod::two_step, CatchmentMethod::three_step}) {
                const FloatingCatchment found = floating_catchment(reach, town.people, town.supply, method, decay);
                ExactSum had;
                for (std::size_t row = 0; row < town.people.size(); ++row) {
                    if (town.people[row] > 0) had.add(town.people[row] * found.access[row]);
                }
                ExactSum seen;
                for (std::size_t site = 0; site < town.supply.size(); ++site) {
                    if (found.people[site] > 0) seen.add(town.supply[site]);
                }
                EXPECT_NEAR(had.value(), seen.value(), 1e-9) << seed;
            }
        }
    }
}

TEST(FloatingCatchment, TheOrderOfRowsAndFacilitiesAndTheThreadsLeaveNoTrace) {
    for (unsigned seed = 0; seed < 50; ++seed) {
        Case town(seed);
        const std::size_t rows = town.people.size();
        const std::size_t sites = town.supply.size();
        const FloatingCatchment found = floating_catchment(reach_of(town.costs, 120), town.people, town.supply,
                                                           CatchmentMethod::three_step, decays[seed % decays.size()]);
        Case turned = town;
        std::ranges::reverse(turned.costs);
        for (Numbers& line : turned.costs) std::ranges::reverse(line);
        std::ranges::reverse(turned.people);
        std::ranges::reverse(turned.supply);
        const FloatingCatchment other =
            floating_catchment(reach_of(turned.costs, 120), turned.people, turned.supply, CatchmentMethod::three_step,
                               decays[seed % decays.size()], {.threads = 1 + seed % 4, .stop = {}});
        const auto same = [](double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); };
        for (std::size_t row = 0; row < rows; ++row) {
            EXPECT_TRUE(same(found.access[row], other.access[rows - 1 - row]));
        }
        for (std::size_t site = 0; site < sites; ++site) {
            EXPECT_TRUE(same(found.ratio[site], other.ratio[sites - 1 - site]));
        }
    }
}

TEST(FloatingCatchment, PairsThatNobodyHoldsGiveTheSameBytes) {
    std::mt19937_64 random(41);
    std::uniform_real_distribution<double> number(0, 100);
    const auto homes = random_places(random, Layout::clustered, 9'000);
    const auto sites = random_places(random, Layout::clustered, 60);
    Numbers people(homes.size()), supply(sites.size());
    for (double& each : people) each = random() % 7 == 0 ? unknown : number(random);
    for (double& each : supply) each = random() % 7 == 0 ? 0 : number(random);
    constexpr double limit = 2'000;
    const Reach held = geodesic_reach(homes, PlaceIndex(sites), {.k = all_places, .max_distance_m = limit});
    const ReachInBlocks blocks(homes, PlaceIndex(sites), limit);
    for (const auto method : {CatchmentMethod::two_step, CatchmentMethod::three_step, CatchmentMethod::gravity}) {
        for (const Decay& decay : {Decay{.limit = limit}, Decay{.limit = limit / 2},
                                   Decay{.family = DecayFamily::gaussian, .limit = limit, .scale = 700}}) {
            const FloatingCatchment one =
                floating_catchment(held, people, supply, method, decay, {.threads = 1, .stop = {}});
            const FloatingCatchment two =
                floating_catchment(blocks, people, supply, method, decay, {.threads = 3, .stop = {}});
            const auto same = [](const Numbers& a, const Numbers& b) {
                return std::ranges::equal(a, b, [](double x, double y) { return x == y || (x != x && y != y); });
            };
            EXPECT_TRUE(same(one.access, two.access) && same(one.ratio, two.ratio));
            EXPECT_TRUE(same(one.people, two.people) && same(one.weighted_demand, two.weighted_demand));
            EXPECT_EQ(one.seen, two.seen);
            EXPECT_EQ(two.reason, held.reason);
        }
    }
}

TEST(FloatingCatchment, WhatCannotBeIsRefused) {
    const Reach reach = reach_of(towns, 61);
    const auto asked = [&](const Numbers& people, const Numbers& supply, const Decay& decay) {
        return floating_catchment(reach, people, supply, CatchmentMethod::two_step, decay);
    };
    EXPECT_THROW((void)asked({1, 2}, doctors, {}), std::invalid_argument);
    EXPECT_THROW((void)asked({1, 2, -1}, doctors, {}), std::invalid_argument);
    EXPECT_THROW((void)asked(population, {1, 2}, {}), std::invalid_argument);  // a third facility is reached
    EXPECT_THROW((void)asked(population, {1, 2, -3}, {}), std::invalid_argument);
    EXPECT_THROW((void)asked(population, doctors, {.limit = -1}), std::invalid_argument);
    EXPECT_THROW((void)asked(population, doctors, {.family = DecayFamily::linear}), std::invalid_argument);
    EXPECT_THROW((void)asked(population, doctors, {.family = DecayFamily::bell, .limit = 0}), std::invalid_argument);
    EXPECT_THROW((void)asked(population, doctors, {.family = DecayFamily::gaussian}), std::invalid_argument);
    EXPECT_THROW((void)asked(population, doctors, {.family = DecayFamily::power, .scale = 1, .exponent = unknown}),
                 std::invalid_argument);
    EXPECT_THROW((void)asked(population, doctors, {.family = DecayFamily::steps}), std::invalid_argument);
    EXPECT_THROW((void)asked(population, doctors, {.family = DecayFamily::steps, .up_to = {2, 1}, .weight = {1, 1}}),
                 std::invalid_argument);
    EXPECT_THROW((void)asked(population, doctors, {.family = DecayFamily::steps, .up_to = {2}, .weight = {-1}}),
                 std::invalid_argument);
    const Decay steep{.family = DecayFamily::exponential, .scale = 40.0 / 744};
    EXPECT_THROW(
        (void)floating_catchment(reach_of({{40}}, 61), Numbers{1}, Numbers{1e9}, CatchmentMethod::two_step, steep),
        std::overflow_error);
}

TEST(FloatingCatchment, ItStopsWhenAsked) {
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW((void)floating_catchment(reach_of(towns, 61), population, doctors, CatchmentMethod::gravity, {},
                                          {.stop = source.get_token()}),
                 Cancelled);
}

}  // namespace
}  // namespace sheltermap::floating_catchment_test
