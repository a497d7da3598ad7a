// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/allocation.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <numeric>
#include <random>
#include <stdexcept>

namespace sheltermap::allocation_test {
namespace {

using Counts = std::vector<std::int64_t>;

struct Case {
    std::shared_ptr<const Reach> reach;
    Counts people, places;
};

struct Shape {
    std::uint64_t rows, facilities, most_people, most_places, costs;
    std::uint64_t sparse;  // one pair in so many is within reach
};

/// Rows that reach some of the facilities at whole costs, cheapest first; few different ones, so that ties are common.
Case random_case(std::mt19937& random, const Shape& shape) {
    auto reach = std::make_shared<Reach>();
    Case made;
    for (std::uint64_t row = 0; row < shape.rows; ++row) {
        std::vector<std::pair<double, std::int32_t>> arcs;
        for (std::uint64_t facility = 0; facility < shape.facilities; ++facility) {
            if (random() % shape.sparse == 0)
                arcs.emplace_back(static_cast<double>(random() % shape.costs), static_cast<std::int32_t>(facility));
        }
        std::ranges::sort(arcs);
        for (const auto& [cost, facility] : arcs) {
            reach->facility.push_back(facility);
            reach->cost.push_back(cost);
        }
        reach->offsets.push_back(static_cast<std::int64_t>(reach->facility.size()));
        reach->reason.push_back(arcs.empty() ? Reason::too_far : Reason::reached);
        made.people.push_back(static_cast<std::int64_t>(random() % (shape.most_people + 1)));
    }
    for (std::uint64_t facility = 0; facility < shape.facilities; ++facility) {
        made.places.push_back(static_cast<std::int64_t>(random() % (shape.most_places + 1)));
    }
    made.reach = std::move(reach);
    return made;
}

/// Served people and their cost in thousandths by successive shortest ways (Bellman and Ford), which shares nothing
/// with what is tested.
std::pair<std::int64_t, std::int64_t> optimum(const Case& given) {
    struct Arc {
        std::size_t from, to;
        std::int64_t room, cost;
    };
    const std::size_t rows = given.people.size(), facilities = given.places.size(), sink = rows + facilities + 1;
    std::vector<Arc> arcs;  // each with its reverse behind it
    const auto add = [&](std::size_t from, std::size_t to, std::int64_t room, std::int64_t cost) {
        arcs.push_back({from, to, room, cost});
        arcs.push_back({to, from, 0, -cost});
    };
    for (std::size_t row = 0; row < rows; ++row) {
        add(0, 1 + row, given.people[row], 0);
        for (std::int64_t arc = given.reach->offsets[row]; arc < given.reach->offsets[row + 1]; ++arc) {
            add(1 + row, 1 + rows + given.reach->facility[arc], given.people[row],
                std::llround(given.reach->cost[arc] * 1000));
        }
    }
    for (std::size_t facility = 0; facility < facilities; ++facility) {
        add(1 + rows + facility, sink, given.places[facility], 0);
    }
    constexpr std::int64_t far = std::numeric_limits<std::int64_t>::max() / 2;
    std::int64_t served = 0, cost = 0;
    while (true) {
        std::vector<std::int64_t> least(sink + 1, far);
        std::vector<std::size_t> by(sink + 1, arcs.size());
        least[0] = 0;
        for (bool changed = true; changed;) {
            changed = false;
            for (std::size_t each = 0; each < arcs.size(); ++each) {
                const Arc& arc = arcs[each];
                if (arc.room == 0 || least[arc.from] == far || least[arc.from] + arc.cost >= least[arc.to]) continue;
                least[arc.to] = least[arc.from] + arc.cost;
                by[arc.to] = each;
                changed = true;
            }
        }
        if (least[sink] == far) return {served, cost};
        std::int64_t people = far;
        for (std::size_t at = sink; at != 0; at = arcs[by[at]].from) people = std::min(people, arcs[by[at]].room);
        for (std::size_t at = sink; at != 0; at = arcs[by[at]].from) {
            arcs[by[at]].room -= people;
            arcs[by[at] ^ 1U].room += people;
        }
        served += people;
        cost += people * least[sink];
    }
}

/// Everybody counted once, within the reach and the places, and the bound equal to the cost.
void expect_sound(const Allocation& plan, const Case& given) {
    Counts of_row = plan.unserved(), load(given.places.size(), 0);
    std::int64_t cost = 0;
    const AllocatedPairs& pairs = plan.pairs();
    for (std::size_t each = 0; each < pairs.row.size(); ++each) {
        const std::int64_t begin = given.reach->offsets[pairs.row[each]],
                           end = given.reach->offsets[pairs.row[each] + 1];
        const auto arc = std::find(given.reach->facility.begin() + begin, given.reach->facility.begin() + end,
                                   pairs.facility[each]) -
                         given.reach->facility.begin();
        ASSERT_LT(arc, end);
        EXPECT_EQ(pairs.cost[each], given.reach->cost[arc]);
        EXPECT_GT(pairs.people[each], 0);
        if (each > 0) {
            EXPECT_LT(std::pair(pairs.row[each - 1], pairs.facility[each - 1]),
                      std::pair(pairs.row[each], pairs.facility[each]));
        }
        of_row[pairs.row[each]] += pairs.people[each];
        load[pairs.facility[each]] += pairs.people[each];
        cost += pairs.people[each] * std::llround(pairs.cost[each] * 1000);
    }
    EXPECT_EQ(of_row, given.people);
    EXPECT_EQ(load, plan.load());
    for (std::size_t facility = 0; facility < load.size(); ++facility)
        EXPECT_LE(load[facility], given.places[facility]);
    EXPECT_EQ(cost, plan.primal());
    EXPECT_EQ(plan.dual(), plan.primal());
    EXPECT_EQ(plan.served(), std::accumulate(load.begin(), load.end(), std::int64_t{0}));
}

void expect_optimal(const Allocation& plan, const Case& given) {
    expect_sound(plan, given);
    EXPECT_EQ(std::pair(plan.served(), plan.primal()), optimum(given));
}

TEST(Allocation, FiveThousandRandomOnesAreAsGoodAsTheShortestWaysMakeThem) {
    std::mt19937 random(1);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    for (int round = 0; round < 5000 && !HasFailure(); ++round) {
        const Case given = random_case(random, {random() % 12, random() % 6, 1 + random() % 6, 1 + random() % 8,
                                                1 + random() % 12, 1 + random() % 3});
        const AllocationOptions options{.start_arcs = static_cast<std::int32_t>(1 + random() % 4)};
        expect_optimal(allocate(given.reach, given.people, given.places, options), given);
    }
}

TEST(Allocation, LargerOnesAreAsGood) {
    std::mt19937 random(2);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    for (int round = 0; round < 40 && !HasFailure(); ++round) {
        const Case given = random_case(random, {80 + random() % 80, 12, 5, round % 2 == 0 ? 50U : 25U, 1000, 2});
        expect_optimal(allocate(given.reach, given.people, given.places, {.start_arcs = 3}), given);
    }
}

TEST(Allocation, WhatOneMoreAndOneFewerPlaceChangeIsWhatSolvingAnewSays) {
    std::mt19937 random(3);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    for (int round = 0; round < 400 && !HasFailure(); ++round) {
        Case given = random_case(
            random, {random() % 14, 1 + random() % 5, 4, 1 + random() % 10, 1 + random() % 12, 1 + random() % 3});
        const Allocation plan = allocate(given.reach, given.people, given.places, {.start_arcs = 2});
        const PlacePrices& prices = plan.prices();
        const auto [served, cost] = optimum(given);
        for (std::size_t facility = 0; facility < given.places.size(); ++facility) {
            ++given.places[facility];
            const auto [more_served, more_cost] = optimum(given);
            EXPECT_EQ(prices.gain_people[facility], static_cast<double>(more_served - served));
            EXPECT_EQ(prices.gain_cost[facility], static_cast<double>(more_cost - cost) * 1e-3);
            given.places[facility] -= 2;
            if (given.places[facility] < 0) {
                EXPECT_TRUE(std::isnan(prices.loss_people[facility]) && std::isnan(prices.loss_cost[facility]));
            } else {
                const auto [fewer_served, fewer_cost] = optimum(given);
                EXPECT_EQ(prices.loss_people[facility], static_cast<double>(served - fewer_served));
                EXPECT_EQ(prices.loss_cost[facility], static_cast<double>(fewer_cost - cost) * 1e-3);
            }
            ++given.places[facility];
        }
    }
}

TEST(Allocation, ChangesOneAfterTheOtherStayOptimal) {
    std::mt19937 random(4);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    for (int round = 0; round < 300 && !HasFailure(); ++round) {
        Case given = random_case(
            random, {random() % 20, 1 + random() % 6, 5, 1 + random() % 15, 1 + random() % 30, 1 + random() % 3});
        Allocation plan = allocate(given.reach, given.people, given.places, {.start_arcs = 2});
        for (int change = 0; change < 12 && !HasFailure(); ++change) {
            const auto facility = static_cast<std::int32_t>(random() % given.places.size());
            const std::int64_t more = static_cast<std::int64_t>(random()) % 8 - 4;
            if (random() % 4 == 0) {
                plan = plan.without(facility);
                given.places[facility] = 0;
            } else {
                const std::int64_t possible = std::max(more, -given.places[facility]);
                plan = plan.with_places(facility, possible);
                given.places[facility] += possible;
            }
            EXPECT_EQ(plan.places(), given.places);
            expect_optimal(plan, given);
        }
    }
}

TEST(Allocation, ACurveIsSolvedAnewAtEveryStep) {
    std::mt19937 random(5);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    for (int round = 0; round < 100 && !HasFailure(); ++round) {
        Case given = random_case(
            random, {random() % 20, 1 + random() % 6, 5, 1 + random() % 15, 1 + random() % 30, 1 + random() % 3});
        const Allocation plan = allocate(given.reach, given.people, given.places, {.start_arcs = 2});
        const auto facility = static_cast<std::int32_t>(random() % given.places.size());
        const PlaceCurve curve = plan.curve(facility, 12);
        for (std::size_t step = 0; step < 12; ++step) {
            ++given.places[facility];
            const auto [served, cost] = optimum(given);
            EXPECT_EQ(curve.people[step], served - plan.served());
            EXPECT_EQ(curve.cost[step], static_cast<double>(cost - plan.primal()) * 1e-3);
        }
    }
}

/// The case with its rows in another order; `order[row]` is the row that stands there now.
Case permuted(const Case& given, const std::vector<std::size_t>& order) {
    auto reach = std::make_shared<Reach>();
    Case made{.reach = nullptr, .people = {}, .places = given.places};
    for (const std::size_t row : order) {
        const std::int64_t begin = given.reach->offsets[row], end = given.reach->offsets[row + 1];
        reach->facility.insert(reach->facility.end(), given.reach->facility.begin() + begin,
                               given.reach->facility.begin() + end);
        reach->cost.insert(reach->cost.end(), given.reach->cost.begin() + begin, given.reach->cost.begin() + end);
        reach->offsets.push_back(static_cast<std::int64_t>(reach->facility.size()));
        reach->reason.push_back(given.reach->reason[row]);
        made.people.push_back(given.people[row]);
    }
    made.reach = std::move(reach);
    return made;
}

TEST(Allocation, TheOrderOfTheRowsTellsNoEqualPlansApart) {
    std::mt19937 random(6);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    for (int round = 0; round < 200 && !HasFailure(); ++round) {
        const Case given = random_case(random, {40, 5, 4, 15, 6, 1 + random() % 2});
        std::vector<std::size_t> order(given.people.size());
        std::iota(order.begin(), order.end(), std::size_t{0});
        std::ranges::shuffle(order, random);
        const Allocation plan = allocate(given.reach, given.people, given.places, {.start_arcs = 2});
        const Case other = permuted(given, order);
        const Allocation again = allocate(other.reach, other.people, other.places, {.start_arcs = 2});
        EXPECT_EQ(plan.load(), again.load());
        // Rows alike in all they reach and in their people may change places with one another, and no others.
        using Line =
            std::tuple<std::vector<std::int32_t>, std::vector<double>, std::int64_t, std::int32_t, std::int64_t>;
        const auto lines = [](const Allocation& of, const Case& in) {
            std::vector<Line> all;
            for (std::size_t each = 0; each < of.pairs().row.size(); ++each) {
                const std::int32_t row = of.pairs().row[each];
                const auto begin = in.reach->offsets[row], end = in.reach->offsets[row + 1];
                all.emplace_back(std::vector(in.reach->facility.begin() + begin, in.reach->facility.begin() + end),
                                 std::vector(in.reach->cost.begin() + begin, in.reach->cost.begin() + end),
                                 in.people[row], of.pairs().facility[each], of.pairs().people[each]);
            }
            std::ranges::sort(all);
            return all;
        };
        EXPECT_EQ(lines(plan, given), lines(again, other));
    }
}

std::vector<std::int32_t> all_rows(const Case& given) {
    std::vector<std::int32_t> rows(given.people.size());
    std::iota(rows.begin(), rows.end(), 0);
    return rows;
}

/// The nearest facilities of some rows.
Reach first(const Case& whole, const std::vector<std::int32_t>& rows, std::int64_t count) {
    Reach reach;
    for (const std::int32_t row : rows) {
        const std::int64_t begin = whole.reach->offsets[row];
        const std::int64_t end = std::min(begin + count, whole.reach->offsets[row + 1]);
        for (std::int64_t arc = begin; arc < end; ++arc) {
            reach.facility.push_back(whole.reach->facility[arc]);
            reach.cost.push_back(whole.reach->cost[arc]);
        }
        reach.offsets.push_back(static_cast<std::int64_t>(reach.facility.size()));
        reach.reason.push_back(Reason::reached);
    }
    return reach;
}

TEST(Allocation, RowsWhoseReachIsCutOffAreWidenedUntilNothingCouldPay) {
    std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    int widened = 0;
    for (int round = 0; round < 300 && !HasFailure(); ++round) {
        // Few different costs: many rows are alike in the nearest and come apart when they look farther.
        Case whole = random_case(random, {20, 8, 4, 12, round % 2 == 0 ? 50U : 3U, 1});
        std::int64_t count = 1 + random() % 3;
        std::vector<std::int32_t> rows = all_rows(whole);
        Allocation plan =
            allocate(std::make_shared<const Reach>(first(whole, rows, count)), whole.people, whole.places);
        for (int step = 0; !(rows = plan.rows_to_widen()).empty(); ++step) {
            ASSERT_LT(step, 40);
            count = std::min<std::int64_t>(8, 2 * count);
            plan = plan.widened(rows, first(whole, rows, count));
            ++widened;
            if (random() % 4 == 0) {  // what was closed stays so
                const auto facility = static_cast<std::int32_t>(random() % 8);
                whole.places[facility] /= 2;
                plan = plan.with_places(facility, whole.places[facility] - plan.places()[facility]);
            }
        }
        expect_optimal(plan, whole);
    }
    EXPECT_GT(widened, 300);
}

TEST(Allocation, RowsThatReachSomethingElseAreSolvedAnew) {
    std::mt19937 random(8);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    for (int round = 0; round < 200 && !HasFailure(); ++round) {
        const Case given = random_case(random, {20, 5, 4, 12, 4, 1 + random() % 3});
        Case other = random_case(random, {20, 5, 4, 12, 4, 1 + random() % 3});
        other.people = given.people;
        other.places = given.places;
        const Allocation plan = allocate(given.reach, given.people, given.places);
        expect_optimal(plan.widened(all_rows(given), *other.reach), other);
    }
}

/// Rows and facilities on a plane of 20 by 20 km, most rows in the middle; the nearest facilities by the metre.
Case town(std::mt19937& random, std::size_t rows, std::size_t facilities, std::size_t nearest, double filled) {
    std::normal_distribution<double> middle(10'000, 3'000);
    std::uniform_real_distribution<double> anywhere(0, 20'000);
    std::vector<std::pair<double, double>> shelters;
    for (std::size_t each = 0; each < facilities; ++each) shelters.emplace_back(anywhere(random), anywhere(random));
    auto reach = std::make_shared<Reach>();
    Case made;
    for (std::size_t row = 0; row < rows; ++row) {
        const double x = middle(random), y = row % 4 == 0 ? anywhere(random) : middle(random);
        std::vector<std::pair<double, std::int32_t>> arcs;
        for (const auto& [east, north] : shelters) {
            arcs.emplace_back(std::hypot(x - east, y - north), static_cast<std::int32_t>(arcs.size()));
        }
        std::ranges::sort(arcs);
        for (std::size_t arc = 0; arc < nearest; ++arc) {
            reach->cost.push_back(arcs[arc].first);
            reach->facility.push_back(arcs[arc].second);
        }
        reach->offsets.push_back(static_cast<std::int64_t>(reach->facility.size()));
        reach->reason.push_back(Reason::reached);
        made.people.push_back(static_cast<std::int64_t>(1 + random() % 40));
    }
    const auto everybody = static_cast<double>(std::accumulate(made.people.begin(), made.people.end(), 0LL));
    std::vector<double> share(facilities);
    for (double& each : share) each = 5'000 + anywhere(random);
    const double whole = std::accumulate(share.begin(), share.end(), 0.0);
    for (const double each : share) made.places.push_back(std::llround(each / whole * everybody / filled));
    made.reach = std::move(reach);
    return made;
}

/// The bound that the prices of the places prove, worked out here from the reach and what one more place is worth.
std::int64_t bound(const Case& given, const Allocation& plan) {
    constexpr std::int64_t without_place = 30'000'000'000;  // more than any chain of moves; people times it fit
    const PlacePrices& prices = plan.prices();
    Counts worth(given.places.size());
    std::int64_t sum = without_place * plan.served();  // those who are left have it in full
    for (std::size_t facility = 0; facility < worth.size(); ++facility) {
        worth[facility] = static_cast<std::int64_t>(prices.gain_people[facility]) * without_place -
                          std::llround(prices.gain_cost[facility] * 1000);
        sum -= worth[facility] * given.places[facility];
    }
    for (std::size_t row = 0; row < given.people.size(); ++row) {
        std::int64_t least = without_place;
        for (std::int64_t arc = given.reach->offsets[row]; arc < given.reach->offsets[row + 1]; ++arc) {
            const std::int64_t cost = std::llround(given.reach->cost[arc] * 1000);
            least = std::min(least, cost + worth[given.reach->facility[arc]]);
        }
        sum += given.people[row] * (least - without_place);
    }
    return sum;
}

class AllocationOfATown : public testing::TestWithParam<double> {};

TEST_P(AllocationOfATown, OfManyRowsIsAsGoodAsItsPricesProve) {
    std::mt19937 random(9);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    const Case given = town(random, 6'000, 80, 12, GetParam());
    const Allocation plan = allocate(given.reach, given.people, given.places, {.start_arcs = 4});
    expect_sound(plan, given);
    EXPECT_EQ(bound(given, plan), plan.primal());

    // From another start, and from plans with other places: the same value each time.
    const Allocation other = allocate(given.reach, given.people, given.places, {.start_arcs = 12});
    EXPECT_EQ(std::pair(other.served(), other.primal()), std::pair(plan.served(), plan.primal()));
    Case closed = given;
    Allocation then = plan;
    for (const std::int32_t facility : {3, 40, 41}) {
        closed.places[facility] = 0;
        then = then.without(facility);
        expect_sound(then, closed);
        EXPECT_EQ(bound(closed, then), then.primal());
    }
    const Allocation anew = allocate(closed.reach, closed.people, closed.places);
    EXPECT_EQ(std::pair(then.served(), then.primal()), std::pair(anew.served(), anew.primal()));
    for (const std::int32_t facility : {41, 3, 40}) then = then.with_places(facility, given.places[facility]);
    EXPECT_EQ(std::pair(then.served(), then.primal()), std::pair(plan.served(), plan.primal()));
}

TEST_P(AllocationOfATown, WidenedStepByStepIsAsGoodAsWithTheWholeReach) {
    std::mt19937 random(10);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    const Case whole = town(random, 4'000, 60, 60, GetParam());
    std::vector<std::int32_t> rows = all_rows(whole);
    std::int64_t count = 5;
    Allocation plan = allocate(std::make_shared<const Reach>(first(whole, rows, count)), whole.people, whole.places);
    const std::int64_t before = plan.primal(), served_before = plan.served();
    for (int step = 0; !(rows = plan.rows_to_widen()).empty(); ++step) {
        ASSERT_LT(step, 20);
        count = std::min<std::int64_t>(60, 2 * count);
        plan = plan.widened(rows, first(whole, rows, count));
    }
    expect_sound(plan, whole);
    EXPECT_EQ(bound(whole, plan), plan.primal());
    EXPECT_TRUE(plan.served() > served_before || plan.primal() < before);
    const Allocation anew = allocate(whole.reach, whole.people, whole.places);
    EXPECT_EQ(std::pair(plan.served(), plan.primal()), std::pair(anew.served(), anew.primal()));
}

INSTANTIATE_TEST_SUITE_P(PlentyAndScarce, AllocationOfATown, testing::Values(0.9, 1.25));

TEST(Allocation, NothingToDoIsDone) {
    const Allocation plan = allocate(std::make_shared<const Reach>(), Counts{}, Counts{});
    EXPECT_EQ(plan.served(), 0);
    EXPECT_EQ(plan.primal(), plan.dual());
    EXPECT_TRUE(plan.pairs().row.empty() && plan.load().empty() && plan.rows_to_widen().empty());
}

std::shared_ptr<const Reach> one_arc(double cost) {
    return std::make_shared<const Reach>(
        Reach{.offsets = {0, 1}, .facility = {0}, .cost = {cost}, .reason = {Reason::reached}});
}

TEST(Allocation, ABillionPeopleFit) {
    const Allocation plan = allocate(one_arc(1000), Counts{1'000'000'000}, Counts{999'999'999});
    EXPECT_EQ(plan.served(), 999'999'999);
    EXPECT_EQ(plan.primal(), 999'999'999'000'000);
    EXPECT_EQ(plan.dual(), plan.primal());
    EXPECT_EQ(allocate(one_arc(1), Counts{7}, Counts{std::numeric_limits<std::int64_t>::max()}).served(), 7);
}

TEST(Allocation, AsManyPeopleAndCostsFitAsSixtyTwoBitsHoldAndNoMore) {
    constexpr std::int64_t limit = std::int64_t{1} << 62U;
    const auto served = [](double cost, std::int64_t people) {
        return allocate(one_arc(cost), Counts{people}, Counts{people}).served();
    };
    EXPECT_EQ(served(0, limit - 1), limit - 1);
    EXPECT_THROW((void)served(0, limit), std::invalid_argument);
    EXPECT_THROW((void)served(0, std::numeric_limits<std::int64_t>::max()), std::invalid_argument);
    EXPECT_EQ(served(0.001, limit / 2 - 1), limit / 2 - 1);  // times a thousandth and one more
    EXPECT_THROW((void)served(0.001, limit / 2), std::invalid_argument);
    EXPECT_EQ(served(0.002, (limit - 1) / 3), (limit - 1) / 3);
    EXPECT_THROW((void)served(0.002, (limit - 1) / 3 + 1), std::invalid_argument);
    EXPECT_EQ(served(static_cast<double>((limit / 64 / 12 - 1) / 1000), 1), 1);  // 12 times that: what no chain costs
    EXPECT_THROW((void)served(static_cast<double>(limit / 64 / 12 / 1000 + 1), 1), std::invalid_argument);
}

TEST(Allocation, PeopleOfSeveralRowsAreCountedTogether) {
    auto reach = std::make_shared<Reach>();
    reach->facility = {0, 0};
    reach->cost = {0, 0};
    reach->offsets = {0, 1, 2};
    reach->reason = {Reason::reached, Reason::reached};
    constexpr std::int64_t half = std::int64_t{1} << 61U;
    EXPECT_EQ(allocate(reach, Counts{half, half - 1}, Counts{5}).served(), 5);
    EXPECT_THROW((void)allocate(reach, Counts{half, half}, Counts{5}), std::invalid_argument);
    EXPECT_THROW((void)allocate(reach, Counts{half + (half - 1), half}, Counts{5}), std::invalid_argument);
}

TEST(Allocation, WhatCannotBeIsSaid) {
    EXPECT_THROW((void)allocate(one_arc(1), Counts{-1}, Counts{1}), std::invalid_argument);
    EXPECT_THROW((void)allocate(one_arc(1), Counts{1}, Counts{-1}), std::invalid_argument);
    EXPECT_THROW((void)allocate(one_arc(1), Counts{1, 1}, Counts{1}), std::invalid_argument);
    EXPECT_THROW((void)allocate(one_arc(1), Counts{1}, Counts{}), std::invalid_argument);
    EXPECT_THROW((void)allocate(one_arc(-1), Counts{1}, Counts{1}), std::invalid_argument);
    EXPECT_THROW((void)allocate(one_arc(std::nan("")), Counts{1}, Counts{1}), std::invalid_argument);
    EXPECT_THROW((void)allocate(one_arc(1e300), Counts{1}, Counts{1}), std::invalid_argument);
    EXPECT_THROW((void)allocate(one_arc(1e6), Counts{std::int64_t{1} << 60}, Counts{1}), std::invalid_argument);
    EXPECT_THROW((void)allocate(one_arc(1), Counts{1}, Counts{1}, {.start_arcs = 0}), std::invalid_argument);
    const Allocation plan = allocate(one_arc(1), Counts{1}, Counts{3});
    EXPECT_THROW((void)plan.without(1), std::invalid_argument);
    EXPECT_THROW((void)plan.with_places(0, -4), std::invalid_argument);
    EXPECT_THROW((void)plan.curve(-1, 1), std::invalid_argument);
}

}  // namespace
}  // namespace sheltermap::allocation_test
