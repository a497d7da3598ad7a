// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geodesy/proj_data.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/crs.hpp"

#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include <filesystem>

namespace sheltermap {
namespace {

/// A folder of its own; the database that all other tests read is set again afterwards.
class ProjData : public io::TemporaryFolder {
protected:
    void TearDown() override { use_proj_data(usual); }
    const std::filesystem::path usual = proj_data();
};

TEST_F(ProjData, AnotherFolderIsReadFromThenOn) {
    std::filesystem::copy_file(usual / "proj.db", at("proj.db"));
    use_proj_data(at(""));
    EXPECT_EQ(proj_data(), at(""));
    EXPECT_EQ(Crs("EPSG:3059").code(), "EPSG:3059");
}

TEST_F(ProjData, TheUsualFolderIsReadNoLonger) {
    written("proj.db", "no database");
    use_proj_data(at(""));
    EXPECT_THROW(Crs("EPSG:3059"), CrsError);
}

TEST_F(ProjData, AFolderWithoutADatabaseIsRefusedAndNothingChanges) {
    EXPECT_THROW(use_proj_data(at("")), Error);
    EXPECT_EQ(proj_data(), usual);
}

}  // namespace
}  // namespace sheltermap
