// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <ranges>
#include <span>

namespace sheltermap::io {

/// Fills bytes with a number, the upper ones first, as all numbers of SQLite's file format are.
inline void store_big_endian(std::span<std::byte> bytes, std::uint64_t value) noexcept {
    for (std::byte& each : bytes | std::views::reverse) {
        each = static_cast<std::byte>(value);
        value >>= 8U;
    }
}

}  // namespace sheltermap::io
