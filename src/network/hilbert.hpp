// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/streets.hpp"

#include <cstdint>
#include <utility>

namespace sheltermap {

/// Where a place lies on a Hilbert curve through the whole grid: places with near positions are near each other.
/// Hilbert (1891), Math. Ann. 38, 459-460; computed quadrant by quadrant.
[[nodiscard]] inline std::uint64_t hilbert_position(GridPoint at) noexcept {
    auto x = static_cast<std::uint32_t>(at.lon_e7) ^ 0x80000000U;
    auto y = static_cast<std::uint32_t>(at.lat_e7) ^ 0x80000000U;
    std::uint64_t position = 0;
    for (std::uint32_t side = 0x80000000U; side > 0; side /= 2) {
        const bool right = (x & side) != 0;
        const bool upper = (y & side) != 0;
        position = position * 4 + (right ? (upper ? 2U : 3U) : (upper ? 1U : 0U));
        if (!upper) {
            if (right) {
                x = ~x;
                y = ~y;
            }
            std::swap(x, y);
        }
    }
    return position;
}

}  // namespace sheltermap
