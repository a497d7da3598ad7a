// SPDX-License-Identifier: Apache-2.0
#include "io/files/encoding.hpp"

#include <gtest/gtest.h>

#include "base/utf8.hpp"

namespace sheltermap::io {
namespace {

TEST(Escaped, ShowsBytesThatAreNoTextAndLeavesTheRest) {
    EXPECT_EQ(escaped("R\xC4\xABga"), "R\xC4\xABga");
    EXPECT_EQ(escaped("1\xA0"
                      "250"),
              "1\\xA0250");
    EXPECT_EQ(escaped("\xC4"), "\\xC4");
    EXPECT_EQ(escaped("\xFF\xFE"), "\\xFF\\xFE");
    EXPECT_EQ(escaped(""), "");
    EXPECT_TRUE(is_utf8(escaped("a\xE2\x82z")));
}

}  // namespace
}  // namespace sheltermap::io
