// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/arrow.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

namespace sheltermap::io {
namespace {

Table small_table() {
    Texts texts;
    for (const char* text : {"Rīga", "", "Ķekava"}) texts.push_back(text);
    return {.rows = 3,
            .columns = {{"whole", std::vector<std::int64_t>{1, 2, 3}, {1, 0, 1}},
                        {"number", std::vector<double>{0.5, 1.5, 2.5}, {1, 1, 1}},
                        {"text", texts, {1, 0, 1}},
                        {"flag", Booleans{{1, 0, 1}}, {1, 1, 1}},
                        {"day", Dates{{0, 1, -1}}, {1, 1, 1}},
                        {"instant", Times{{0, 1, 2}, true}, {1, 1, 0}}}};
}

TEST(Arrow, TableComesBackAsItWas) {
    ArrowArrayStream stream = export_table(std::make_shared<const Table>(small_table()));
    const Table back = import_table(&stream);
    const Table expected = small_table();
    ASSERT_EQ(back.rows, expected.rows);
    ASSERT_EQ(back.columns.size(), expected.columns.size());
    for (std::size_t i = 0; i < expected.columns.size(); ++i) {
        EXPECT_EQ(back.columns[i].name, expected.columns[i].name);
        EXPECT_EQ(back.columns[i].valid, expected.columns[i].valid);
        for (std::size_t row = 0; row < expected.rows; ++row) {
            EXPECT_EQ(cell_text(back.columns[i], row), cell_text(expected.columns[i], row));
        }
    }
    EXPECT_TRUE(std::get<Times>(back.columns[5].values).utc);
}

TEST(Arrow, StreamIsConsumedByImport) {
    ArrowArrayStream stream = export_table(std::make_shared<const Table>(small_table()));
    (void)import_table(&stream);
    EXPECT_EQ(stream.release, nullptr);
    EXPECT_THROW((void)import_table(&stream), std::invalid_argument);
}

TEST(Arrow, StreamThatNobodyReadsIsReleased) {
    const auto table = std::make_shared<const Table>(small_table());
    ArrowArrayStream stream = export_table(table);
    EXPECT_EQ(table.use_count(), 2);
    stream.release(&stream);
    EXPECT_EQ(table.use_count(), 1);
}

TEST(Arrow, ArraysKeepTheTableAliveAfterTheStream) {
    auto table = std::make_shared<const Table>(small_table());
    ArrowArrayStream stream = export_table(table);
    ArrowArray batch{};
    ASSERT_EQ(stream.get_next(&stream, &batch), 0);
    stream.release(&stream);
    table.reset();
    EXPECT_EQ(static_cast<const std::int64_t*>(batch.children[0]->buffers[1])[2], 3);
    batch.release(&batch);
}

TEST(Arrow, ColumnMovedOutOfABatchStandsAlone) {
    ArrowArrayStream stream = export_table(std::make_shared<const Table>(small_table()));
    ArrowArray batch{};
    ASSERT_EQ(stream.get_next(&stream, &batch), 0);
    ArrowArray child = *batch.children[1];
    batch.children[1]->release = nullptr;
    batch.release(&batch);
    stream.release(&stream);
    EXPECT_EQ(static_cast<const double*>(child.buffers[1])[0], 0.5);
    child.release(&child);
}

}  // namespace
}  // namespace sheltermap::io
