// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/p_center.hpp"

#include "cover_problem.hpp"
#include "cover_solver.hpp"
#include "search_clock.hpp"
#include "site_roles.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <utility>

namespace sheltermap {
namespace {

constexpr double nowhere = std::numeric_limits<double>::infinity();

/// Whether p sites reach, within a radius, every row that can be reached at all.
class WithinRadius {
public:
    WithinRadius(const Reach& reach, const SiteRoles& roles, std::size_t p, SearchClock& clock)
        : reach_(reach), roles_(roles), p_(p), clock_(clock) {}

    struct Answer {
        std::optional<std::vector<std::int32_t>> sites;
        bool is_proven = false;  // where there are none: that there cannot be any
    };

    /// Every row has an arc within the radius, or none at all.
    Answer ask(double radius, std::span<const std::int32_t> start) {
        CoverRows rows(reach_, radius, roles_);
        const auto of_row = static_cast<double>(roles_.facility.size() + 1);
        rows.add(std::vector<double>(reach_.size(), of_row), 1);
        CoverProblem problem = rows.merged();
        std::ranges::fill(problem.weight, of_row);
        std::ranges::fill(problem.price, 1.0);
        problem.unit = 1;
        const auto enough = static_cast<double>(p_);
        const CoverAnswer answer = solve_cover(problem, start, clock_, enough);
        iterations_ += answer.iterations;
        if (answer.cost <= enough) return {.sites = answer.sites, .is_proven = true};
        return {.sites = {}, .is_proven = answer.bound > enough};
    }
    [[nodiscard]] std::int64_t iterations() const noexcept { return iterations_; }

private:
    const Reach& reach_;
    const SiteRoles& roles_;
    std::size_t p_;
    SearchClock& clock_;
    std::int64_t iterations_ = 0;
};

}  // namespace

Siting p_center(const Reach& reach, const PCenterOptions& options, const Execution& execution) {
    const SiteRoles roles = roles_of_sites(reach, options.siting, {});
    SearchClock clock(options.siting.seconds, execution, options.siting.keep_best);

    // Radii that can be the answer: costs of arcs, from the least with which every row has one.
    double least = 0;
    std::vector<double> radii;
    for (std::size_t row = 0; row < reach.size(); ++row) {
        double first = nowhere;
        for (auto arc = static_cast<std::size_t>(reach.offsets[row]);
             arc < static_cast<std::size_t>(reach.offsets[row + 1]); ++arc) {
            if (roles.role[as_index(reach.facility[arc])] == SiteRoles::Role::excluded) continue;
            first = std::min(first, reach.cost[arc]);
            radii.push_back(reach.cost[arc]);
        }
        if (!std::isinf(first)) least = std::max(least, first);
    }
    std::erase_if(radii, [&](double each) { return each < least; });
    std::ranges::sort(radii);
    radii.erase(std::ranges::unique(radii).begin(), radii.end());

    WithinRadius within(reach, roles, options.p, clock);
    std::vector<std::int32_t> best = numbers_of(options.siting.start, roles);
    double objective = radii.empty() ? 0 : nowhere, bound = radii.empty() ? 0 : least;
    // Below `low` the answer is no, at `high` it is yes; a no that is proven raises the bound.
    std::size_t low = 0, high = radii.size();
    bool has_sites = radii.empty();
    if (!radii.empty()) {
        const auto widest = within.ask(radii.back(), best);
        if (widest.sites) {
            best = *widest.sites;
            has_sites = true;
            high = radii.size() - 1;
            objective = radii.back();
        } else {
            bound = widest.is_proven ? nowhere : least;
            low = high;
        }
    }
    while (low < high && !clock.over()) {
        const std::size_t middle = low + (high - low) / 2;
        const auto answer = within.ask(radii[middle], best);
        if (answer.sites) {
            best = *answer.sites;
            high = middle;
            objective = radii[middle];
            continue;
        }
        low = middle + 1;
        if (answer.is_proven) bound = std::max(bound, radii[low]);
    }
    const bool is_proven = bound >= objective;
    if (!has_sites) best.clear();
    std::vector<Decided> decided(roles.facility.size(), is_proven ? Decided::out : Decided::open);
    for (const std::int32_t site : best) decided[as_index(site)] = is_proven ? Decided::in : Decided::open;
    Siting siting = siting_of(best, decided, is_proven, roles, clock);
    siting.iterations = within.iterations();
    siting.objective = objective;
    siting.bound = is_proven ? objective : std::min(bound, objective);
    const std::vector<std::int32_t> times = times_covered(reach, nowhere, siting.chosen);
    for (std::size_t row = 0; row < reach.size(); ++row) {
        if (times[row] == 0) siting.unreached.push_back(static_cast<std::int32_t>(row));
    }
    return siting;
}

}  // namespace sheltermap
