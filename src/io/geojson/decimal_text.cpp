// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/decimal_text.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <string_view>

namespace sheltermap::io {
namespace {

using Buffer = std::array<char, 40>;

template <class... Form>
void append_as_to_chars_does(std::string& out, double value, Form... form) {
    Buffer buffer;  // NOLINT(*-member-init): written before it is read
    out.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, form...).ptr);
}

/// Appends `scaled` / 10^decimals, `scaled` being a whole number that is exact as a double, in full or without zeros at
/// the end.
void append_scaled(std::string& out, double scaled, int decimals) {
    Buffer buffer;  // NOLINT(*-member-init): written before it is read
    char* const end = buffer.data() + buffer.size();
    char* at = end;
    auto digits = static_cast<std::uint64_t>(std::abs(scaled));
    while (decimals > 0 && digits % 10 == 0) {
        digits /= 10;
        --decimals;
    }
    for (int i = 0; i < decimals; ++i, digits /= 10) *--at = static_cast<char>('0' + digits % 10);
    if (decimals > 0) *--at = '.';
    do *--at = static_cast<char>('0' + digits % 10);
    while ((digits /= 10) > 0);
    if (scaled < 0) *--at = '-';
    out.append(at, end);
}

}  // namespace

void append_number(std::string& out, std::int64_t value) {
    Buffer buffer;  // NOLINT(*-member-init): written before it is read
    out.append(buffer.data(), std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr);
}

void append_number(std::string& out, double value) {
    // A decimal of at most 15 digits that reads back as the number is the shortest, for no two of them are the same
    // double. Up to three decimals, and below 1e5 without any, it is not longer than with an exponent either.
    constexpr double largest = 1e11;
    if (std::abs(value) < largest && value != 0) {
        double power = 1;
        for (int decimals = 0; decimals <= 3; ++decimals, power *= 10) {
            const double scaled = std::nearbyint(value * power);
            if (scaled / power != value) continue;
            if (decimals == 0 && std::abs(scaled) >= 1e5) break;
            return append_scaled(out, scaled, decimals);
        }
    }
    append_as_to_chars_does(out, value);
}

void append_degrees(std::string& out, double degrees) {
    constexpr int decimals = 7;  // RFC 7946, section 11.2, finds six enough; seven is a centimetre
    constexpr double largest = 1e6, power = 1e7;
    const double scaled = degrees * power;
    const double nearest = std::nearbyint(scaled);
    // The product is off by at most 1e-3 where it is below 1e13, so away from the middle between two decimals it is
    // rounded as the exact one is.
    if (std::abs(degrees) < largest && std::abs(std::abs(scaled - nearest) - 0.5) > 0.01) {
        return append_scaled(out, nearest, decimals);
    }
    std::string text;
    append_as_to_chars_does(text, degrees, std::chars_format::fixed, decimals);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    out += text == "-0" ? "0" : text;
}

}  // namespace sheltermap::io
