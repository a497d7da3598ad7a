// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/p_median.hpp"

#include "sheltermap/base/exact_sum.hpp"

#include "branching.hpp"
#include "median_rows.hpp"
#include "median_search.hpp"
#include "search_clock.hpp"
#include "site_roles.hpp"
#include "subgradient.hpp"
#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

namespace sheltermap {
namespace {

/// The search for the best sites of one question, root and branches.
class MedianSolver {
public:
    MedianSolver(const MedianRows& rows, std::size_t p, SearchClock& clock)
        : rows_(rows), p_(std::min(p, rows.sites())), clock_(clock), decided_(rows.sites(), Decided::open) {
        // Per person, so dear that no cost of the others is worth anybody's being left behind.
        double costs = 0, weights = 0;
        bool is_whole = true;
        for (std::size_t row = 0; row < rows.size(); ++row) {
            costs += rows.weight()[row] * rows.floor()[row];
            weights += rows.weight()[row];
            is_whole = is_whole && rows.weight()[row] == std::floor(rows.weight()[row]);
        }
        penalty_ = (1 + costs) / (is_whole ? 1 : weights * 0x1p-40);
        penalised_ = rows.standing();
        for (double& each : penalised_) each = std::min(each, penalty_);
        offer({});
    }

    void solve(std::span<const std::int32_t> start) {
        std::size_t arcs = 0;
        for (std::size_t row = 0; row < rows_.size(); ++row) rows_.for_each_arc(row, [&](auto, auto) { ++arcs; });
        const std::vector<std::int32_t> given(start.begin(),
                                              start.begin() + static_cast<std::ptrdiff_t>(std::min(start.size(), p_)));
        if (!start.empty()) offer(given);
        multipliers_.clear();
        bool is_done = false;
        if (arcs > exact_arcs && rows_.sites() <= 65'535) {
            is_done = climb(MedianArcs<std::uint16_t, float>(rows_, decided_), true);
        } else {
            is_done = climb(MedianArcs<std::int32_t, double>(rows_, decided_), true);
        }
        // Each time many sites are out, their arcs are left behind.
        while (!is_done && !clock_.over() && steps_left_ > 0) {
            is_done = climb(MedianArcs<std::int32_t, double>(rows_, decided_), false);
        }
        if (!proven_ && !clock_.over()) branch();
    }

    [[nodiscard]] const std::vector<std::int32_t>& best() const noexcept { return best_; }
    [[nodiscard]] MedianCost cost() const noexcept { return best_cost_; }
    [[nodiscard]] bool proven() const noexcept { return proven_; }
    [[nodiscard]] const std::vector<Decided>& decided() const noexcept { return decided_; }
    [[nodiscard]] std::int64_t iterations() const noexcept { return iterations_; }

    /// Of the cost of choices that leave no more weight behind than the best one.
    [[nodiscard]] double bound() const {
        if (proven_) return best_cost_.cost;
        // Weight left behind counted with its floor in the bound; the dearest of it is taken off.
        std::vector<std::size_t> order(rows_.size());
        std::iota(order.begin(), order.end(), 0);
        std::ranges::sort(order, [&](auto a, auto b) { return rows_.floor()[a] > rows_.floor()[b]; });
        double left = best_cost_.lost, bound = bound_;
        for (std::size_t i = 0; i < order.size() && left > 0; ++i) {
            const double part = std::min(left, rows_.weight()[order[i]]);
            bound -= part * rows_.floor()[order[i]];
            left -= part;
        }
        return std::clamp(bound - rounding(), 0.0, best_cost_.cost);
    }

private:
    static constexpr std::size_t sampled_rows = 10'000;     // of that many a good choice is found first
    static constexpr std::size_t exact_arcs = 4'000'000;    // with fewer, costs are kept as they are
    static constexpr std::size_t branching_arcs = 400'000;  // with more, sites are not branched on
    static constexpr std::size_t branching_numbers = 20'000'000;
    static constexpr std::int64_t branching_work = 4'000'000'000;
    static constexpr int steps_at_most = 1000, steps_between = 40, passes_at_most = 400;

