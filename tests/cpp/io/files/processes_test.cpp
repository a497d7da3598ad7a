// SPDX-License-Identifier: Apache-2.0
#include "io/files/processes.hpp"

#include <gtest/gtest.h>

namespace sheltermap::io {
namespace {

TEST(Processes, ThisOneRunsAndOneThatNeverWasDoesNot) {
    EXPECT_GT(this_process(), 0);
    EXPECT_TRUE(is_running(this_process()));
    EXPECT_FALSE(is_running(2'147'483'646));
}

TEST(Processes, TheMachineHasAName) { EXPECT_NE(host_name(), ""); }

}  // namespace
}  // namespace sheltermap::io
