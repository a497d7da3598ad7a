// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/streets.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// An area that is walked all over: a square with its fountain. Rings count by the even-odd rule.
struct WalkableArea {
    Street street;
    std::vector<std::vector<std::uint32_t>> rings;  ///< entries of Streets::points, each closed
};

/// Appends the borders of areas and the straight ways across them, from where other streets or areas meet the border to
/// wherever they see each other, past the corners that stand in the way: with these, ways between them are the shortest
/// there are. Returns how many areas were not crossed but only gone round, as more than `most_corners` of both, or more
/// than `most_vertices`, would make too many ways.
std::uint64_t add_areas(Streets& streets, std::span<const WalkableArea> areas);

inline constexpr std::size_t most_corners = 64;
inline constexpr std::size_t most_vertices = 2'000;

}  // namespace sheltermap
