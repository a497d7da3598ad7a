// SPDX-License-Identifier: Apache-2.0
#include "base/real_number.hpp"

#include <gtest/gtest.h>

#include "base/real_by_strtod.hpp"
#include <bit>
#include <cstdint>
#include <random>
#include <string>

namespace sheltermap {
namespace {

struct Read {
    std::ptrdiff_t characters;
    std::errc fault;
    std::uint64_t bits;
    friend bool operator==(const Read&, const Read&) = default;
};

template <class Reader>
Read by(Reader reader, const std::string& text) {
    double value = 7;
    const auto [end, fault] = reader(text.data(), text.data() + text.size(), value);
    if (std::isnan(value)) value = 8;  // whose sign and payload nobody asks for
    return {end - text.data(), fault, std::bit_cast<std::uint64_t>(value)};
}

void expect_alike(const std::string& text) {
    EXPECT_EQ(by(read_real, text), by(real_by_strtod, text)) << '"' << text << '"';
}

TEST(RealNumber, AStandardLibraryWithoutReadsTheSame) {
    for (const char* text : {"0",
                             "-0",
                             "-0.0",
                             "1",
                             "-1.5",
                             ".5",
                             "5.",
                             ".",
                             "-",
                             "-.",
                             "",
                             "e5",
                             ".e5",
                             "1e",
                             "1e+",
                             "1e-",
                             "1e5",
                             "1E-5",
                             "1e+05x",
                             "+1",
                             " 1",
                             "0x10",
                             "1,5",
                             "1.5.5",
                             "1-2",
                             "inf",
                             "-INF",
                             "Infinity",
                             "infinit",
                             "in",
                             "nan",
                             "-NaN",
                             "nan(1)",
                             "-nan(ind)",
                             "nan()",
                             "nan(",
                             "nan(1",
                             "nan(+)",
                             "1e400",
                             "-1e400",
                             "1e-400",
                             "0e999",
                             "0.0e-999",
                             "1e308",
                             "1.8e308",
                             "4.9e-324",
                             "2e-324",
                             "5e-324",
                             "2.2250738585072011e-308",
                             "9007199254740993",
                             "0.1",
                             "100000000000000000000000000000000000000000",
                             "179769313486231580793e289",
                             "1.00000000000000011102230246251565404236316680908203125",
                             "1.5 ",
                             "1.5]",
                             "1_000",
                             "é"}) {
        expect_alike(text);
    }
}

TEST(RealNumber, RandomOnesAreTheSameBits) {
    std::mt19937_64 random(5);
    constexpr std::string_view characters = "0123456789012345678901234567890123456789.-+eE ";
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        for (auto length = random() % 25; length > 0; --length) text += characters[random() % characters.size()];
        expect_alike(text);
        expect_alike(std::to_string(random()) + "." + std::to_string(random()) + "e" +
                     std::to_string(static_cast<int>(random() % 700) - 350));
    }
}

}  // namespace
}  // namespace sheltermap
