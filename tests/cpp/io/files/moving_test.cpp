// SPDX-License-Identifier: Apache-2.0
#include "io/files/moving.hpp"

#include "base/system_fault.hpp"
#include "io/temporary_folder.hpp"

namespace sheltermap::io {
namespace {

using Moving = TemporaryFolder;
namespace fs = std::filesystem;

TEST_F(Moving, AFileTakesTheNameOfAnother) {
    written("old", "old");
    rename_over(written("new", "new"), at("old"));
    EXPECT_EQ(content(at("old")), "new");
    EXPECT_EQ(files(), 1);
}

TEST_F(Moving, AFolderTakesAFreeNameAndNoOther) {
    for (const char* name : {"old", "new"}) fs::create_directory(at(name));
    written("old/a", "a");
    rename_over(at("new"), at("free"));
    EXPECT_TRUE(fs::is_directory(at("free")));
    EXPECT_THROW(rename_over(at("free"), at("old")), SystemFault);
    EXPECT_EQ(content(at("old/a")), "a");
}

TEST_F(Moving, AFileWithANameOfAnyAlphabetIsRenamed) {
    const fs::path cyrillic = u8"Улицы Rīgā 街";
    rename_over(written("new", "new"), at("") / cyrillic);
    EXPECT_EQ(content(at("") / cyrillic), "new");
}

TEST_F(Moving, WhatIsNotThereIsAFaultThatSaysSo) {
    for (const auto& refused : {at("nothing"), at("no folder") / "nothing"}) {
        try {
            rename_over(refused, at("new"));
            ADD_FAILURE() << refused;
        } catch (const SystemFault& fault) {
            EXPECT_STRNE(fault.what(), "");
        }
        EXPECT_THROW(sync_to_disk(refused), SystemFault);
    }
}

TEST_F(Moving, ExchangedFoldersHaveEachOthersNamesOrNothingHappened) {
    for (const char* name : {"one", "other"}) fs::create_directory(at(name));
    written("one/a", "of one");
    written("other/a", "of other");
    const bool exchanged = exchange_names(at("one"), at("other"));
    EXPECT_EQ(content(at("one/a")), exchanged ? "of other" : "of one");
    EXPECT_EQ(content(at("other/a")), exchanged ? "of one" : "of other");
}

TEST_F(Moving, WhatIsSyncedStaysAsItIs) {
    fs::create_directory(at("folder"));
    sync_to_disk(written("folder/a", "a"));
    sync_to_disk(at("folder"));
    EXPECT_EQ(content(at("folder/a")), "a");
}

}  // namespace
}  // namespace sheltermap::io
