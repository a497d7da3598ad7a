// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/json_number.hpp"

#include "io/numbers.hpp"
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace sheltermap::io {
namespace {

bool is_digit(char c) noexcept { return static_cast<unsigned char>(c - '0') < 10; }

bool ends_number(char c) noexcept {
    return c == ',' || c == ']' || c == '}' || c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

/// The digits at `at` appended to those of `digits`, which wraps around beyond 19 of them; returns where they end.
const char* take_digits(const char* at, const char* end, std::uint64_t& digits) noexcept {
    if constexpr (std::endian::native == std::endian::little) {
        // Eight at once: pairs, then fours, then all (D. Lemire, "Quickly parsing eight digits", 2018).
        while (end - at >= 8) {
            std::uint64_t word = 0;
            std::memcpy(&word, at, sizeof word);
            const std::uint64_t value = word - 0x3030303030303030U;
            if (((value | (value + 0x7676767676767676U)) & 0x8080808080808080U) != 0) break;
            const std::uint64_t pairs = value * 10 + (value >> 8U);
            constexpr std::uint64_t mask = 0x000000FF000000FFU;
            const std::uint64_t eight =
                ((pairs & mask) * 0x000F424000000064U + ((pairs >> 16U) & mask) * 0x0000271000000001U) >> 32U;
            digits = digits * 100'000'000 + (eight & 0xFFFFFFFFU);
            at += 8;
        }
    }
    while (at < end && is_digit(*at)) digits = digits * 10 + static_cast<std::uint64_t>(*at++ - '0');
    return at;
}

/// The parts of a number as it is written.
struct Parts {
    std::uint64_t digits = 0;  ///< of whole part and fraction together
    std::ptrdiff_t whole = 0, fraction = 0;
    bool is_negative = false, has_point = false, has_exponent = false;
    std::size_t length = 0;
};

/// RFC 8259, section 6; the length is 0 where something else stands there.
Parts parts_of(std::string_view text) noexcept {
    Parts parts;
    const char* at = text.data();
    const char* const end = at + text.size();
    if (at < end && *at == '-') {
        parts.is_negative = true;
        ++at;
    }
    const char* const first = at;
    at = take_digits(at, end, parts.digits);
    parts.whole = at - first;
    if (parts.whole == 0 || (parts.whole > 1 && *first == '0')) return {};
    if (at < end && *at == '.') {
        parts.has_point = true;
        const char* const point = ++at;
        at = take_digits(at, end, parts.digits);
        parts.fraction = at - point;
        if (parts.fraction == 0) return {};
    }
    if (at < end && (*at == 'e' || *at == 'E')) {
        parts.has_exponent = true;
        ++at;
        if (at < end && (*at == '+' || *at == '-')) ++at;
        const char* const exponent = at;
        while (at < end && is_digit(*at)) ++at;
        if (at == exponent) return {};
    }
    if (at < end && !ends_number(*at)) return {};
    parts.length = static_cast<std::size_t>(at - text.data());
    return parts;
}

/// What cannot be told from the number of digits.
JsonNumber judged(std::string_view raw) noexcept {
    const Number number = parse_number(raw);
    JsonNumber result{raw.size(), JsonKind::odd_number, number.real};
    if (number.kind == Number::Kind::real) result.kind = JsonKind::real;
    if (number.kind == Number::Kind::integer) {
        const bool is_exact = number.integer <= max_exact_integer && number.integer >= -max_exact_integer;
        result.kind = is_exact ? JsonKind::integer : JsonKind::big_integer;
    }
    return result;
}

constexpr std::ptrdiff_t safe_digits = 15;  // any whole number of so many digits is exact as a double

}  // namespace

JsonNumber json_number(std::string_view text) noexcept {
    const Parts parts = parts_of(text);
    if (parts.length == 0) return {};
    const std::ptrdiff_t digits = parts.whole + parts.fraction;
    constexpr std::ptrdiff_t always_finite = 100;
    if (parts.has_exponent || digits > always_finite || (!parts.has_point && digits > safe_digits))
        return judged(text.substr(0, parts.length));
    return {parts.length, parts.has_point ? JsonKind::real : JsonKind::integer, 0};
}

JsonNumber json_number_value(std::string_view text) noexcept {
    constexpr std::array<double, 23> powers{1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                            1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    const Parts parts = parts_of(text);
    if (parts.length == 0) return {};
    // Both the digits and the power of ten are exact, so that their quotient is rounded once, which is what
    // std::from_chars promises (W. Clinger, "How to read floating point numbers accurately", 1990).
    const std::ptrdiff_t digits = parts.whole + parts.fraction;
    const bool is_exact = digits <= 19 && parts.digits <= static_cast<std::uint64_t>(max_exact_integer);
    if (parts.has_exponent || !is_exact || (!parts.has_point && digits > safe_digits))
        return judged(text.substr(0, parts.length));
    const auto whole = static_cast<double>(static_cast<std::int64_t>(parts.digits));
    if (!parts.has_point) return {parts.length, JsonKind::integer, parts.is_negative && whole != 0 ? -whole : whole};
    const double value = whole / powers[static_cast<std::size_t>(parts.fraction)];
    return {parts.length, JsonKind::real, parts.is_negative ? -value : value};
}

}  // namespace sheltermap::io
