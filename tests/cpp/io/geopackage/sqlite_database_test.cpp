// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/sqlite_database.hpp"

#include <gtest/gtest.h>

#include <new>

namespace sheltermap::io {
namespace {

TEST(SqliteDatabase, TellsMemoryThatIsOutFromFaultsOfAFile) {
    SqliteDatabase database(":memory:");
    EXPECT_THROW(database.run("SELECT nothing FROM nowhere"), SqliteFault);
    sqlite3_hard_heap_limit64(4'000'000);
    EXPECT_THROW(database.run("SELECT randomblob(10000000)"), std::bad_alloc);
    sqlite3_hard_heap_limit64(0);
    EXPECT_NO_THROW(database.run("SELECT randomblob(10000000)"));
}

}  // namespace
}  // namespace sheltermap::io
