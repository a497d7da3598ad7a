// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/json_number.hpp"

#include "base/real_number.hpp"
#include "io/numbers.hpp"
#include <charconv>
#include <cstdint>

namespace sheltermap::io {
namespace {

bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') < 10; }

/// Where the digits end that begin at `at`.
std::size_t end_of_digits(std::string_view text, std::size_t at) noexcept {
    while (at < text.size() && is_digit(text[at])) ++at;
    return at;
}

/// The grammar is that of RFC 8259, section 6: a whole part without superfluous zeros, perhaps a fraction of at least
/// one digit, perhaps an exponent. Here the length of the whole part with its sign; 0 where none stands there.
std::size_t whole_part(std::string_view text) noexcept {
    const std::size_t first = text.starts_with('-') ? 1 : 0;
    const std::size_t end = end_of_digits(text, first);
    return end == first || (end > first + 1 && text[first] == '0') ? 0 : end;
}

/// 0 where no fraction with its point stands there.
std::size_t fraction_at(std::string_view text, std::size_t at) noexcept {
    if (at + 1 >= text.size() || text[at] != '.') return 0;
    return end_of_digits(text, at + 1) - at;
}

bool is_exponent_at(std::string_view text, std::size_t at) noexcept {
    return at < text.size() && (text[at] == 'e' || text[at] == 'E');
}

bool ends_at(std::string_view text, std::size_t at) noexcept {
    if (at >= text.size()) return true;
    const char c = text[at];
    return c == ',' || c == ']' || c == '}' || c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// Beyond 64 bits an odd one without a value.
JsonNumber whole_number(std::string_view raw) noexcept {
    std::int64_t whole = 0;
    if (std::from_chars(raw.data(), raw.data() + raw.size(), whole).ec != std::errc{})
        return {raw.size(), JsonKind::odd_number, 0};
    const bool is_exact = whole <= max_exact_integer && whole >= -max_exact_integer;
    return {raw.size(), is_exact ? JsonKind::integer : JsonKind::big_integer, static_cast<double>(whole)};
}

/// With a fraction or an exponent; an odd one without a value where no double is near it, or nobody can mean it.
JsonNumber real_number(std::string_view text) noexcept {
    constexpr std::size_t longest = 128;
    double real = 0;
    const auto [end, fault] = read_real(text.data(), text.data() + text.size(), real);
    const auto length = static_cast<std::size_t>(end - text.data());
    if (!ends_at(text, length)) return {};
    if (length > longest || fault != std::errc{}) return {length, JsonKind::odd_number, 0};
    return {length, JsonKind::real, real};
}

}  // namespace

JsonNumber json_number_value(std::string_view text) noexcept {
    const std::size_t whole = whole_part(text);
    if (whole == 0) return {};
    if (ends_at(text, whole)) return whole_number(text.substr(0, whole));
    const bool has_fraction = text[whole] == '.' && whole + 1 < text.size() && is_digit(text[whole + 1]);
    return has_fraction || is_exponent_at(text, whole) ? real_number(text) : JsonNumber{};
}

JsonNumber json_number(std::string_view text) noexcept {
    constexpr std::size_t exact_digits = 15;    // any whole number of so many is exact as a double
    constexpr std::size_t finite_digits = 100;  // and so many with a point are within the range of doubles
    const std::size_t whole = whole_part(text);
    if (whole == 0) return {};
    const std::size_t fraction = fraction_at(text, whole);
    const std::size_t length = whole + fraction;
    if (is_exponent_at(text, length) || length > (fraction > 0 ? finite_digits : exact_digits))
        return json_number_value(text);
    if (fraction == 1 || !ends_at(text, length)) return {};
    return {length, fraction > 0 ? JsonKind::real : JsonKind::integer, 0};
}

}  // namespace sheltermap::io