    void offer(std::span<const std::int32_t> sites) {
        const MedianCost cost = rows_.cost_of(sites);
        if (!(cost < best_cost_)) return;
        best_cost_ = cost;
        best_.assign(sites.begin(), sites.end());
        incumbent_.cost = cost.cost;
        incumbent_.unit = rows_.all_whole() ? 1 : 1e-9 * cost.cost;
        incumbent_.tolerance = rounding() + 1e-6 * incumbent_.unit;
        // Where weight is left behind, a better choice may cost more than this one: the cost decides nothing.
        if (cost.lost > 0) incumbent_.tolerance = std::numeric_limits<double>::infinity();
    }
    [[nodiscard]] double rounding() const {
        return 2.3e-16 * std::sqrt(static_cast<double>(rows_.size())) * 10 * best_cost_.cost;
    }

    template <class Arcs>
    void offer_here(const Arcs& arcs, std::span<const std::int32_t> sites) {
        std::vector<std::int32_t> numbers;
        for (const std::int32_t each : sites) numbers.push_back(arcs.number[as_index(each)]);
        offer(numbers);
    }

    /// Steps until nothing better is left (true), the steps are made (true), or many sites are out (false).
    template <class Arcs>
    bool climb(const Arcs& arcs, bool is_first) {
        const std::size_t stride = std::max<std::size_t>(1, rows_.size() / sampled_rows);
        MedianSearch<Arcs> sample(arcs, rows_.weight(), penalised_, stride, clock_);
        MedianSearch<Arcs> search(arcs, rows_.weight(), penalised_, 1, clock_);
        const auto improve = [&](std::vector<std::int32_t> sites, int passes) {
            if (stride > 1) sample.improve(sites, p_, passes_at_most);
            search.improve(sites, p_, passes);
            offer_here(arcs, sites);
        };
        if (is_first) {
            improve(sample.greedy(p_), passes_at_most);
            multipliers_ = first_multipliers(arcs);
        }
        std::vector<Decided> decided;
        for (const std::int32_t each : arcs.number) decided.push_back(decided_[as_index(each)]);
        const SiteLimits limits{.number = p_, .cost = {}};
        MedianRelaxation<Arcs> relaxation(arcs, rows_.weight(), rows_.floor());
        Subgradient<MedianRelaxation<Arcs>> bound(relaxation, limits, std::move(multipliers_));
        bound.begin(step_);
        bool is_done = false, is_narrowed = false;
        while (!is_done && !is_narrowed) {
            const std::int64_t before = bound.steps_made();
            proven_ = bound.go_on(decided, incumbent_, steps_between, clock_);
            steps_left_ -= static_cast<int>(bound.steps_made() - before);
            iterations_ += bound.steps_made() - before;
            bound_ = std::max(bound_, bound.bound());
            if (!proven_) {
                std::vector<std::int32_t> sites;
                for (std::size_t site = 0; site < arcs.sites(); ++site) {
                    if (bound.share()[site] >= 1) sites.push_back(static_cast<std::int32_t>(site));
                }
                if (sites != last_) improve(sites, 20);
                last_ = std::move(sites);
                bool is_possible = true;
                bound.fix(decided, incumbent_, is_possible);
                proven_ = !is_possible || incumbent_.beats(bound_);
            }
            is_done = proven_ || bound.at_end() || clock_.over() || steps_left_ <= 0;
            const auto out = static_cast<std::size_t>(std::ranges::count(decided, Decided::out));
            is_narrowed = out * 4 > arcs.sites();
        }
        for (std::size_t site = 0; site < arcs.sites(); ++site) decided_[as_index(arcs.number[site])] = decided[site];
        multipliers_ = bound.multipliers();
        step_ = bound.step();
        last_.clear();
        return is_done;
    }

    /// Half way between the nearest and the second nearest chosen site.
    template <class Arcs>
    std::vector<double> first_multipliers(const Arcs& arcs) const {
        std::vector<char> is_chosen(rows_.sites(), 0);
        for (const std::int32_t each : best_) is_chosen[as_index(each)] = 1;
        std::vector<double> multipliers(rows_.floor());
        for (std::size_t row = 0; row < arcs.rows(); ++row) {
            const auto site = arcs.sites_of(row);
            int found = 0;
            for (std::size_t arc = 0; arc < site.size() && found < 2; ++arc) {
                if (is_chosen[as_index(arcs.number[site[arc]])] == 0) continue;
                if (++found == 2)
                    multipliers[row] = std::min(multipliers[row], static_cast<double>(arcs.costs_of(row)[arc]));
            }
        }
        return multipliers;
    }

