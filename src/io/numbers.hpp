// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string_view>

namespace sheltermap::io {

/// A text read as a number, the same in every locale.
struct Number {
    enum class Kind { none, integer, real, out_of_range };
    Kind kind = Kind::none;
    std::int64_t integer = 0;
    double real = 0;  ///< set for integers as well
    [[nodiscard]] bool is_finite() const noexcept { return kind == Kind::integer || kind == Kind::real; }
};

/// Blanks around it are passed over. What people write as a code or a word stays none: "007", "+371", "1 250", "nan",
/// integers beyond 64 bits. `decimal_mark` is '.' or ','.
[[nodiscard]] Number parse_number(std::string_view text, char decimal_mark = '.') noexcept;

/// The same for a column that is declared to hold numbers, where zeros and a plus in front say nothing: "007" is 7.
[[nodiscard]] Number parse_declared_number(std::string_view text) noexcept;

/// Whether a number with a fraction of three digits may be one of thousands as well: "1.200", "-12,500", not "0.250".
[[nodiscard]] bool may_be_thousands(std::string_view number) noexcept;

/// Integers up to here are exact as doubles.
inline constexpr std::int64_t max_exact_integer = std::int64_t{1} << 53;

}  // namespace sheltermap::io
