// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/table.hpp"

#include <gtest/gtest.h>

namespace sheltermap::io {
namespace {

TEST(Table, TextsComeBackAsTheyWerePut) {
    Texts texts;
    texts.push_back("ā");
    texts.push_back("");
    texts.push_back("Ķekava");
    ASSERT_EQ(texts.size(), 3U);
    EXPECT_EQ(texts[0], "ā");
    EXPECT_EQ(texts[1], "");
    EXPECT_EQ(texts[2], "Ķekava");
}

TEST(Table, FindsAColumnByName) {
    Table table;
    table.columns.push_back({"capacity", std::vector<std::int64_t>{1}, {1}});
    EXPECT_EQ(table.find("capacity"), table.columns.data());
    EXPECT_EQ(table.find("Capacity"), nullptr);
}

TEST(Table, CellTextIsEmptyWhereThereIsNoValue) {
    EXPECT_EQ(cell_text({"n", std::vector<std::int64_t>{7}, {0}}, 0), "");
}

TEST(Table, CellTextWritesNumbersShortest) {
    EXPECT_EQ(cell_text({"n", std::vector<std::int64_t>{9'007'199'254'740'993}, {1}}, 0), "9007199254740993");
    EXPECT_EQ(cell_text({"n", std::vector<double>{0.1}, {1}}, 0), "0.1");
}

TEST(Table, CellTextWritesDatesAndTimesAsIso8601) {
    EXPECT_EQ(cell_text({"d", Dates{{-1}}, {1}}, 0), "1969-12-31");
    EXPECT_EQ(cell_text({"t", Times{{1'500'000}, true}, {1}}, 0), "1970-01-01T00:00:01.500000Z");
    EXPECT_EQ(cell_text({"t", Times{{-1'000'000}, false}, {1}}, 0), "1969-12-31T23:59:59");
}

TEST(Table, CellTextWritesBooleansAsWords) { EXPECT_EQ(cell_text({"b", Booleans{{0}}, {1}}, 0), "false"); }

}  // namespace
}  // namespace sheltermap::io
