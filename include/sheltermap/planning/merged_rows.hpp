// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/reach/reach.hpp"

#include <cstdint>
#include <limits>
#include <vector>

namespace sheltermap {

/// Which rows of a reach a decision cannot tell apart: those that reach the same facilities, or also at the same costs.
enum class Alike : std::uint8_t { facilities, costs };

/// Demand rows in groups that are alike, as the homes of one building are, and the cells that the same sites cover.
struct MergedRows {
    std::vector<std::int32_t> group;  ///< per demand row; -1 where nothing is reached
    std::vector<std::int32_t> first;  ///< per group, in the order of the rows: the first row that is in it

    [[nodiscard]] std::size_t size() const noexcept { return first.size(); }
};

/// Groups of the rows that are alike as far as `limit`, inclusive; what costs more is not looked at. A decision over
/// the groups, each with the people of its rows, is one over the rows: nothing is lost.
///
///     const MergedRows merged = merged_rows(reach, Alike::facilities, 500);
///     std::vector<double> people_of(merged.size());
///     for (std::size_t row = 0; row < reach.size(); ++row)
///         if (merged.group[row] >= 0) people_of[static_cast<std::size_t>(merged.group[row])] += people[row];
[[nodiscard]] MergedRows merged_rows(const Reach& reach, Alike alike,
                                     double limit = std::numeric_limits<double>::infinity());

}  // namespace sheltermap
