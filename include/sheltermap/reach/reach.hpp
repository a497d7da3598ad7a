// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/cost_unit.hpp"
#include "sheltermap/base/reason.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace sheltermap {

/// What each demand row can reach, row after row, cheapest first, ties by facility row (compressed sparse rows).
///
///     const Reach reach = geodesic_reach(homes, PlaceIndex(shelters), {.max_distance_m = 500});
///     for (std::size_t row = 0; row < reach.size(); ++row)
///         if (reach.reason[row] == Reason::too_far) std::cout << "home " << row << " has no shelter within 500 m\n";
struct Reach {
    std::vector<std::int64_t> offsets{0};  ///< size demand + 1
    std::vector<std::int32_t> facility;    ///< row of the facility
    std::vector<double> cost;              ///< metres or seconds, see unit
    std::vector<Reason> reason;  ///< size demand; Reason::reached, or why nothing was, up to Reason::last_of_reach
    CostUnit unit = CostUnit::metres;
    double limit = std::numeric_limits<double>::infinity();  ///< costs above it were not looked for

    [[nodiscard]] std::size_t size() const noexcept { return reason.size(); }
};

}  // namespace sheltermap