    void branch() {
        const MedianArcs<std::int32_t, double> arcs(rows_, decided_);
        if (arcs.site.size() > branching_arcs) return;
        std::vector<Decided> decided;
        for (const std::int32_t each : arcs.number) decided.push_back(decided_[as_index(each)]);
        const auto open = static_cast<std::size_t>(std::ranges::count(decided, Decided::open));
        if (open * rows_.size() > branching_numbers) return;
        // Here a row that is left behind costs the penalty, so that the cost is what is compared.
        Incumbent penalised = incumbent_;
        const auto update = [&] {
            penalised.cost = best_cost_.cost + penalty_ * best_cost_.lost;
            penalised.unit = rows_.all_whole() ? 1 : 1e-9 * penalised.cost;
            penalised.tolerance =
                1e-6 * penalised.unit + 2.3e-15 * std::sqrt(static_cast<double>(rows_.size())) * penalised.cost;
        };
        update();
        const auto offer_sites = [&](const std::vector<std::int32_t>& sites) {
            offer_here(arcs, sites);
            update();
        };
        const SiteLimits limits{.number = p_, .cost = {}};
        MedianRelaxation<MedianArcs<std::int32_t, double>> relaxation(arcs, rows_.weight(), penalised_);
        Branching branching(relaxation, limits, penalised, offer_sites, clock_);
        const auto steps = branching_work / static_cast<std::int64_t>(2 * arcs.site.size() + rows_.size() + 1);
        const double bound = branching.explore(decided, multipliers_, best_cost_.lost > 0 ? 0 : bound_, steps);
        iterations_ += branching.steps_made();
        proven_ = penalised.beats(bound);
        if (best_cost_.lost == 0 && std::isfinite(bound)) bound_ = std::max(bound_, bound);
    }

    const MedianRows& rows_;
    std::size_t p_;
    SearchClock& clock_;
    std::vector<Decided> decided_;
    std::vector<double> penalised_, multipliers_;
    std::vector<std::int32_t> best_, last_;
    MedianCost best_cost_;
    Incumbent incumbent_;
    double penalty_ = 0, bound_ = 0, step_ = 1;
    bool proven_ = false;
    int steps_left_ = steps_at_most;
    std::int64_t iterations_ = 0;
};

}  // namespace

Siting p_median(const Reach& reach, std::span<const double> weight, const PMedianOptions& options,
                const Execution& execution) {
    check_weights(reach, weight);
    const SiteRoles roles = roles_of_sites(reach, options.siting, {});
    SearchClock clock(options.siting.seconds, execution, options.siting.keep_best);
    const MedianRows rows(reach, weight, roles);
    MedianSolver solver(rows, options.p, clock);
    solver.solve(numbers_of(options.siting.start, roles));

    std::vector<Decided> decided = solver.decided();
    if (solver.proven()) {
        decided.assign(decided.size(), Decided::out);
        for (const std::int32_t each : solver.best()) decided[as_index(each)] = Decided::in;
    }
    Siting siting = siting_of(solver.best(), decided, solver.proven(), roles, clock);
    siting.iterations = solver.iterations();
    std::vector<char> is_chosen(roles.role.size(), 0);
    for (const std::int32_t each : siting.chosen) is_chosen[as_index(each)] = 1;
    ExactSum objective;
    for (std::size_t row = 0; row < reach.size(); ++row) {
        auto arc = static_cast<std::size_t>(reach.offsets[row]);
        const auto end = static_cast<std::size_t>(reach.offsets[row + 1]);
        while (arc < end && is_chosen[as_index(reach.facility[arc])] == 0) ++arc;
        if (arc == end) {
            siting.unreached.push_back(static_cast<std::int32_t>(row));
        } else {
            objective.add(weight[row] * reach.cost[arc]);
        }
    }
    siting.objective = objective.value();
    siting.bound = siting.proven ? siting.objective : std::min(solver.bound(), siting.objective);
    return siting;
}

}  // namespace sheltermap
