// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

namespace sheltermap {

/// Eight numbers as `Lanes` has them, for compilers without vectors of their own: the same operations, number by
/// number.
template <class Number>
struct PlainLanes {
    using Mask = PlainLanes<std::int64_t>;

    std::array<Number, 8> each;

    [[nodiscard]] Number operator[](std::size_t i) const noexcept { return each[i]; }

    [[nodiscard]] friend PlainLanes operator+(const PlainLanes& a, const PlainLanes& b) noexcept {
        return by_lane<Number>([&](std::size_t i) { return a[i] + b[i]; });
    }
    [[nodiscard]] friend PlainLanes operator-(const PlainLanes& a, const PlainLanes& b) noexcept {
        return by_lane<Number>([&](std::size_t i) { return a[i] - b[i]; });
    }
    [[nodiscard]] friend PlainLanes operator*(const PlainLanes& a, const PlainLanes& b) noexcept {
        return by_lane<Number>([&](std::size_t i) { return a[i] * b[i]; });
    }
    [[nodiscard]] friend PlainLanes operator+(const PlainLanes& a, Number b) noexcept { return a + of(b); }
    [[nodiscard]] friend PlainLanes operator+(Number a, const PlainLanes& b) noexcept { return of(a) + b; }
    [[nodiscard]] friend PlainLanes operator-(const PlainLanes& a, Number b) noexcept { return a - of(b); }
    [[nodiscard]] friend PlainLanes operator-(Number a, const PlainLanes& b) noexcept { return of(a) - b; }
    [[nodiscard]] friend PlainLanes operator*(Number a, const PlainLanes& b) noexcept { return of(a) * b; }
    PlainLanes& operator+=(const PlainLanes& other) noexcept { return *this = *this + other; }
    [[nodiscard]] friend PlainLanes operator&(const PlainLanes& a, const PlainLanes& b) noexcept {
        return by_lane<Number>([&](std::size_t i) { return a[i] & b[i]; });
    }
    PlainLanes& operator|=(const PlainLanes& other) noexcept {
        return *this = by_lane<Number>([&](std::size_t i) { return each[i] | other[i]; });
    }
    [[nodiscard]] friend Mask operator<(const PlainLanes& a, const PlainLanes& b) noexcept {
        return by_lane<std::int64_t>([&](std::size_t i) { return a[i] < b[i] ? -1 : 0; });
    }
    [[nodiscard]] friend Mask operator<=(const PlainLanes& a, const PlainLanes& b) noexcept {
        return by_lane<std::int64_t>([&](std::size_t i) { return a[i] <= b[i] ? -1 : 0; });
    }
    [[nodiscard]] friend Mask operator<(const PlainLanes& a, Number b) noexcept { return a < of(b); }
    [[nodiscard]] friend Mask operator<=(const PlainLanes& a, Number b) noexcept { return a <= of(b); }
    /// Of `a` where the mask is set, else of `b`.
    [[nodiscard]] friend PlainLanes choose(const Mask& mask, const PlainLanes& a, const PlainLanes& b) noexcept {
        return by_lane<Number>([&](std::size_t i) { return mask[i] != 0 ? a[i] : b[i]; });
    }

    template <class Made, class Make>
    [[nodiscard]] static PlainLanes<Made> by_lane(Make make) noexcept {
        PlainLanes<Made> made{};
        for (std::size_t i = 0; i < made.each.size(); ++i) made.each[i] = static_cast<Made>(make(i));
        return made;
    }
    [[nodiscard]] static PlainLanes of(Number value) noexcept {
        return by_lane<Number>([&](std::size_t) { return value; });
    }
};

}  // namespace sheltermap
