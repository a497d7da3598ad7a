// SPDX-License-Identifier: Apache-2.0
#include "index/lanes.hpp"

#include <gtest/gtest.h>

#include "index/chord_order.hpp"
#include "index/plain_lanes.hpp"
#include <bit>
#include <limits>
#include <random>

namespace sheltermap {
namespace {

using Plain = PlainLanes<double>;
using PlainMasks = PlainLanes<std::int64_t>;
using Numbers = std::array<double, lanes>;

template <class Some>
Some loaded(const Numbers& numbers) {
    Some values;
    std::memcpy(&values, numbers.data(), sizeof values);
    return values;
}

/// What a search makes of eight numbers, step by step.
template <class Some, class Mask>
std::vector<std::uint64_t> steps(const Numbers& first, const Numbers& second) {
    const Some a = loaded<Some>(first), b = loaded<Some>(second);
    const Mask shorter = a < b;
    Mask levels{}, level = Mask{} + 5;
    level += level;
    levels |= (a * b <= 1.0) & level;
    std::vector<std::uint64_t> bits;
    for (const Some& each : {a + b, a - b, a * b, a + 3.0, 3.0 + a, a - 3.0, 3.0 - a, 3.0 * a, choose(shorter, a, b),
                             choose(a <= b, a, b), choose(a < 1.0, a, b), rival_chord_squared(a)}) {
        for (std::size_t i = 0; i < lanes; ++i) bits.push_back(std::bit_cast<std::uint64_t>(double{each[i]}));
    }
    for (const Mask& each : {shorter, levels, choose(shorter, level, levels)}) {
        for (std::size_t i = 0; i < lanes; ++i) bits.push_back(static_cast<std::uint64_t>(each[i]));
    }
    return bits;
}

TEST(Lanes, ACompilerWithoutVectorsComputesTheSameBits) {
    std::mt19937_64 random(3);
    for (int round = 0; round < 1000; ++round) {
        Numbers first{}, second{};
        for (std::size_t i = 0; i < lanes; ++i) {
            first[i] = static_cast<double>(random() % 1000) / 7;
            second[i] = random() % 5 == 0 ? first[i] : static_cast<double>(random() % 1000) / 7;
        }
        if (round % 10 == 0) first[random() % lanes] = std::numeric_limits<double>::infinity();
        ASSERT_EQ((steps<Lanes, Masks>(first, second)), (steps<Plain, PlainMasks>(first, second)));
    }
}

TEST(Lanes, LeastIsTheLeastWhereverItIs) {
    for (std::size_t at = 0; at < lanes; ++at) {
        Numbers numbers{9, 8, 7, 6, 5, 6, 7, 8};
        numbers[at] = 1;
        EXPECT_EQ(least(load(numbers)), 1);
    }
}

}  // namespace
}  // namespace sheltermap
