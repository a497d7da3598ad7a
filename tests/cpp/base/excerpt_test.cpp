// SPDX-License-Identifier: Apache-2.0
#include "base/excerpt.hpp"

#include <gtest/gtest.h>

namespace sheltermap {
namespace {

TEST(Excerpt, AShortTextIsWhole) {
    EXPECT_EQ(excerpt("patvertne"), "patvertne");
    EXPECT_EQ(excerpt(" 12 "), " 12 ");
    EXPECT_EQ(excerpt("null\n"), "null");
    EXPECT_EQ(excerpt(""), "");
}

TEST(Excerpt, NoLetterIsCut) {
    EXPECT_EQ(excerpt("aķķķ", 4), "aķ…");  // a letter of two bytes begins at the fourth
    EXPECT_EQ(excerpt("ķķķ", 4), "ķķ…");
    EXPECT_EQ(excerpt("ķķ", 4), "ķķ");
}

TEST(Excerpt, OfSeveralLinesOnlyTheFirst) { EXPECT_EQ(excerpt("[\n  {"), "[…"); }

}  // namespace
}  // namespace sheltermap
