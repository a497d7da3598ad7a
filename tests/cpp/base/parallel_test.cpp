// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/parallel.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/base/sum.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <new>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace sheltermap {
namespace {

TEST(ParallelFor, EveryRowIsVisitedOnceWhateverTheNumberOfThreads) {
    for (const unsigned threads : {0U, 1U, 2U, 7U}) {
        std::vector<int> visits(10'001, 0);
        parallel_for(visits.size(), 64, {.threads = threads, .stop = {}}, [&](std::size_t begin, std::size_t end) {
            for (std::size_t i = begin; i < end; ++i) ++visits[i];
        });
        EXPECT_EQ(std::count(visits.begin(), visits.end(), 1), 10'001) << threads << " threads";
    }
}

TEST(ParallelFor, NothingToDoCallsNothing) {
    parallel_for(0, 64, {}, [](std::size_t, std::size_t) { FAIL(); });
}

TEST(ParallelFor, TheExceptionOfTheLowestBlockIsThrown) {
    for (int round = 0; round < 50; ++round) {
        try {
            parallel_for(100, 1, {.threads = 4, .stop = {}}, [](std::size_t begin, std::size_t) {
                if (begin >= 3) throw std::runtime_error(std::to_string(begin));
            });
            FAIL() << "nothing was thrown";
        } catch (const std::runtime_error& error) {
            EXPECT_STREQ(error.what(), "3");
        }
    }
}

TEST(ParallelFor, WhatFailedIsToldAndNotThatOthersGaveUpForIt) {
    for (const unsigned threads : {1U, 2U, 7U}) {
        const auto gives_up_below_one_that_fails = [](std::size_t begin, std::size_t) {
            if (begin == 3) throw std::bad_alloc();
            if (begin == 1) throw Cancelled();
        };
        std::atomic<bool> is_third_begun{false};
        const auto in_any_order = [&](std::size_t begin, std::size_t end) {
            if (begin == 3) is_third_begun = true;
            while (threads > 1 && begin == 1 && !is_third_begun) std::this_thread::yield();
            gives_up_below_one_that_fails(begin, end);
        };
        if (threads == 1) {
            EXPECT_THROW(parallel_for(8, 1, {.threads = threads, .stop = {}}, in_any_order), Cancelled);
        } else {
            EXPECT_THROW(parallel_for(8, 1, {.threads = threads, .stop = {}}, in_any_order), std::bad_alloc);
        }
    }
}

TEST(ParallelFor, AStopRequestEndsItEarly) {
    std::stop_source source;
    std::atomic<int> blocks{0};
    const auto run = [&] {
        parallel_for(1000, 1, {.threads = 2, .stop = source.get_token()}, [&](std::size_t, std::size_t) {
            if (++blocks == 10) source.request_stop();
        });
    };
    EXPECT_THROW(run(), Cancelled);
    EXPECT_LT(blocks, 20);
}

TEST(Sum, SmallValuesAreNotLostBesideALargeOne) {
    Sum sum;
    sum.add(1e16);
    for (int i = 0; i < 1000; ++i) sum.add(1);
    sum.add(-1e16);
    EXPECT_EQ(sum.value(), 1000);
}

}  // namespace
}  // namespace sheltermap
