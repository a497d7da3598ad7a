// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/cost_unit.hpp"
#include "sheltermap/base/parallel.hpp"
#include "sheltermap/index/place_index.hpp"
#include "sheltermap/reach/reach.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>

namespace sheltermap {

/// Pairs of a table that somebody else computed, one entry each, in any order.
struct CostPairs {
    std::span<const std::int32_t> row;       ///< of the demand
    std::span<const std::int32_t> facility;  ///< row of the facility
    std::span<const double> cost;            ///< not negative, finite: a pair without a way is left out
    CostUnit unit = CostUnit::metres;
    double limit = std::numeric_limits<double>::infinity();  ///< up to which the table holds every pair
};

/// Reach of `rows` demand rows and `facilities` facilities from a table of costs: cheapest first, ties by facility row.
/// A pair that stands several times with one cost counts once. A row with no pair has `too_far` where the table has a
/// limit, beyond which it holds nothing, and else `no_path`: a table without a limit is taken to hold every pair that
/// has a way. Throws std::invalid_argument, with the number of the pair from 1, for a row or facility that there is
/// not, for a cost that is negative, not finite or above the limit of the table, and where a pair stands twice with
/// two costs.
///
///     const std::array<std::int32_t, 3> row{0, 0, 1}, shelter{0, 1, 0};
///     const std::array minutes{7.0, 4.0, 12.0};
///     const Reach table = reach_from_pairs(2, 2, {.row = row, .facility = shelter, .cost = minutes});
[[nodiscard]] Reach reach_from_pairs(std::size_t rows, std::size_t facilities, const CostPairs& pairs,
                                     const Execution& execution = {});

/// Row of a table for a demand row that is not in it, and for one of which nothing is known, as it has no position.
inline constexpr std::int32_t row_not_in_table = -1, row_without_position = -2;

struct PartOptions {
    std::size_t k = all_places;  ///< at most this many facilities per row
    double limit = std::numeric_limits<double>::infinity();
};

/// The part of a table that is about some demand rows and facilities, in their order: entry i of `row` says which row
/// of the table demand row i is, or one of the two numbers above, and entry j of `facility` which facility of the table
/// facility j is, or a negative number. Several may be the same one.
///
/// Rows that reach nothing: `missing_geometry` and `not_in_table` as `row` says (the latter is `too_far` where the
/// table has a limit), `no_facility` where no facility is in the table, `too_far` where one is beyond the limit or the
/// table has one, else `no_path`. Throws std::invalid_argument for k = 0, a limit that is not a number >= 0 or above
/// the table's, and a row or facility that the table has not.
///
///     const std::array<std::int32_t, 3> of_home{1, 0, 1}, of_shelter{0, 1, -1};
///     const Reach five_nearest = part_of(reach, of_home, of_shelter, {.k = 5});
[[nodiscard]] Reach part_of(const Reach& table, std::span<const std::int32_t> row,
                            std::span<const std::int32_t> facility, const PartOptions& options,
                            const Execution& execution = {});

}  // namespace sheltermap
