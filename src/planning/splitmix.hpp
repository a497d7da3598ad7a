// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sheltermap {

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): bits that look independent of those that went in.
[[nodiscard]] constexpr std::uint64_t mixed(std::uint64_t value) noexcept {
    value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ULL;
    value = (value ^ (value >> 27)) * 0x94D049BB133111EBULL;
    return value ^ (value >> 31);
}

/// Numbers that look random and are the same on every machine, which the standard's distributions are not.
class Splitmix {
public:
    explicit constexpr Splitmix(std::uint64_t seed) noexcept : state_(seed) {}

    [[nodiscard]] constexpr std::uint64_t next() noexcept { return mixed(state_ += 0x9E3779B97F4A7C15ULL); }
    /// A number below `count`.
    template <class Integer>
    [[nodiscard]] constexpr Integer below(Integer count) noexcept {
        return static_cast<Integer>((next() >> 32) * static_cast<std::uint64_t>(count) >> 32);
    }
    /// A number in [0, 1).
    [[nodiscard]] constexpr double unit() noexcept { return static_cast<double>(next() >> 11) * 0x1p-53; }

private:
    std::uint64_t state_;
};

}  // namespace sheltermap
