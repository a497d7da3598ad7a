// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/in_order.hpp"

#include "sheltermap/base/error.hpp"

#include <gtest/gtest.h>

#include "small_reach.hpp"
#include <limits>
#include <random>
#include <stdexcept>
#include <stop_token>
#include <tuple>

namespace sheltermap::in_order_test {
namespace {

using Numbers = std::vector<std::int64_t>;
using Rows = std::vector<std::int32_t>;

/// Two rows, both nearest to facility 0: row 0 at 5, row 1 at 3; facility 1 is 10 from row 0 and 4 from row 1.
Reach two_rows() {
    return {.offsets = {0, 2, 4},
            .facility = {0, 1, 0, 1},
            .cost = {5, 10, 3, 4},
            .reason = {Reason::reached, Reason::reached}};
}

TEST(InOrder, TheNearestPairHasItsTurnFirst) {
    const Sent sent = sent_in_order(two_rows(), Numbers{6, 8}, Numbers{7, 4}, Turn::pairs);
    EXPECT_EQ(sent.row, (Rows{0, 1, 1}));  // 7 of row 1 fill facility 0, its last goes to 1, then 3 of row 0
    EXPECT_EQ(sent.facility, (Rows{1, 0, 1}));
    EXPECT_EQ(sent.people, (Numbers{3, 7, 1}));
    EXPECT_EQ(sent.load, (Numbers{7, 4}));
    EXPECT_EQ(sent.unserved, (Numbers{3, 0}));
}

TEST(InOrder, RowsHaveTheirTurnsInTheOrderThatIsSaid) {
    const Sent first = sent_in_order(two_rows(), Numbers{6, 8}, Numbers{7, 4}, Turn::rows);
    EXPECT_EQ(first.people, (Numbers{6, 1, 4}));
    EXPECT_EQ(first.unserved, (Numbers{0, 3}));
    const Sent last = sent_in_order(two_rows(), Numbers{6, 8}, Numbers{7, 4}, Turn::rows, Rows{1, 0});
    EXPECT_EQ(last.people, (Numbers{3, 7, 1}));
    EXPECT_EQ(last.cost, (std::vector<double>{10, 3, 4}));
    EXPECT_EQ(last.unserved, (Numbers{3, 0}));
}

TEST(InOrder, AFacilityTakesTheNearestWhoHaveNoPlace) {
    const Sent sent = sent_in_order(two_rows(), Numbers{6, 8}, Numbers{7, 4}, Turn::facilities, Rows{1, 0});
    EXPECT_EQ(sent.row, (Rows{0, 1, 1}));  // facility 1 takes 4 of row 1, facility 0 its other 4 and 3 of row 0
    EXPECT_EQ(sent.facility, (Rows{0, 0, 1}));
    EXPECT_EQ(sent.people, (Numbers{3, 4, 4}));
}

TEST(InOrder, WhatDoesNotFitIsAnError) {
    const Reach reach = two_rows();
    const auto sent = [&](const Numbers& people, const Numbers& places, Turn turn, const Rows& order) {
        return sent_in_order(reach, people, places, turn, order);
    };
    EXPECT_THROW(sent({6}, {7, 4}, Turn::pairs, {}), std::invalid_argument);
    EXPECT_THROW(sent({6, 8}, {7}, Turn::pairs, {}), std::invalid_argument);
    EXPECT_THROW(sent({6, -8}, {7, 4}, Turn::pairs, {}), std::invalid_argument);
    EXPECT_THROW(sent({6, 8}, {-7, 4}, Turn::pairs, {}), std::invalid_argument);
    EXPECT_THROW(sent({6, std::numeric_limits<std::int64_t>::max()}, {7, 4}, Turn::pairs, {}), std::invalid_argument);
    EXPECT_THROW(sent({6, 8}, {7, 4}, Turn::pairs, {0, 1}), std::invalid_argument);
    EXPECT_THROW(sent({6, 8}, {7, 4}, Turn::rows, {0}), std::invalid_argument);
    EXPECT_THROW(sent({6, 8}, {7, 4}, Turn::rows, {0, 0}), std::invalid_argument);
    EXPECT_THROW(sent({6, 8}, {7, 4}, Turn::facilities, {0, 2}), std::invalid_argument);
}

TEST(InOrder, AStopIsHeard) {
    std::stop_source source;
    source.request_stop();
    const Execution execution{.threads = 1, .stop = source.get_token()};
    EXPECT_THROW(sent_in_order(two_rows(), Numbers{6, 8}, Numbers{7, 4}, Turn::pairs, {}, execution), Cancelled);
}

/// One person after the other: of all that may go now, the one whose turn it is.
Numbers one_by_one(const Reach& reach, Numbers people, Numbers places, Turn turn) {
    Numbers load(places.size(), 0);
    for (;;) {
        std::tuple<double, double, double, double> best{std::numeric_limits<double>::infinity(), 0, 0, 0};
        std::size_t row_of_best = 0;
        std::size_t facility_of_best = 0;
        for (std::size_t row = 0; row < reach.size(); ++row) {
            for (auto pair = static_cast<std::size_t>(reach.offsets[row]);
                 pair < static_cast<std::size_t>(reach.offsets[row + 1]); ++pair) {
                const auto facility = static_cast<std::size_t>(reach.facility[pair]);
                if (people[row] == 0 || places[facility] == 0) continue;
                const double whose = turn == Turn::rows         ? static_cast<double>(row)
                                     : turn == Turn::facilities ? static_cast<double>(facility)
                                                                : 0;
                const std::tuple key{whose, reach.cost[pair], static_cast<double>(row), static_cast<double>(facility)};
                if (key < best) {
                    best = key;
                    row_of_best = row;
                    facility_of_best = facility;
                }
            }
        }
        if (std::get<0>(best) == std::numeric_limits<double>::infinity()) return load;
        --people[row_of_best];
        --places[facility_of_best];
        ++load[facility_of_best];
    }
}

TEST(InOrder, IsWhatOneByOneWouldDo) {
    std::mt19937 random(3);  // NOLINT(bugprone-random-generator-seed): the same layouts every time
    for (int trial = 0; trial < 200; ++trial) {
        const Reach reach = random_reach(random, 6, 4);
        const Numbers people = random_numbers(random, 6, 5);
        const Numbers places = random_numbers(random, 4, 8);
        for (const Turn turn : {Turn::pairs, Turn::rows, Turn::facilities}) {
            const Sent sent = sent_in_order(reach, people, places, turn);
            EXPECT_EQ(sent.load, one_by_one(reach, people, places, turn));
            Numbers total = sent.unserved;
            for (std::size_t pair = 0; pair < sent.size(); ++pair) {
                total[static_cast<std::size_t>(sent.row[pair])] += sent.people[pair];
            }
            EXPECT_EQ(total, people);
        }
    }
}

}  // namespace
}  // namespace sheltermap::in_order_test
