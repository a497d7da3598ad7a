// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/set_covering.hpp"

#include "sheltermap/base/exact_sum.hpp"

#include "cover_problem.hpp"
#include "cover_solver.hpp"
#include "search_clock.hpp"
#include "site_roles.hpp"
#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace sheltermap {

Siting set_covering(const Reach& reach, double limit, const SetCoveringOptions& options, const Execution& execution) {
    if (std::isnan(limit) || limit < 0) throw std::invalid_argument("the limit must be 0 or more");
    if (options.copies < 1) throw std::invalid_argument("copies must be 1 or more");
    const SiteRoles roles = roles_of_sites(reach, options.siting, options.cost);
    SearchClock clock(options.siting.seconds, execution, options.siting.keep_best);

    std::vector<double> cost(roles.facility.size(), 1);
    for (std::size_t site = 0; site < cost.size() && !options.cost.empty(); ++site) {
        cost[site] = options.cost[as_index(roles.facility[site])];
    }
    const double scale = whole_scale(cost);
    const std::vector<double> prices = scaled(cost, scale);
    // A row that is left out costs more than all sites together.
    const double of_row = std::accumulate(prices.begin(), prices.end(), 1.0);
    CoverRows rows(reach, limit, roles);
    rows.add(std::vector<double>(reach.size(), of_row), options.copies);
    CoverProblem problem = rows.merged();
    std::ranges::fill(problem.weight, of_row);  // once for all rows that are alike
    problem.price = prices;
    problem.unit = std::max(1.0, common_unit(problem.price));
    const CoverAnswer answer = solve_cover(problem, numbers_of(options.siting.start, roles), clock);

    Siting siting = siting_of(answer.sites, answer.decided, answer.proven, roles, clock);
    siting.iterations = answer.iterations;
    const std::vector<std::int32_t> times = times_covered(reach, limit, siting.chosen);
    for (std::size_t row = 0; row < reach.size(); ++row) {
        if (times[row] < options.copies) siting.unreached.push_back(static_cast<std::int32_t>(row));
    }
    ExactSum objective;
    for (const std::int32_t site : answer.sites) objective.add(cost[as_index(site)]);
    siting.objective = objective.value();
    const double rounding = scale == 1 ? 0 : 0.5 * static_cast<double>(cost.size());
    siting.bound = siting.proven ? siting.objective
                                 : std::clamp(siting.objective - (answer.cost - answer.bound + rounding) / scale, 0.0,
                                              siting.objective);
    return siting;
}

}  // namespace sheltermap
