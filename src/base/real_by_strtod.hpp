// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cctype>
#include <charconv>
#include <clocale>
#include <cmath>
#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>
#ifdef __APPLE__
#include <xlocale.h>
#endif

namespace sheltermap {

/// How far the number reaches that a text begins with; its beginning where there is none.
[[nodiscard]] inline const char* end_of_real(const char* first, const char* last) noexcept {
    const auto digits = [&](const char* from) {
        return std::find_if(from, last, [](char c) { return c < '0' || c > '9'; });
    };
    const auto says = [&](const char* from, std::string_view word) {
        return static_cast<std::size_t>(last - from) >= word.size() &&
               std::equal(word.begin(), word.end(), from, [](char small, char c) { return (c | 0x20) == small; });
    };
    const char* const begin = first != last && *first == '-' ? first + 1 : first;
    for (const std::string_view word : {"infinity", "inf"}) {
        if (says(begin, word)) return begin + word.size();
    }
    if (says(begin, "nan")) {  // also "nan(ind)", as Windows writes it
        const char* const open = begin + 3;
        const auto is_part = [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0; };
        if (open == last || *open != '(') return open;
        const char* const close = std::find_if_not(open + 1, last, is_part);
        return close != last && *close == ')' ? close + 1 : open;
    }
    const char* end = digits(begin);
    auto count = end - begin;
    if (end != last && *end == '.') {
        const char* const fraction = digits(end + 1);
        count += fraction - (end + 1);
        end = fraction;
    }
    if (count == 0) return first;
    if (end == last || (*end | 0x20) != 'e') return end;
    const char* const sign = end + 1;
    const char* const exponent = sign != last && (*sign == '-' || *sign == '+') ? sign + 1 : sign;
    const char* const after = digits(exponent);
    return after == exponent ? end : after;
}

/// What std::from_chars says of a number, by the C library.
inline std::from_chars_result real_by_strtod(const char* first, const char* last, double& value) noexcept {
    static const locale_t plain = newlocale(LC_ALL_MASK, "C", nullptr);
    const char* const end = end_of_real(first, last);
    if (end == first) return {first, std::errc::invalid_argument};
    const std::string spelled(first, end);
    const double read = strtod_l(spelled.c_str(), nullptr, plain);
    const bool said_infinite = spelled.find_first_of("nN") != std::string::npos;
    const bool nothing_left =
        read == 0 && spelled.substr(0, spelled.find_first_of("eE")).find_first_of("123456789") != std::string::npos;
    if (nothing_left || (std::isinf(read) && !said_infinite)) return {end, std::errc::result_out_of_range};
    value = read;
    return {end, std::errc{}};
}

}  // namespace sheltermap
