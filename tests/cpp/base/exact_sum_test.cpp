// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/exact_sum.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numeric>
#include <random>
#include <span>
#include <stdexcept>
#include <vector>

namespace sheltermap {
namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double smallest = std::numeric_limits<double>::denorm_min();
constexpr double largest = std::numeric_limits<double>::max();

double sum_of(const std::vector<double>& values) {
    ExactSum sum;
    for (const double value : values) sum.add(value);
    return sum.value();
}

TEST(ExactSum, OfNothingIsZero) {
    EXPECT_EQ(ExactSum{}.value(), 0);
    EXPECT_FALSE(std::signbit(sum_of({-0.0, -0.0})));
}

TEST(ExactSum, ASingleValueComesBackWhateverItsSize) {
    for (const double value : {0.1, 1.0, 1e300, 1e-300, smallest, largest, std::numeric_limits<double>::min(), 1e15}) {
        EXPECT_EQ(sum_of({value}), value);
        EXPECT_EQ(sum_of({-value}), -value);
    }
}

TEST(ExactSum, SmallValuesAreNotLostBesideLargeOnes) {
    EXPECT_EQ(sum_of({1e300, 1, -1e300}), 1);
    EXPECT_EQ(sum_of({largest, smallest, largest, -largest, -largest}), smallest);
    EXPECT_EQ(sum_of({1e300, 1e-300, -1e300, 0.1}), 0.1);  // 1e-300 is far below half the last bit of 0.1
}

TEST(ExactSum, HalfALastBitGoesToTheEvenNeighbourAndMoreGoesUp) {
    const double one = 1, bit = 0x1p-52, half = 0x1p-53;
    EXPECT_EQ(sum_of({one, half}), one);                  // near: a tie, 1 is even
    EXPECT_EQ(sum_of({one + bit, half}), one + 2 * bit);  // a tie, 1 + bit is odd
    EXPECT_EQ(sum_of({one, half, smallest}), one + bit);  // wide: more than half
    EXPECT_EQ(sum_of({-one, -half, -smallest}), -one - bit);
    EXPECT_EQ(sum_of({one, half, -smallest}), one);            // less than half
    EXPECT_EQ(sum_of({one, half, smallest, -smallest}), one);  // wide, and a tie again
    EXPECT_EQ(sum_of({one + bit, half, smallest, -smallest}), one + 2 * bit);
    EXPECT_EQ(sum_of({2 - bit, half, smallest}), 2);  // the carry goes into the exponent
}

TEST(ExactSum, GoesOnFromItsWordsWithoutLoss) {
    for (const std::vector<double>& values : {std::vector<double>{},
                                              {0.1, -0.3},
                                              {1e300, 1, -1e300},
                                              {smallest, -largest},
                                              {infinity},
                                              {0x1p47, 0x1p47, -0x1p-80}}) {
        ExactSum sum, other;
        for (const double value : values) sum.add(value);
        other.add(0.1);
        std::vector<std::uint64_t> words;
        sum.append_to(words);
        other.append_to(words);
        std::span<const std::uint64_t> rest(words);
        ExactSum taken = ExactSum::taken_from(rest);
        EXPECT_EQ(taken.value(), sum.value());
        taken.add(ExactSum::taken_from(rest));
        EXPECT_TRUE(rest.empty());
        sum.add(other);
        EXPECT_EQ(taken.value(), sum.value());
        EXPECT_THROW((void)ExactSum::taken_from(rest), std::invalid_argument);
    }
}

TEST(ExactSum, TenTenthsAreTheSumOfTheirDoublesRoundedOnce) {
    // The double next to 0.1 is 2^-54 / 10 above it: ten of them are 1 + 2^-54, nearer to 1 than to the next double.
    EXPECT_EQ(sum_of(std::vector<double>(10, 0.1)), 1);
}

TEST(ExactSum, WhatIsBeyondTheLargestDoubleIsInfiniteAndComesBack) {
    EXPECT_EQ(sum_of({largest, largest}), infinity);
    EXPECT_EQ(sum_of({-largest, -largest}), -infinity);
    EXPECT_EQ(sum_of({largest, largest, -largest}), largest);
}

TEST(ExactSum, InfinitiesAndNanAreThoseOfAnyAddition) {
    EXPECT_EQ(sum_of({infinity, 1}), infinity);
    EXPECT_EQ(sum_of({-infinity, 1e300, -infinity}), -infinity);
    EXPECT_TRUE(std::isnan(sum_of({infinity, -infinity})));
    EXPECT_EQ(std::bit_cast<std::uint64_t>(sum_of({infinity, -infinity})),
              std::bit_cast<std::uint64_t>(sum_of({-nan, 1})));
}

TEST(ExactSum, TheNearSumMayGoRoundAndNothingIsLost) {
    const double big = 0x1p44;  // 2^3 of them go beyond what the near sum holds
    ExactSum sum;
    for (int i = 0; i < 1000; ++i) sum.add(big);
    sum.add(0x1p-28);
    for (int i = 0; i < 1000; ++i) sum.add(-big);
    EXPECT_EQ(sum.value(), 0x1p-28);
    ExactSum half;
    for (int i = 0; i < 500; ++i) half.add(big);
    ExactSum whole;
    whole.add(half);
    whole.add(half);
    EXPECT_EQ(whole.value(), 1000 * big);
}

/// Numbers of all sizes and both signs, as their bits fall; finite.
double any_double(std::mt19937_64& random) {
    const double value = std::bit_cast<double>(random());
    return std::isfinite(value) ? value : 0.1;
}

TEST(ExactSum, AnyOrderAndAnySplitGivesTheSameBytes) {
    std::mt19937_64 random(7);
    for (int round = 0; round < 2000; ++round) {
        std::vector<double> values(random() % 40);
        for (double& value : values)
            value = round % 2 == 0 ? any_double(random) : 0.1 * static_cast<double>(random() % 1000);
        const auto expected = std::bit_cast<std::uint64_t>(sum_of(values));
        std::shuffle(values.begin(), values.end(), random);
        std::vector<ExactSum> parts(5);
        for (const double value : values) parts[random() % parts.size()].add(value);
        ExactSum whole;
        for (const ExactSum& part : parts) whole.add(part);
        ASSERT_EQ(std::bit_cast<std::uint64_t>(whole.value()), expected);
        for (double& value : values) value = -value;
        ASSERT_EQ(sum_of(values), -std::bit_cast<double>(expected));
    }
}

TEST(ExactSum, OfWholeNumbersIsTheWholeNumber) {
    std::mt19937_64 random(8);
    for (int round = 0; round < 1000; ++round) {
        std::vector<std::int64_t> numbers(100);
        for (auto& number : numbers) number = static_cast<std::int64_t>(random()) >> 20U;
        const std::vector<double> values(numbers.begin(), numbers.end());
        ASSERT_EQ(sum_of(values),
                  static_cast<double>(std::accumulate(numbers.begin(), numbers.end(), std::int64_t{0})));
    }
}

TEST(ExactSums, AreOfEachGroupAndNanAddsNothing) {
    const std::array<double, 4> values{0.5, nan, 2, 4};
    const std::array<std::int64_t, 4> group{2, 2, 0, 2};
    EXPECT_EQ(exact_sums(values, group, 3), (std::vector<double>{2, 0, 4.5}));
    EXPECT_EQ(exact_sum(values), 6.5);
    EXPECT_THROW(static_cast<void>(exact_sums(values, group, 2)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(exact_sums(values, std::span(group).first(3), 3)), std::invalid_argument);
}

}  // namespace
}  // namespace sheltermap
