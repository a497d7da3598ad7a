// SPDX-License-Identifier: Apache-2.0
#include "io/numbers.hpp"

#include "base/real_number.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace sheltermap::io {
namespace {

std::string_view trimmed(std::string_view text) noexcept {
    const auto is_blank = [](char byte) { return byte == ' ' || byte == '\t'; };
    if (!text.empty() && !is_blank(text.front()) && !is_blank(text.back())) return text;
    const auto first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::size_t digits_at(std::string_view text, std::size_t at) noexcept {
    std::size_t end = at;
    while (end < text.size() && text[end] >= '0' && text[end] <= '9') ++end;
    return end - at;
}

enum class NumberForm { other, integer, real };

/// -?digits(mark digits)?(e[+-]?digits)?, no superfluous leading zero.
NumberForm form_of(std::string_view text, char mark) noexcept {
    std::size_t at = text.starts_with('-') ? 1 : 0;
    const std::size_t whole = digits_at(text, at);
    if (whole > 1 && text[at] == '0') return NumberForm::other;
    at += whole;
    NumberForm form = NumberForm::integer;
    std::size_t fraction = 0;
    if (at < text.size() && text[at] == mark) {
        fraction = digits_at(text, at + 1);
        at += 1 + fraction;
        form = NumberForm::real;
    }
    if (whole == 0 && fraction == 0) return NumberForm::other;
    if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
        ++at;
        if (at < text.size() && (text[at] == '+' || text[at] == '-')) ++at;
        const std::size_t exponent = digits_at(text, at);
        if (exponent == 0) return NumberForm::other;
        at += exponent;
        form = NumberForm::real;
    }
    return at == text.size() ? form : NumberForm::other;
}

Number real_number(std::string_view text, char mark) noexcept {
    std::array<char, 128> spelled;  // NOLINT(*-member-init): written before it is read
    if (text.size() > spelled.size()) return {};
    if (mark != '.') {
        std::ranges::replace_copy(text, spelled.data(), mark, '.');
        text = {spelled.data(), text.size()};
    }
    Number number{.kind = Number::Kind::real};
    const auto result = read_real(text.data(), text.data() + text.size(), number.real);
    if (result.ec != std::errc{}) number.kind = Number::Kind::out_of_range;
    return number;
}

}  // namespace

Number parse_number(std::string_view text, char decimal_mark) noexcept {
    text = trimmed(text);
    const NumberForm form = form_of(text, decimal_mark);
    if (form == NumberForm::other) return {};
    if (form == NumberForm::real) return real_number(text, decimal_mark);
    Number number{.kind = Number::Kind::integer};
    if (std::from_chars(text.data(), text.data() + text.size(), number.integer).ec != std::errc{}) return {};
    number.real = static_cast<double>(number.integer);
    return number;
}

bool may_be_thousands(std::string_view number) noexcept {
    number = trimmed(number);
    if (number.starts_with('-') || number.starts_with('+')) number.remove_prefix(1);
    const std::size_t whole = digits_at(number, 0);
    return whole >= 1 && whole <= 3 && number[0] != '0' && number.size() == whole + 4 &&
           (number[whole] == '.' || number[whole] == ',') && digits_at(number, whole + 1) == 3;
}

Number parse_declared_number(std::string_view text) noexcept {
    const Number number = parse_number(text);
    if (number.kind != Number::Kind::none) return number;
    std::array<char, 128> spelled;  // NOLINT(*-member-init): written before it is read
    text = trimmed(text);
    if (text.empty() || text.size() > spelled.size()) return {};
    std::size_t length = 0;
    if (text.front() == '-') spelled[length++] = '-';
    if (text.front() == '-' || text.front() == '+') text.remove_prefix(1);
    while (text.size() > 1 && text[0] == '0' && digits_at(text, 1) > 0) text.remove_prefix(1);
    std::ranges::copy(text, spelled.data() + length);
    length += text.size();
    // A second sign is none.
    return text.starts_with('-') ? Number{} : parse_number({spelled.data(), length});
}

}  // namespace sheltermap::io
