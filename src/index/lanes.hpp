// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#ifndef __GNUC__
#include "index/plain_lanes.hpp"
#endif

namespace sheltermap {

/// Eight numbers that are computed with at once: GCC's and Clang's vectors, which become as many instructions as the
/// processor at hand needs. Comparing two of them gives Masks, all bits set where it holds, by which `choose` takes of
/// the one or of the other.
inline constexpr std::size_t lanes = 8;
#ifdef __GNUC__
using Lanes = double __attribute__((vector_size(64)));
using Masks = std::int64_t __attribute__((vector_size(64)));

template <class Vector>
[[nodiscard, gnu::always_inline]] inline Vector choose(const Masks& mask, const Vector& a, const Vector& b) noexcept {
    return mask ? a : b;
}
#else
using Lanes = PlainLanes<double>;
using Masks = PlainLanes<std::int64_t>;
#endif

[[nodiscard, gnu::always_inline]] inline Lanes all(double value) noexcept { return Lanes{} + value; }

/// Vectors live in registers only, since their alignment in memory depends on the instruction set: keep arrays, load
/// and store.
[[nodiscard, gnu::always_inline]] inline Lanes load(const double* from) noexcept {
    Lanes values;
    std::memcpy(&values, from, sizeof values);
    return values;
}
[[nodiscard, gnu::always_inline]] inline Lanes load(const std::array<double, lanes>& from) noexcept {
    return load(from.data());
}

template <class Vector>
[[gnu::always_inline]] inline void store(const Vector& values, void* to) noexcept {
    std::memcpy(to, &values, sizeof values);
}

/// The least of the eight.
[[nodiscard, gnu::always_inline]] inline double least(const Lanes& values) noexcept {
#ifdef __GNUC__
    using Four = double __attribute__((vector_size(32)));
    using Two = double __attribute__((vector_size(16)));
    Four low4, high4;
    std::memcpy(&low4, &values, sizeof low4);
    std::memcpy(&high4, reinterpret_cast<const char*>(&values) + sizeof low4, sizeof high4);
    const Four four = low4 < high4 ? low4 : high4;
    Two low2, high2;
    std::memcpy(&low2, &four, sizeof low2);
    std::memcpy(&high2, reinterpret_cast<const char*>(&four) + sizeof low2, sizeof high2);
    const Two two = low2 < high2 ? low2 : high2;
    return two[0] < two[1] ? two[0] : two[1];
#else
    double found = values[0];
    for (std::size_t i = 1; i < lanes; ++i) found = std::min(found, values[i]);
    return found;
#endif
}

}  // namespace sheltermap
