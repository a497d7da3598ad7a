// SPDX-License-Identifier: Apache-2.0
#include "index/envelope_tree.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include <random>

namespace sheltermap {
namespace {

std::vector<std::int32_t> found(const EnvelopeTree& tree, const Envelope& box) {
    std::vector<std::int32_t> rows{99};  // what was there before goes
    tree.find(box, rows);
    return rows;
}

TEST(EnvelopeTree, FindsWhatLookingAtEveryBoxFinds) {
    std::mt19937_64 random(11);
    std::uniform_real_distribution<double> place(-50, 50), size(0, 4);
    for (const std::size_t count : {1U, 15U, 16U, 17U, 300U, 5'000U}) {  // one node, a full one, several levels
        std::vector<Envelope> boxes(count);
        for (std::size_t i = 0; i < count; ++i) {
            if (i % 7 == 3) continue;  // empty
            const double x = place(random), y = place(random);
            boxes[i] = {x, y, x + size(random), y + size(random)};
        }
        const EnvelopeTree tree(boxes);
        for (int i = 0; i < 500; ++i) {
            const double x = place(random), y = place(random);
            const Envelope asked{x, y, x + 2 * size(random), y + 2 * size(random)};
            std::vector<std::int32_t> expected;
            for (std::size_t row = 0; row < count; ++row) {
                if (boxes[row].meets(asked)) expected.push_back(static_cast<std::int32_t>(row));
            }
            ASSERT_EQ(found(tree, asked), expected) << count << " boxes";
        }
    }
}

TEST(EnvelopeTree, BoxesThatTouchMeet) {
    const EnvelopeTree tree(std::vector<Envelope>{{0, 0, 1, 1}, {1, 1, 2, 2}});
    EXPECT_EQ(found(tree, {1, 1, 1, 1}), (std::vector<std::int32_t>{0, 1}));
}

TEST(EnvelopeTree, BoxesAtOnePlaceAreAllFound) {
    const EnvelopeTree tree(std::vector<Envelope>(40, Envelope{3, 3, 3, 3}));
    EXPECT_EQ(found(tree, {2, 2, 4, 4}).size(), 40U);
}

TEST(EnvelopeTree, NothingMeetsABoxOfNoNumbersOrATreeOfNoBoxes) {
    EXPECT_TRUE(found(EnvelopeTree(std::vector<Envelope>{{0, 0, 1, 1}}), {nan, nan, nan, nan}).empty());
    EXPECT_TRUE(found(EnvelopeTree(std::vector<Envelope>{{}, {}}), {-1, -1, 1, 1}).empty());
    EXPECT_TRUE(found(EnvelopeTree({}), {-1, -1, 1, 1}).empty());
}

}  // namespace
}  // namespace sheltermap
