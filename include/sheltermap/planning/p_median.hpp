// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/planning/siting.hpp"
#include "sheltermap/reach/reach.hpp"

#include <cstddef>
#include <span>

namespace sheltermap {

/// At most so many new sites.
///
///     const PMedianOptions options{.p = 2, .siting = {.locked = {0}}};  // the first one stands already
struct PMedianOptions {
    std::size_t p = 1;
    SitingOptions siting{};
};

/// The sites from which everybody has the least to go: p-median (Hakimi 1964), the sum of weight times cost of what a
/// row reaches most cheaply. `objective` is that sum over the rows that reach a chosen site, `bound` a lower bound of
/// it for every choice that leaves no more weight unreached than this one.
///
///     const Siting five = p_median(reach, people, {.p = 5});
///     std::cout << five.objective << " person metres, at least " << five.bound << " with any five\n";
///
/// The reach is taken at its word: a row can go where its arcs lead and nowhere else. So where no choice reaches
/// everybody, the least weight unreached comes first and the least cost second; rows without an arc are left out of
/// both and are told in `unreached`, too. Rows that are alike are merged; the search is greedy and by the best swap
/// (Resende, Werneck 2007), the bound Lagrangean (Cornuejols, Fisher, Nemhauser 1977), which also fixes sites; what is
/// then open is branched on within a fixed share of work. Proven is meant to nine digits where weights or costs are not
/// whole. A site that adds nothing is not chosen. The answer does not depend on the order of the demand rows.
/// Throws std::invalid_argument as maximal_covering does.
[[nodiscard]] Siting p_median(const Reach& reach, std::span<const double> weight, const PMedianOptions& options,
                              const Execution& execution = {});

}  // namespace sheltermap
