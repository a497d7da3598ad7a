// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/reach/reach.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Places where uncovered people live, most people first (compressed sparse rows). Between equals the southernmost
/// comes first, then the westernmost, and only of two at one spot the smaller row: permuted rows change nothing.
///
/// What else is to be said of a place is said of its representative: the area it lies in, the reason, the nearest
/// facility and its distance (Access at that row).
struct Gaps {
    std::vector<std::int64_t> offsets{0};      ///< size places + 1
    std::vector<std::int64_t> row;             ///< demand rows of the place, ascending
    std::vector<double> people;                ///< of the place
    std::vector<std::int64_t> without_weight;  ///< its rows whose weight is not known; not in `people`
    std::vector<std::int64_t> representative;  ///< its row with most people, ties as between places

    [[nodiscard]] std::size_t size() const noexcept { return people.size(); }
};

/// The uncovered rows joined into places: rows within `join_distance_m` of each other, directly or by a chain of such
/// steps, are one place (linked_places).
///
///     const auto reasons = reasons_at(access, 500);
///     const Gaps places = gaps(demand, reasons, people, 1'000);
///
/// Uncovered is what status_of says of the reason. People of a place are an exact sum, rounded once; those of all
/// places sum to the uncovered of a Ledger, in doubles as far as these hold it. Permuted rows give the same places.
/// `weight` is people per row, NaN where not known; every row weighs 1 where it is empty.
/// Throws std::invalid_argument where lengths differ, a weight is negative or infinite, an uncovered row has no
/// position, and as linked_places does.
[[nodiscard]] Gaps gaps(std::span<const LonLat> demand, std::span<const Reason> reasons, std::span<const double> weight,
                        double join_distance_m, const Execution& execution = {});

}  // namespace sheltermap
