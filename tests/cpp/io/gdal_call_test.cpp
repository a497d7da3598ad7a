// SPDX-License-Identifier: Apache-2.0
#include "io/gdal_call.hpp"

#include <gtest/gtest.h>

#include <new>

namespace sheltermap::io {
namespace {

TEST(GdalCall, TellsMemoryThatIsOutFromWhatIsSaidOfAFile) {
    GdalCall call;
    CPLError(CE_Failure, CPLE_FileIO, "a read failed");
    EXPECT_EQ(call.take(), "a read failed");
    CPLError(CE_Failure, CPLE_OutOfMemory, "cannot allocate 1 TB");
    EXPECT_THROW((void)call.take(), std::bad_alloc);
    EXPECT_EQ(call.take(), "");
}

TEST(GdalCall, MakesATextOfAnyMessage) {
    GdalCall call;
    CPLError(CE_Warning, CPLE_AppDefined, "%s",
             "Value '1\xA0"
             "250' of field a.people");
    EXPECT_EQ(call.take(), "Value '1\\xA0250' of field a.people");
}

}  // namespace
}  // namespace sheltermap::io
