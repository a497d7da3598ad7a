// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/planning/siting.hpp"
#include "sheltermap/reach/reach.hpp"

#include <vector>

namespace sheltermap {

/// What covering everybody may cost.
///
///     const SetCoveringOptions options{.cost = {30'000, 90'000, 55'000}};
struct SetCoveringOptions {
    std::vector<double> cost{};  ///< per facility; empty: every new site costs 1; NaN: not known, not for sale
    int copies = 1;              ///< how many sites every row must have within the limit
    SitingOptions siting{};
};

/// The fewest new sites, or the cheapest, with which every row has one within `limit`, inclusive: location set covering
/// (Toregas et al. 1971). `objective` is their number or cost, `bound` a lower bound of it.
///
///     const Siting siting = set_covering(reach, 500);
///     if (siting.unreached.empty()) std::cout << siting.objective << " sites reach everybody\n";
///
/// Rows that too few candidates and locked facilities reach cannot be covered by any choice: they are told in
/// `unreached`, and all others are covered. Search, bound and branching are those of maximal_covering; the answer does
/// not depend on the order of the demand rows. Throws std::invalid_argument as maximal_covering does.
[[nodiscard]] Siting set_covering(const Reach& reach, double limit, const SetCoveringOptions& options = {},
                                  const Execution& execution = {});

}  // namespace sheltermap
