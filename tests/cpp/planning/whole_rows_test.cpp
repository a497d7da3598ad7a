// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/whole_rows.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/planning/in_order.hpp"

#include <gtest/gtest.h>

#include "small_reach.hpp"
#include <algorithm>
#include <numeric>
#include <random>
#include <set>
#include <stdexcept>
#include <stop_token>

namespace sheltermap::whole_rows_test {
namespace {

using Numbers = std::vector<std::int64_t>;
using Rows = std::vector<std::int32_t>;

/// Three families in one line of two shelters: the first is nearest to 0, the others too, but 1 is not much farther.
Reach three_rows() {
    return {.offsets = {0, 2, 4, 6},
            .facility = {0, 1, 0, 1, 0, 1},
            .cost = {1, 9, 2, 4, 3, 4},
            .reason = {Reason::reached, Reason::reached, Reason::reached}};
}

WholeRows kept_whole(const Reach& reach, const Numbers& people, const Numbers& places) {
    const Sent split = sent_in_order(reach, people, places, Turn::pairs);
    return whole_rows(reach, people, places, split.row, split.facility, split.people);
}

TEST(WholeRows, TheLargestPartDecidesAndTheCheapestMoveRepairs) {
    // 4 + 4 fill shelter 0 with 2 over for the third family of 4; they would go 2 to 0 and 2 to 1, so all go to 0,
    // which is then 2 beyond its places. Moving family 2 costs 4 * 1 for 2 places, family 1 4 * 2.
    const WholeRows whole = kept_whole(three_rows(), {4, 4, 4}, {10, 5});
    EXPECT_EQ(whole.split_rows, 1);
    EXPECT_EQ(whole.largest_overload, 2);
    EXPECT_EQ(whole.moved_rows, 1);
    EXPECT_EQ(whole.sent.facility, (Rows{0, 0, 1}));
    EXPECT_EQ(whole.sent.people, (Numbers{4, 4, 4}));
    EXPECT_EQ(whole.sent.load, (Numbers{8, 4}));
}

TEST(WholeRows, OneWhoFitsNowhereIsWithoutAPlace) {
    const WholeRows whole = kept_whole(three_rows(), {4, 4, 6}, {8, 5});
    EXPECT_EQ(whole.sent.unserved, (Numbers{0, 0, 6}));
    EXPECT_EQ(whole.sent.load, (Numbers{8, 0}));
}

TEST(WholeRows, AMoveMakesRoomForOneWithoutAPlace) {
    // Row 2 reaches shelter 0 only, which rows 0 and 1 fill; row 1 can go to shelter 1.
    const Reach reach{.offsets = {0, 1, 3, 4},
                      .facility = {0, 0, 1, 0},
                      .cost = {1, 2, 50, 3},
                      .reason = {Reason::reached, Reason::reached, Reason::reached}};
    const Rows row{0, 1};
    const Rows facility{0, 0};
    const Numbers part{3, 3};
    const WholeRows whole = whole_rows(reach, Numbers{3, 3, 3}, Numbers{6, 4}, row, facility, part);
    EXPECT_EQ(whole.sent.unserved, (Numbers{0, 0, 0}));
    EXPECT_EQ(whole.sent.facility, (Rows{0, 1, 0}));
}

TEST(WholeRows, PartsThatAreNoneAreAnError) {
    const Reach reach = three_rows();
    const auto kept = [&](const Rows& row, const Rows& facility, const Numbers& part) {
        return whole_rows(reach, Numbers{4, 4, 4}, Numbers{10, 5}, row, facility, part);
    };
    EXPECT_THROW(kept({0}, {0, 1}, {4}), std::invalid_argument);
    EXPECT_THROW(kept({3}, {0}, {4}), std::invalid_argument);
    EXPECT_THROW(kept({0}, {7}, {4}), std::invalid_argument);
    EXPECT_THROW(kept({0}, {0}, {-4}), std::invalid_argument);
}

TEST(WholeRows, AStopIsHeard) {
    std::stop_source source;
    source.request_stop();
    const Execution execution{.threads = 1, .stop = source.get_token()};
    EXPECT_THROW(whole_rows(three_rows(), Numbers{4, 4, 4}, Numbers{10, 5}, Rows{0}, Rows{0}, Numbers{4}, execution),
                 Cancelled);
}

/// The fewest without a place that any choice of whole rows leaves, by trying all.
std::int64_t fewest_without(const Reach& reach, const Numbers& people, Numbers& room, std::size_t row = 0) {
    if (row == reach.size()) return 0;
    std::int64_t best = people[row] + fewest_without(reach, people, room, row + 1);
    for (auto pair = static_cast<std::size_t>(reach.offsets[row]);
         pair < static_cast<std::size_t>(reach.offsets[row + 1]); ++pair) {
        std::int64_t& left = room[static_cast<std::size_t>(reach.facility[pair])];
        if (left < people[row]) continue;
        left -= people[row];
        best = std::min(best, fewest_without(reach, people, room, row + 1));
        left += people[row];
    }
    return best;
}

TEST(WholeRows, NobodyIsSplitNoShelterIsOverfullAndFewAreLeftOut) {
    std::mt19937 random(5);  // NOLINT(bugprone-random-generator-seed): the same layouts every time
    std::int64_t left_out = 0;
    std::int64_t unavoidable = 0;
    for (int trial = 0; trial < 300; ++trial) {
        const Reach reach = random_reach(random, 7, 3);
        const Numbers people = random_numbers(random, 7, 5);
        Numbers places = random_numbers(random, 3, 9);
        const WholeRows whole = kept_whole(reach, people, places);
        EXPECT_EQ(std::set<std::int32_t>(whole.sent.row.begin(), whole.sent.row.end()).size(), whole.sent.row.size());
        for (std::size_t pair = 0; pair < whole.sent.size(); ++pair) {
            EXPECT_EQ(whole.sent.people[pair], people[static_cast<std::size_t>(whole.sent.row[pair])]);
        }
        for (std::size_t facility = 0; facility < places.size(); ++facility) {
            EXPECT_LE(whole.sent.load[facility], places[facility]);
        }
        const std::int64_t without = std::accumulate(whole.sent.unserved.begin(), whole.sent.unserved.end(), 0ll);
        const std::int64_t fewest = fewest_without(reach, people, places);
        EXPECT_GE(without, fewest);
        left_out += without;
        unavoidable += fewest;
    }
    EXPECT_LE(static_cast<double>(left_out), 1.1 * static_cast<double>(unavoidable));
}

}  // namespace
}  // namespace sheltermap::whole_rows_test
