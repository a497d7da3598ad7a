// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/reach/reach.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// The cheapest way to any facility, one entry per person (or other unit of demand).
///
///     const Access access = cheapest(geodesic_reach(homes, PlaceIndex(shelters), {.max_distance_m = 1'000}));
///     const double to_the_nearest_m = access.cost[0];
struct Access {
    std::vector<double> cost;            ///< of the cheapest facility known; infinity where none was reached
    std::vector<std::int32_t> facility;  ///< its row, -1 where none was reached
    std::vector<Reason> reason;          ///< reached, or why not
    /// 1 where a place of the person has no position, 2 where one is not in the table of costs: the true cost may be
    /// lower.
    std::vector<std::uint8_t> incomplete;
    double limit;  ///< of the reach it came from

    [[nodiscard]] std::size_t size() const noexcept { return cost.size(); }
};

/// Each demand row is a person.
[[nodiscard]] Access cheapest(const Reach& reach);

/// Several demand rows are one person, who is served if any of them is ("home or work"): `person[row]` in 0..persons
/// says whose row it is. A person without rows is missing. Ties go to the first row.
/// Throws std::invalid_argument where lengths differ or a number is out of range.
[[nodiscard]] Access any_of_places(const Access& places, std::span<const std::int64_t> person, std::size_t persons);

}  // namespace sheltermap
