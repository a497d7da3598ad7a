// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace sheltermap::io {

/// A point in time that a text tells.
struct ClearTime {
    std::int64_t microseconds = 0;  ///< since 1970-01-01T00:00:00, in UTC where the zone is known
    bool has_zone = false;
};

/// The day that a text tells, as days since 1970-01-01, where it can mean one only: "2026-10-01", "2026/10/1",
/// "20261001", "1.10.2026", "2026-10-01 00:00:00", but neither "02/03/2026" nor a time within the day.
[[nodiscard]] std::optional<std::int32_t> clear_date(std::string_view text) noexcept;

/// The time that a text tells where it can mean one only: such a day, and behind a T or a blank "12:34", "12:34:56" or
/// "12:34:56.789" and "Z" or an offset like "+03:00". A day alone is its first moment.
[[nodiscard]] std::optional<ClearTime> clear_time(std::string_view text) noexcept;

}  // namespace sheltermap::io
