// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/planning/sent.hpp"
#include "sheltermap/reach/reach.hpp"

#include <cstdint>
#include <span>

namespace sheltermap {

/// Rows that stay together: each goes to one facility or to none, and what it took to get there.
struct WholeRows {
    Sent sent;                          ///< at most one pair per row
    std::int64_t split_rows = 0;        ///< rows that had several parts, one without a place counted as one
    std::int64_t largest_overload = 0;  ///< people beyond the places of the fullest facility when all split rows were
                                        ///< put together, before the repair: at most the sum of the rows put there
    std::int64_t moved_rows = 0;        ///< rows that the repair sent elsewhere
};

/// Keeps the people of each row together, beginning with an allocation that splits some, best the optimal one, which
/// splits few (at most one row per full facility). Each split row goes whole where most of it went (Shmoys and Tardos
/// 1993); then the overfull facilities send away the rows whose next best costs least per place it frees, those who are
/// left without a place are put where one move makes room, and rows move nearer while there is room. No facility is
/// over its places at the end. What the optimum that splits costs is a lower bound, as far as as many have a place.
///
///     const std::vector<std::int64_t> families{4, 5}, places{6, 6};
///     const Sent split = sent_in_order(reach, families, places, Turn::pairs);
///     const WholeRows whole = whole_rows(reach, families, places, split.row, split.facility, split.people);
///     std::cout << whole.split_rows << " families would have been split\n";
///
/// Throws std::invalid_argument where lengths do not fit, a number is negative, or a part is of no pair of the reach.
[[nodiscard]] WholeRows whole_rows(const Reach& reach, std::span<const std::int64_t> people,
                                   std::span<const std::int64_t> places, std::span<const std::int32_t> row,
                                   std::span<const std::int32_t> facility, std::span<const std::int64_t> part,
                                   const Execution& execution = {});

}  // namespace sheltermap
