// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/maximal_covering.hpp"

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
namespace {

void check_options(const MaximalCoveringOptions& options, double limit) {
    if (std::isnan(limit) || limit < 0) throw std::invalid_argument("the limit must be 0 or more");
    if (!options.p && !options.budget) {
        throw std::invalid_argument("neither p nor a budget is given: say how many sites, or for how much");
    }
    if (options.budget && (std::isnan(*options.budget) || *options.budget < 0)) {
        throw std::invalid_argument("the budget must be 0 or more");
    }
    if (options.budget && options.cost.empty()) throw std::invalid_argument("a budget needs the cost of each facility");
    if (options.copies != 1 && options.copies != 2) throw std::invalid_argument("copies must be 1 or 2");
    if (options.everyone_once && options.copies == 1) {
        throw std::invalid_argument("everyone_once asks for copies = 2: with one copy it is the question itself");
    }
}

}  // namespace

Siting maximal_covering(const Reach& reach, std::span<const double> weight, double limit,
                        const MaximalCoveringOptions& options, const Execution& execution) {
    check_options(options, limit);
    check_weights(reach, weight);
    const double budget = options.budget.value_or(std::numeric_limits<double>::infinity());
    const SiteRoles roles = roles_of_sites(reach, options.siting, options.cost, budget);
    SearchClock clock(options.siting.seconds, execution, options.siting.keep_best);

    const double scale = whole_scale(weight);
    const std::vector<double> people = scaled(weight, scale);
    CoverRows rows(reach, limit, roles);
    rows.add(people, options.copies);
    // One row more that has a site is worth more than everybody's second one.
    const double of_one = options.everyone_once ? std::accumulate(people.begin(), people.end(), 1.0) : 0;
    if (options.everyone_once) rows.add(std::vector<double>(reach.size(), of_one), 1);
    CoverProblem problem = rows.merged();

    problem.limits.number = std::min(options.p.value_or(problem.sites()), problem.sites());
    if (options.budget) {
        problem.limits.budget = budget;
        for (const std::int32_t each : roles.facility) {
            problem.limits.cost.push_back(options.cost[static_cast<std::size_t>(each)]);
        }
    }
    const CoverAnswer answer = solve_cover(problem, numbers_of(options.siting.start, roles), clock);

    Siting siting = siting_of(answer.sites, answer.decided, answer.proven, roles, clock);
    siting.iterations = answer.iterations;
    const std::vector<std::int32_t> times = times_covered(reach, limit, siting.chosen);
    ExactSum objective;
    for (std::size_t row = 0; row < reach.size(); ++row) {
        if (times[row] >= options.copies) {
            objective.add(weight[row]);
        } else {
            siting.unreached.push_back(static_cast<std::int32_t>(row));
        }
    }
    siting.objective = objective.value();
    // How much of the scaled weight could be served more, and what rounding took at most.
    const double rounding = scale == 1 ? 0 : 0.5 * static_cast<double>(reach.size());
    siting.bound =
        siting.proven ? siting.objective : siting.objective + (answer.cost - answer.bound + rounding) / scale;
    return siting;
}

}  // namespace sheltermap
