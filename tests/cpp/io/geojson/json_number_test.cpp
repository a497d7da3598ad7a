// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/json_number.hpp"

#include <gtest/gtest.h>

#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <regex>
#include <string>
#include <string_view>

namespace sheltermap::io {
namespace {

/// What RFC 8259 and strtod make of a text.
JsonNumber expected_number(const std::string& text) {
    static const std::regex grammar(R"(^-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?(?=$|[,\]} \n\r\t]))");
    std::smatch match;
    if (!std::regex_search(text, match, grammar)) return {};
    const std::string raw = match.str();
    JsonNumber number{raw.size(), JsonKind::odd_number, 0};
    if (!match[1].matched && !match[2].matched) {
        char* end = nullptr;
        errno = 0;
        const long long whole = std::strtoll(raw.c_str(), &end, 10);
        if (errno != 0) return number;
        number.kind = -(1LL << 53) <= whole && whole <= (1LL << 53) ? JsonKind::integer : JsonKind::big_integer;
        number.value = static_cast<double>(whole);
        return number;
    }
    const double real = std::strtod(raw.c_str(), nullptr);
    if (!std::isfinite(real) || raw.size() > 128) return number;
    return {raw.size(), JsonKind::real, real};
}

void expect_same(const std::string& text) {
    const JsonNumber expected = expected_number(text);
    const JsonNumber value = json_number_value(text), kind = json_number(text);
    EXPECT_EQ(value.length, expected.length) << text;
    EXPECT_EQ(kind.length, expected.length) << text;
    EXPECT_EQ(kind.kind, value.kind) << text;
    // Standard libraries differ in whether a number too small for a double is 0 or out of range.
    if (expected.kind == JsonKind::real && expected.value == 0) {
        EXPECT_EQ(value.value, 0) << text;
        return;
    }
    EXPECT_EQ(std::bit_cast<std::uint64_t>(value.value), std::bit_cast<std::uint64_t>(expected.value)) << text;
    EXPECT_EQ(value.kind, expected.kind) << text;
}

TEST(JsonNumber, IsWhatTheGrammarAndStrtodSayOfNastyTexts) {
    for (const char* const text : {"",
                                   "-",
                                   "+1",
                                   "01",
                                   "-01",
                                   "00",
                                   ".5",
                                   "1.",
                                   "-1.",
                                   "1.e5",
                                   "1e",
                                   "1e+",
                                   "1.5e",
                                   "1.5e-",
                                   "0x10",
                                   "1x",
                                   "1.5x",
                                   "1e5x",
                                   "1 ",
                                   "1,",
                                   "1]",
                                   "1}",
                                   "1\n",
                                   "1\r",
                                   "1\t",
                                   "1.5,2.5",
                                   "NaN",
                                   "Infinity",
                                   "-Infinity",
                                   "nan",
                                   "inf",
                                   "0",
                                   "-0",
                                   "-0.0",
                                   "0.0",
                                   "0e0",
                                   "-0e0",
                                   "0.1e1",
                                   "1E5",
                                   "1e+5",
                                   "1e-5",
                                   "8.5",
                                   "1e23",
                                   "123456789012345",
                                   "1234567890123456",
                                   "9007199254740992",
                                   "9007199254740993",
                                   "-9007199254740992",
                                   "-9007199254740993",
                                   "9223372036854775807",
                                   "9223372036854775808",
                                   "-9223372036854775808",
                                   "-9223372036854775809",
                                   "1e308",
                                   "1.7976931348623157e308",
                                   "1.7976931348623159e308",
                                   "1e400",
                                   "-1e400",
                                   "1e99999",
                                   "4.9e-324",
                                   "2.5e-324",
                                   "2.2250738585072011e-308",
                                   "2.2250738585072014e-308",
                                   "0.1",
                                   "56.95000000000000284217094304040074348449707"})
        expect_same(text);
    for (const std::size_t digits : {14U, 15U, 16U, 18U, 19U, 20U, 99U, 100U, 101U, 126U, 127U, 128U, 129U, 400U}) {
        expect_same(std::string(digits, '9'));
        expect_same("-" + std::string(digits, '9'));
        expect_same("0." + std::string(digits, '3'));
        expect_same(std::string(digits, '7') + ".5");
    }
}

TEST(JsonNumber, KeepsTheSignOfMinusZeroInFractionsOnly) {
    EXPECT_EQ(json_number_value("-0").kind, JsonKind::integer);
    EXPECT_FALSE(std::signbit(json_number_value("-0").value));
    EXPECT_TRUE(std::signbit(json_number_value("-0.0").value));
}

TEST(JsonNumber, IsWhatTheGrammarAndStrtodSayOfRandomTexts) {
    std::mt19937_64 random(7);
    const auto below = [&](std::uint64_t end) { return static_cast<std::size_t>(random() % end); };
    constexpr std::string_view alphabet = "00123456789..eE+--, x";
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        for (std::size_t left = below(12); left > 0; --left) text += alphabet[below(alphabet.size())];
        expect_same(text);
    }
    for (int i = 0; i < 20'000; ++i) {  // every double there is, in full, short and with more digits than it has
        const auto number = std::bit_cast<double>(random());
        if (!std::isfinite(number)) continue;
        std::array<char, 64> digits{};
        const auto format = i % 2 == 0 ? std::chars_format::scientific : std::chars_format::general;
        const auto end =
            std::to_chars(digits.data(), digits.data() + digits.size(), number, format, static_cast<int>(below(21)));
        expect_same(std::string(digits.data(), end.ptr));
    }
    for (int i = 0; i < 20'000; ++i) {  // as coordinates are written
        const double degrees = static_cast<double>(random() % 3'600'000'000) / 1e7 - 180;
        std::array<char, 64> digits{};
        const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), degrees, std::chars_format::fixed,
                                       static_cast<int>(below(20)));
        expect_same(std::string(digits.data(), end.ptr) + (i % 2 == 0 ? "," : "]"));
    }
}

}  // namespace
}  // namespace sheltermap::io
