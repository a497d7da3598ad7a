// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/planning/siting.hpp"
#include "sheltermap/reach/reach.hpp"

#include "search_clock.hpp"
#include "site_selection.hpp"
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace sheltermap {

/// Which facilities may be chosen, and which stand already.
struct SiteRoles {
    enum class Role : std::uint8_t { candidate, locked, excluded };
    std::vector<Role> role;              // per row of facilities
    std::vector<std::int32_t> number;    // per row of facilities: the number among the candidates, or -1
    std::vector<std::int32_t> facility;  // per candidate: its row
};

/// Checks rows and costs. Those whose cost is not known or above `dearest` are not candidates.
[[nodiscard]] SiteRoles roles_of_sites(const Reach& reach, const SitingOptions& options, std::span<const double> cost,
                                       double dearest = std::numeric_limits<double>::infinity());

/// Throws where weights do not fit the rows, or one is negative or not finite.
void check_weights(const Reach& reach, std::span<const double> weight);

/// The candidates among these rows of facilities, by number.
[[nodiscard]] std::vector<std::int32_t> numbers_of(std::span<const std::int32_t> facilities, const SiteRoles& roles);

/// An answer in rows of facilities, locked ones among the chosen; objective and bound are left to the caller.
[[nodiscard]] Siting siting_of(std::span<const std::int32_t> sites, std::span<const Decided> decided, bool proven,
                               const SiteRoles& roles, const SearchClock& clock);

/// How often each row has one of the facilities within the limit.
[[nodiscard]] std::vector<std::int32_t> times_covered(const Reach& reach, double limit,
                                                      std::span<const std::int32_t> chosen);

}  // namespace sheltermap
