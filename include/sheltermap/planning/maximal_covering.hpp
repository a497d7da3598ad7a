// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/planning/siting.hpp"
#include "sheltermap/reach/reach.hpp"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace sheltermap {

/// How many sites, or for how much; one of both at least.
///
///     const MaximalCoveringOptions options{.cost = {30'000, 90'000, 55'000}, .budget = 100'000};
struct MaximalCoveringOptions {
    std::optional<std::size_t> p{};  ///< at most so many new sites
    std::vector<double> cost{};      ///< per facility, with a budget; NaN: not known, so that it cannot be bought
    std::optional<double> budget{};  ///< at most so much for the new sites
    int copies = 1;                  ///< how many sites within the limit make a row count: 2 for backup
    bool everyone_once = false;      ///< with copies = 2: first as many rows as possible have one, then people count
    SitingOptions siting{};
};

/// The sites that the most people have within `limit`, inclusive: maximal covering (Church, ReVelle 1974); with two
/// copies the most people with backup (after Hogan, ReVelle 1986), where a row that fewer than two facilities reach
/// never counts. `objective` is the sum of the weights of the rows that are covered, `bound` an upper bound of it.
///
///     const Siting five = maximal_covering(reach, people, 500, {.p = 5});
///     std::cout << five.objective << " people, at most " << five.bound << " with any five\n";
///
/// A site that adds nothing is not chosen, so there may be fewer than `p`. Rows that are alike are merged; a greedy
/// choice is improved by ruin and recreate and by the best swap; the upper bound is the Lagrangean of Galvao and
/// ReVelle (1996), which also fixes sites; what is then open is branched on within a fixed share of work. The answer
/// does not depend on the order of the demand rows. Throws std::invalid_argument for lengths that differ, weights and
/// costs that are negative or not finite, rows out of range, and where neither p nor a budget is given.
[[nodiscard]] Siting maximal_covering(const Reach& reach, std::span<const double> weight, double limit,
                                      const MaximalCoveringOptions& options, const Execution& execution = {});

}  // namespace sheltermap
