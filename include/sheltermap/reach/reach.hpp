// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/cost_unit.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace sheltermap {

/// Why a demand row reached nothing, or that it did.
enum class Reason : std::uint8_t {
    reached,
    too_far,           ///< facilities exist, none within the limit
    no_facility,       ///< no facility has a position
    missing_geometry,  ///< the demand row itself has no position: nothing can be said
    not_snapped,       ///< no street lies near enough
    no_path,           ///< no way leads there along the streets, however long
};
inline constexpr std::size_t reason_count = 6;
/// "reached", "too_far", …, in the order of the enum.
inline constexpr std::array<std::string_view, reason_count> reason_names{
    "reached", "too_far", "no_facility", "missing_geometry", "not_snapped", "no_path"};

/// What each demand row can reach, row after row, cheapest first, ties by facility row (compressed sparse rows).
///
///     const Reach reach = geodesic_reach(homes, PlaceIndex(shelters), {.max_distance_m = 500});
///     for (std::size_t row = 0; row < reach.size(); ++row)
///         if (reach.reason[row] == Reason::too_far) std::cout << "home " << row << " has no shelter within 500 m\n";
struct Reach {
    std::vector<std::int64_t> offsets{0};  ///< size demand + 1
    std::vector<std::int32_t> facility;    ///< row of the facility
    std::vector<double> cost;              ///< metres or seconds, see unit
    std::vector<Reason> reason;            ///< size demand; Reason::reached, or why nothing was
    CostUnit unit = CostUnit::metres;
    double limit = std::numeric_limits<double>::infinity();  ///< costs above it were not looked for

    [[nodiscard]] std::size_t size() const noexcept { return reason.size(); }
};

}  // namespace sheltermap
