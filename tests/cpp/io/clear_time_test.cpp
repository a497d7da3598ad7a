// SPDX-License-Identifier: Apache-2.0
#include "io/clear_time.hpp"

#include <gtest/gtest.h>

namespace sheltermap::io {
namespace {

constexpr std::int32_t first_of_october_2026 = 20'727;  // days since 1970-01-01, by `date -d 2026-10-01 +%s` / 86400
constexpr std::int64_t second_us = 1'000'000, day_us = 86'400 * second_us;

TEST(ClearDate, ReadsADayThatIsWrittenInOneOrderOnly) {
    for (const char* text : {"2026-10-01", "2026/10/1", "2026.10.01", "20261001", "1.10.2026", "01.10.2026.",
                             " 2026-10-01 ", "2026-10-01T00:00:00Z", "2026-10-01 00:00"})
        EXPECT_EQ(clear_date(text), first_of_october_2026) << text;
    EXPECT_EQ(clear_date("31/12/1969"), -1);
    EXPECT_EQ(clear_date("12/31/1969"), -1);
    EXPECT_EQ(clear_date("01/01/1970"), 0);
}

TEST(ClearDate, RefusesWhatMayBeSeveralDaysOrNone) {
    for (const char* text : {"", "2026", "02/03/2026", "2-3-2026", "1.10.26", "2026-13-01", "2026-02-29", "2026-10/01",
                             "2026-10-01x", "2026-10-01T12:34:00", "2026-10-", "-2026-10-01", "99999999", "00000000"})
        EXPECT_EQ(clear_date(text), std::nullopt) << text;
}

TEST(ClearTime, ReadsTimesWithAndWithoutAZone) {
    constexpr std::int64_t noon = first_of_october_2026 * day_us + 12 * 3600 * second_us;
    for (const char* text :
         {"2026-10-01T12:00:00", "2026-10-01 12:00", "2026/10/01  12:00:00.000", "1.10.2026 12:00"}) {
        const auto time = clear_time(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(time->microseconds, noon) << text;
        EXPECT_FALSE(time->has_zone) << text;
    }
    for (const char* text : {"2026-10-01T12:00:00Z", "2026-10-01 12:00z", "2026-10-01T15:00:00+03:00",
                             "2026-10-01 15:00:00+03", "2026-10-01 08:30:00 -0330"}) {
        const auto time = clear_time(text);
        ASSERT_TRUE(time) << text;
        EXPECT_EQ(time->microseconds, noon) << text;
        EXPECT_TRUE(time->has_zone) << text;
    }
    EXPECT_EQ(clear_time("1970-01-01T00:00:00.1234567")->microseconds, 123'456);
    EXPECT_EQ(clear_time("1970-01-01 00:00:00,5")->microseconds, 500'000);
    EXPECT_EQ(clear_time("1969-12-31T23:59:59.999Z")->microseconds, -1000);
    EXPECT_EQ(clear_time("1969-12-31 24:00")->microseconds, 0);
}

TEST(ClearTime, RefusesWhatIsNoTime) {
    for (const char* text :
         {"", "12:30", "2026-10-01T", "2026-10-01T12", "2026-10-01 12:60", "2026-10-01 24:01", "2026-10-01 12:34:56 PM",
          "2026-10-01 12:34:56+99", "2026-10-01 12:34:56.", "nope", "2026-10-01 1:2", "2026-10-01T12:34:56Zx"})
        EXPECT_EQ(clear_time(text).has_value(), false) << text;
}

}  // namespace
}  // namespace sheltermap::io
