// SPDX-License-Identifier: Apache-2.0
#include "base/utf8.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace sheltermap {
namespace {

/// Length of the well-formed sequence at the start of `rest` (The Unicode Standard, table 3-7), 0 where there is none.
std::size_t sequence_length(std::string_view rest) noexcept {
    const auto byte = [&](std::size_t i) { return i < rest.size() ? static_cast<unsigned char>(rest[i]) : 0U; };
    const auto within = [&](std::size_t i, unsigned low, unsigned high) { return byte(i) >= low && byte(i) <= high; };
    const unsigned lead = byte(0);
    if (lead < 0x80) return 1;
    if (lead >= 0xC2 && lead <= 0xDF) return within(1, 0x80, 0xBF) ? 2 : 0;
    if (lead >= 0xE0 && lead <= 0xEF) {
        const unsigned low = lead == 0xE0 ? 0xA0 : 0x80;
        const unsigned high = lead == 0xED ? 0x9F : 0xBF;
        return within(1, low, high) && within(2, 0x80, 0xBF) ? 3 : 0;
    }
    if (lead >= 0xF0 && lead <= 0xF4) {
        const unsigned low = lead == 0xF0 ? 0x90 : 0x80;
        const unsigned high = lead == 0xF4 ? 0x8F : 0xBF;
        return within(1, low, high) && within(2, 0x80, 0xBF) && within(3, 0x80, 0xBF) ? 4 : 0;
    }
    return 0;
}

/// How many bytes from the start on are surely ASCII, in steps of eight.
std::size_t ascii_words(std::string_view bytes) noexcept {
    std::size_t at = 0;
    for (std::uint64_t word = 0; at + sizeof word <= bytes.size(); at += sizeof word) {
        std::memcpy(&word, bytes.data() + at, sizeof word);
        if ((word & 0x8080808080808080U) != 0) break;
    }
    return at;
}

}  // namespace

bool is_utf8(std::string_view bytes) noexcept { return first_not_utf8(bytes) == std::string_view::npos; }

std::size_t first_not_utf8(std::string_view bytes) noexcept {
    std::size_t at = 0;
    while (at < bytes.size()) {
        if (const std::size_t plain = ascii_words(bytes.substr(at)); plain > 0) {
            at += plain;
            continue;
        }
        const std::size_t length = sequence_length(bytes.substr(at));
        if (length == 0) return at;
        at += length;
    }
    return std::string_view::npos;
}

std::size_t first_not_utf8(std::string_view bytes, const Execution& execution) {
    constexpr std::size_t block = std::size_t{1} << 20U;
    // No sequence has more than 3 bytes after its first, so this is where one begins, or the bytes are none.
    const auto begin_of_sequence = [&](std::size_t at) {
        const auto follows = [&](std::size_t i) { return (static_cast<unsigned char>(bytes[i]) & 0xC0U) == 0x80U; };
        for (int back = 0; back < 3 && at > 0 && at < bytes.size() && follows(at); ++back) --at;
        return at;
    };
    std::vector<std::size_t> found(bytes.size() / block + 1, std::string_view::npos);
    parallel_for(bytes.size(), block, execution, [&](std::size_t from, std::size_t to) {
        const std::size_t begin = begin_of_sequence(from);
        const std::size_t at = first_not_utf8(bytes.substr(begin, begin_of_sequence(to) - begin));
        if (at != std::string_view::npos) found[from / block] = begin + at;
    });
    return *std::ranges::min_element(found);
}

}  // namespace sheltermap
