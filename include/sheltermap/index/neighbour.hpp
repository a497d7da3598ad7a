// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

namespace sheltermap {

/// One answer to "what is near?", from whichever index.
struct Neighbour {
    std::int32_t row;   ///< of the place or shape
    double distance_m;  ///< along the WGS 84 ellipsoid
    friend bool operator==(const Neighbour&, const Neighbour&) = default;
};

inline constexpr std::size_t all_places = std::numeric_limits<std::size_t>::max();

struct NearestOptions {
    std::size_t k = 1;  ///< at most this many; all_places for every one within max_distance_m
    double max_distance_m = std::numeric_limits<double>::infinity();  ///< inclusive
};

/// The order of answers: closest first, ties by row.
[[nodiscard]] inline bool comes_before(const Neighbour& a, const Neighbour& b) noexcept {
    return a.distance_m != b.distance_m ? a.distance_m < b.distance_m : a.row < b.row;
}

}  // namespace sheltermap
