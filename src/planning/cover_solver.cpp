// SPDX-License-Identifier: Apache-2.0
#include "cover_solver.hpp"

#include "branching.hpp"
#include "cover_search.hpp"
#include "subgradient.hpp"
#include <algorithm>
#include <cmath>
#include <limits>

namespace sheltermap {
namespace {

// Shares of work, in arcs looked at: what a core does in about two seconds, one and four.
constexpr std::int64_t cover_search_work = 1'000'000'000, cover_bound_work = 800'000'000,
                       cover_branching_work = 4'000'000'000;
constexpr int cover_steps = 2000, cover_steps_between = 50;
constexpr std::size_t cover_open_sites = 250;

/// A row whose need is not met costs its weight, so a site fewer than it needs costs its multiplier at most.
class CoverRelaxation {
public:
    explicit CoverRelaxation(const CoverProblem& problem) : problem_(problem) {}

    [[nodiscard]] std::size_t rows() const noexcept { return problem_.rows(); }
    [[nodiscard]] std::size_t sites() const noexcept { return problem_.sites(); }
    [[nodiscard]] double cap(std::size_t row) const { return problem_.weight[row] / problem_.need[row]; }
    [[nodiscard]] static double scale(std::size_t) noexcept { return 1; }

    double price(std::span<const double> multipliers, std::span<const Decided> decided, std::span<double> worth) {
        double constant = 0;
        for (std::size_t row = 0; row < rows(); ++row) constant += multipliers[row] * problem_.need[row];
        for (std::size_t site = 0; site < sites(); ++site) {
            if (decided[site] == Decided::out) continue;
            double sum = -problem_.price[site];
            for (const std::int32_t row : problem_.rows_of(site)) sum += multipliers[static_cast<std::size_t>(row)];
            worth[site] = sum;
        }
        return constant;
    }
    void slack(std::span<const double>, std::span<const double> share, std::span<double> gradient) {
        for (std::size_t row = 0; row < rows(); ++row) gradient[row] = problem_.need[row];
        for (std::size_t site = 0; site < sites(); ++site) {
            if (share[site] == 0) continue;
            for (const std::int32_t row : problem_.rows_of(site))
                gradient[static_cast<std::size_t>(row)] -= share[site];
        }
    }

private:
    const CoverProblem& problem_;
};

/// As a first guess a row pays what it could be worth to the sites: all where it has none, half where it just has
/// enough; where sites have prices, its part of the cheapest one's.
std::vector<double> first_cover_multipliers(const CoverProblem& problem, std::span<const std::int32_t> sites) {
    std::vector<double> multipliers(problem.rows(), 0);
    std::vector<std::int32_t> times(problem.rows(), 0);
    for (const std::int32_t site : sites) {
        for (const std::int32_t row : problem.rows_of(static_cast<std::size_t>(site)))
            ++times[static_cast<std::size_t>(row)];
    }
    for (std::size_t row = 0; row < problem.rows(); ++row) {
        double least = problem.weight[row] / problem.need[row];
        const bool is_just_enough = times[row] == problem.need[row];
        double value = times[row] < problem.need[row] ? least : is_just_enough ? 0.5 * least : 0;
        double cheapest = std::numeric_limits<double>::infinity();
        for (const std::int32_t site : problem.sites_of(row)) {
            const auto each = static_cast<std::size_t>(site);
            cheapest = std::min(cheapest, problem.price[each] / static_cast<double>(problem.rows_of(each).size()));
        }
        if (cheapest > 0) value = std::min(least, cheapest);
        multipliers[row] = value;
    }
    return multipliers;
}

std::vector<std::int32_t> whole_sites(std::span<const double> share) {
    std::vector<std::int32_t> sites;
    for (std::size_t site = 0; site < share.size(); ++site) {
        if (share[site] >= 1) sites.push_back(static_cast<std::int32_t>(site));
    }
    return sites;
}

}  // namespace

CoverAnswer solve_cover(const CoverProblem& problem, std::span<const std::int32_t> start, SearchClock& clock,
                        double enough) {
    const double worthless = enough > 0 ? enough + problem.unit : std::numeric_limits<double>::infinity();
    CoverSearch search(problem, worthless, clock);
    const auto arcs = static_cast<std::int64_t>(problem.row_site.size() + problem.rows() + problem.sites() + 1);
    const std::int64_t work = std::min(cover_search_work, 10'000 * arcs);
    const Incumbent& incumbent = search.incumbent();
    CoverRelaxation relaxation(problem);
    std::vector<Decided> decided(problem.sites(), Decided::open);
    CoverAnswer answer;
    bool is_done = problem.rows() == 0;
    const auto search_on = [&](std::int64_t share) {
        if (is_done) return;
        search.ruin_and_recreate(share);
        search.improve(std::vector<std::int32_t>(search.best()), share);
        is_done = search.cost() <= enough;
    };
    if (!is_done) search.begin(start, work / 4);
    is_done = is_done || search.cost() <= enough;
    search_on(work / 8);

    // The bound, and from time to time what its sites are good for.
    Subgradient bound(relaxation, problem.limits, first_cover_multipliers(problem, search.best()));
    const int steps = static_cast<int>(std::min<std::int64_t>(cover_steps, cover_bound_work / (2 * arcs) + 1));
    std::vector<std::int32_t> last;
    bound.begin(1);
    for (int made = 0; !is_done && made < steps && !clock.over() && !bound.at_end(); made += cover_steps_between) {
        is_done = bound.go_on(decided, incumbent, cover_steps_between, clock);
        if (is_done) break;
        std::vector<std::int32_t> sites = whole_sites(bound.share());
        if (sites != last) search.improve(sites, work / 4 * cover_steps_between / steps);
        last = std::move(sites);
        is_done = search.cost() <= enough || incumbent.beats(bound.bound());
    }
    bool is_possible = true;
    const auto fix = [&] {
        if (is_done) return;
        bound.fix(decided, incumbent, is_possible);
        search.forbid(decided);
        is_done = !is_possible;
    };
    fix();
    search_on(work / 2);
    fix();
    answer.bound = bound.bound();
    answer.iterations = bound.steps_made();
    const auto open = static_cast<std::size_t>(std::ranges::count(decided, Decided::open));
    if (!is_done && open <= cover_open_sites) {
        auto offer = [&](const std::vector<std::int32_t>& sites) { search.offer(sites); };
        Branching branching(relaxation, problem.limits, incumbent, offer, clock);
        answer.bound =
            branching.explore(decided, bound.multipliers(), bound.bound(), cover_branching_work / (2 * arcs));
        answer.iterations += branching.steps_made();
        is_done = incumbent.beats(answer.bound);
    }
    answer.sites = search.best();
    std::ranges::sort(answer.sites);
    answer.cost = search.cost();
    answer.proven = is_done && search.cost() <= incumbent.cost;
    answer.decided = std::move(decided);
    if (answer.proven) {
        answer.decided.assign(problem.sites(), Decided::out);
        for (const std::int32_t site : answer.sites) answer.decided[as_index(site)] = Decided::in;
    }
    if (is_done) answer.bound = incumbent.cost;
    // Costs are multiples of the unit, which a bound that fell short of by rounding only still tells.
    const double below = std::floor((answer.cost - answer.bound + incumbent.tolerance) / problem.unit) * problem.unit;
    answer.bound = std::clamp(answer.cost - below, 0.0, answer.cost);
    return answer;
}

}  // namespace sheltermap
