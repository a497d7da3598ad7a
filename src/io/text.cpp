// SPDX-License-Identifier: Apache-2.0
#include "io/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>

namespace sheltermap::io {
namespace {

template <class Number>
std::string shortest(Number value) {
    std::array<char, 32> digits{};
    return {digits.data(), std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr};
}

}  // namespace

std::string lower(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
    return result;
}

std::string number_text(double value) { return shortest(value); }
std::string number_text(std::int64_t value) { return shortest(value); }

std::string label(const Crs& crs) { return crs.code().empty() ? "'" + crs.name() + "'" : crs.code(); }

}  // namespace sheltermap::io
