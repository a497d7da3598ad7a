// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sheltermap::osm {

inline constexpr std::size_t least_ring = 4;  ///< nodes of a triangle, closed

/// The rings that ways make when they are joined end to end, each closed; nothing where one does not close.
[[nodiscard]] std::optional<std::vector<std::vector<std::int64_t>>> joined_rings(
    std::span<const std::vector<std::int64_t>> ways);

}  // namespace sheltermap::osm
