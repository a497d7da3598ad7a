// SPDX-License-Identifier: Apache-2.0
#include "io/numbers.hpp"

#include <gtest/gtest.h>

#include <string>

namespace sheltermap::io {
namespace {

TEST(DeclaredNumber, TakesZerosAndAPlusInFrontForNothing) {
    for (const char* text : {"7", "007", "+7", " 7 ", "+007", "7.0", "7."}) {
        EXPECT_TRUE(parse_declared_number(text).is_finite()) << text;
        EXPECT_EQ(parse_declared_number(text).real, 7) << text;
    }
    EXPECT_EQ(parse_declared_number("-007.5").real, -7.5);
    EXPECT_EQ(parse_declared_number("000").integer, 0);
    EXPECT_EQ(parse_declared_number("00.5").real, 0.5);
}

TEST(DeclaredNumber, RefusesEverythingElse) {
    for (const std::string& text :
         {std::string("+-7"), std::string("--7"), std::string("+"), std::string(), std::string("12a4"),
          std::string("1 250"), std::string("20,5"), std::string(200, '0') + "1x"})
        EXPECT_EQ(parse_declared_number(text).kind, Number::Kind::none) << text;
    EXPECT_EQ(parse_declared_number("1e400").kind, Number::Kind::out_of_range);
}

TEST(MayBeThousands, IsSoWithThreeDigitsAfterTheOnlyMark) {
    for (const char* text : {"1.200", "12,500", "999.999", "-1.200", " 1.200 "})
        EXPECT_TRUE(may_be_thousands(text)) << text;
    for (const char* text : {"0.250", "1234.567", "1.20", "1.2000", "1200", "1.200.000", ".500", "1.2e0", ""})
        EXPECT_FALSE(may_be_thousands(text)) << text;
}

}  // namespace
}  // namespace sheltermap::io
