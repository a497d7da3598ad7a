// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cover_problem.hpp"
#include "search_clock.hpp"
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// The best choice found for a covering problem, and a lower bound of what any choice costs.
struct CoverAnswer {
    std::vector<std::int32_t> sites;  // ascending
    double cost = 0, bound = 0;
    bool proven = false;
    std::vector<Decided> decided;  // what every better choice has in common; in and out where it is proven
    std::int64_t iterations = 0;
};

/// Search and bound in turn, then branching. `enough`: a cost that need not be improved; `start` may be empty.
[[nodiscard]] CoverAnswer solve_cover(const CoverProblem& problem, std::span<const std::int32_t> start,
                                      SearchClock& clock, double enough = 0);

}  // namespace sheltermap
