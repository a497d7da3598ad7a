// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/atomic.hpp"

#include "sheltermap/base/error.hpp"

#include "base/path_text.hpp"
#include "io/files/processes.hpp"
#include "io/temporary_folder.hpp"
#include <cstdint>

namespace sheltermap::io {
namespace {

namespace fs = std::filesystem;

/// No system of ours numbers its processes so high.
constexpr std::int64_t no_process = 2'147'483'646;

class Atomic : public TemporaryFolder {
protected:
    /// As a process leaves it that died while it wrote.
    static void leave_half(const fs::path& target) {
        std::string name = path_text(sibling_for(target).filename());
        const std::string mine = "." + std::to_string(this_process()) + ".";
        name.replace(name.rfind(mine), mine.size(), "." + std::to_string(no_process) + ".");
        std::ofstream(target.parent_path() / path_named(name)) << "half";
    }
};

TEST_F(Atomic, SiblingsDiffer) { EXPECT_NE(sibling_for(at("a.gpkg")), sibling_for(at("a.gpkg"))); }

TEST_F(Atomic, SiblingKeepsFolderAndEnding) {
    const fs::path sibling = sibling_for(at("a.gpkg"));
    EXPECT_EQ(sibling.parent_path(), at("a.gpkg").parent_path());
    EXPECT_EQ(sibling.extension(), ".gpkg");
    EXPECT_TRUE(sibling.filename().string().starts_with(".a.gpkg."));
}

TEST_F(Atomic, SiblingOfALongNameFitsAndIsLikeNoOther) {
    for (const std::string& ending : {std::string(".gpkg"), "." + std::string(100, 'e')}) {
        std::string stem;
        while (stem.size() + 2 + ending.size() <= 254) stem += "ā";
        const fs::path one = sibling_for(at(stem + "a" + ending));
        EXPECT_LE(one.filename().string().size() + std::string("-journal").size(), 255);
        std::ofstream(one) << "fits";
        EXPECT_TRUE(fs::exists(one));
        const fs::path other = sibling_for(at(stem + "b" + ending));
        EXPECT_NE(one.filename().string().substr(0, 85), other.filename().string().substr(0, 85));
    }
}

#ifndef _WIN32  // where links want a privilege, and a file has no rights of its own
TEST_F(Atomic, ALinkIsFollowedWhereverItLeads) {
    fs::create_directory(at("there"));
    fs::create_symlink("there/new.txt", at("a.txt"));
    fs::create_symlink("a.txt", at("b.txt"));
    EXPECT_EQ(sibling_for(at("b.txt")).parent_path().filename(), "there");
    replace(written("fresh.txt", "new"), at("b.txt"));
    EXPECT_TRUE(fs::is_symlink(at("a.txt")) && fs::is_symlink(at("b.txt")));
    EXPECT_EQ(content(at("there/new.txt")), "new");
    fs::create_symlink("round.txt", at("round.txt"));
    EXPECT_THROW(replace(written("fresh.txt", "new"), at("round.txt")), WriteError);
}

TEST_F(Atomic, FileKeepsTheRightsOfTheOneItReplaces) {
    fs::permissions(written("a.txt", "old"), fs::perms(0600));
    replace(written("fresh.txt", "new"), at("a.txt"));
    EXPECT_EQ(fs::status(at("a.txt")).permissions(), fs::perms(0600));
}
#endif

TEST_F(Atomic, LeftOverOfADeadProcessIsRemoved) {
    leave_half(at("a.gpkg"));
    EXPECT_EQ(files(), 1);
    (void)sibling_for(at("a.gpkg"));
    EXPECT_EQ(files(), 0);
}

TEST_F(Atomic, LeftOverOfALivingProcessStays) {
    std::ofstream(sibling_for(at("a.gpkg"))) << "being written";
    (void)sibling_for(at("a.gpkg"));
    EXPECT_EQ(files(), 1);
}

TEST_F(Atomic, AnotherFilesLeftOversAreNotTouched) {
    leave_half(at("b.gpkg"));
    (void)sibling_for(at("a.gpkg"));
    EXPECT_EQ(files(), 1);
}

TEST_F(Atomic, FileTakesThePlaceOfAnother) {
    written("a.txt", "old");
    replace(written("fresh.txt", "new"), at("a.txt"));
    EXPECT_EQ(content(at("a.txt")), "new");
    EXPECT_EQ(files(), 1);
}

TEST_F(Atomic, FolderTakesThePlaceOfAnother) {
    for (const char* name : {"old", "fresh"}) fs::create_directory(at(name));
    written("old/a.txt", "old");
    written("fresh/b.txt", "new");
    replace(at("fresh"), at("old"));
    EXPECT_EQ(content(at("old/b.txt")), "new");
    EXPECT_FALSE(fs::exists(at("old/a.txt")));
    EXPECT_EQ(files(), 1);
}

TEST_F(Atomic, FolderIsNotReplacedByAFile) {
    fs::create_directory(at("old"));
    EXPECT_THROW(replace(written("fresh", "new"), at("old")), WriteError);
    EXPECT_TRUE(fs::is_directory(at("old")));
}

TEST_F(Atomic, FolderThatIsNotThereIsAWriteError) { EXPECT_THROW((void)sibling_for(at("nowhere/a.gpkg")), WriteError); }

TEST_F(Atomic, NothingFreshIsTheCallersMistake) {
    EXPECT_THROW(replace(at("nothing"), at("a.txt")), std::invalid_argument);
}

}  // namespace
}  // namespace sheltermap::io
