// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace sheltermap {

/// One answer to "what is near?", from whichever index.
///
///     for (const Neighbour& near : PlaceIndex(shelters).find(home, {.k = all_places, .max_distance_m = 500}))
///         std::cout << "shelter " << near.row << ": " << near.distance_m << " m\n";
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

/// What is near each of many places, one place after the other (compressed sparse rows).
struct Neighbours {
    std::vector<Neighbour> found;
    std::vector<std::size_t> ends;  ///< per place, where its part of `found` ends
};

/// The nearest to each of many places; -1 and infinity where nothing lies within reach or a place has no position.
struct NearestRows {
    std::vector<std::int32_t> row;
    std::vector<double> distance_m;
};

/// Which rows lie within a distance of each of many places, one place after the other, those of a place in no order.
struct RowsWithin {
    std::vector<std::int32_t> row;
    std::vector<std::size_t> ends;  ///< per place, where its part of `row` ends
};

/// The order of answers: closest first, ties by row.
[[nodiscard]] inline bool comes_before(const Neighbour& a, const Neighbour& b) noexcept {
    return a.distance_m != b.distance_m ? a.distance_m < b.distance_m : a.row < b.row;
}

}  // namespace sheltermap
