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

namespace sheltermap {
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

/// Rows along a street with a shelter at each end of it and one far off, seen only as far as the nearest.
TEST(Allocation, RowsWhoseReachIsCutOffAreWidenedUntilNothingCouldPay) {
    std::mt19937 random(7);  // NOLINT(bugprone-random-generator-seed): the same cases every time
    int widened = 0;
    for (int round = 0; round < 300 && !HasFailure(); ++round) {
        const Case whole = random_case(random, {20, 8, 4, 12, 50, 1});
        const std::int64_t nearest = 1 + random() % 3;
        const auto first = [&](const std::vector<std::int32_t>& rows, std::int64_t count) {
            Reach reach;
            for (const std::int32_t row : rows) {
                for (std::int64_t arc = whole.reach->offsets[row]; arc < whole.reach->offsets[row] + count; ++arc) {
                    reach.facility.push_back(whole.reach->facility[arc]);
                    reach.cost.push_back(whole.reach->cost[arc]);
                }
                reach.offsets.push_back(static_cast<std::int64_t>(reach.facility.size()));
                reach.reason.push_back(Reason::reached);
            }
            return reach;
        };
        std::vector<std::int32_t> rows(20);
        std::iota(rows.begin(), rows.end(), 0);
        Allocation plan = allocate(std::make_shared<const Reach>(first(rows, nearest)), whole.people, whole.places);
        std::int64_t count = nearest;
        for (int step = 0; !(rows = plan.rows_to_widen()).empty(); ++step) {
            ASSERT_LT(step, 40);
            count = std::min<std::int64_t>(8, 2 * count);
            plan = plan.widened(rows, first(rows, count));
            ++widened;
        }
        expect_optimal(plan, whole);
    }
    EXPECT_GT(widened, 300);
}

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
}  // namespace sheltermap
