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

TEST(Excerpt, CharactersThatNobodySeesStandByTheirNames) {
    EXPECT_EQ(quoted_excerpt("1\xC2\xA0"
                             "250"),
              "'1‹NO-BREAK SPACE›250'");
    EXPECT_EQ(excerpt("people\xE2\x80\x8B"), "people‹ZERO WIDTH SPACE›");
    EXPECT_EQ(excerpt("\xEF\xBB\xBFid\tx"), "‹ZERO WIDTH NO-BREAK SPACE›id‹TAB›x");
    EXPECT_EQ(excerpt("Ķekava – 1\xFF"), "Ķekava – 1\xFF");
}

}  // namespace
}  // namespace sheltermap
