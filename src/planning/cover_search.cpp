// SPDX-License-Identifier: Apache-2.0
#include "cover_search.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sheltermap {
namespace {

constexpr double tolerated = 0.05;  // of what a site brings: by how much worse a choice is kept at first

}  // namespace

CoverSearch::CoverSearch(const CoverProblem& problem, double worthless, SearchClock& clock)
    : problem_(problem), clock_(clock), choice_(problem), is_allowed_(problem.sites(), 1), change_(problem.sites(), 0) {
    incumbent_.cost = worthless;
    incumbent_.unit = problem.unit;
    const double size = std::accumulate(problem.weight.begin(), problem.weight.end(), 0.0);
    // What sums of so many doubles may be wrong by.
    const auto terms = static_cast<double>(problem.rows() + problem.row_site.size() + problem.sites());
    incumbent_.tolerance = 1e-6 * problem.unit + 2.3e-16 * std::sqrt(terms) * size;
    keep_if_better();
}

double CoverSearch::cost_of(std::int32_t site) const {
    const double cost =
        problem_.limits.cost.empty() ? problem_.price[as_index(site)] : problem_.limits.cost[as_index(site)];
    return std::max(cost, 1e-9);
}

void CoverSearch::forbid(std::span<const Decided> decided) {
    for (std::size_t site = 0; site < decided.size(); ++site) {
        if (decided[site] == Decided::out) is_allowed_[site] = 0;
    }
}

/// The site that is best to add, or the second best; -1 where none brings anything.
std::int32_t CoverSearch::best_addition(By by, bool second) const {
    std::int32_t best = -1, next = -1;
    double of_best = 0, of_next = 0;
    for (std::size_t i = 0; i < problem_.sites(); ++i) {
        const auto site = static_cast<std::int32_t>(i);
        if (by != By::promise && choice_.weights()[i] <= of_next && by == By::worth) continue;
        if (is_allowed_[i] == 0 || choice_.has(site) || !choice_.allows(site)) continue;
        double value = by == By::promise ? choice_.promise(site) : choice_.worth(site);
        if (by == By::worth_for_cost && value > 0) value /= cost_of(site);
        if (value > of_best) {
            next = best;
            of_next = of_best;
            best = site;
            of_best = value;
        } else if (value > of_next) {
            next = site;
            of_next = value;
        }
    }
    return second && next >= 0 ? next : best;
}

void CoverSearch::fill(By by, bool with_chance) {
    while (choice_.sites().size() < problem_.limits.number) {
        std::int32_t site = best_addition(by, with_chance && random_.below(8) == 0);
        if (site < 0 && by != By::promise && std::ranges::any_of(problem_.need, [](auto need) { return need > 1; })) {
            site = best_addition(By::promise, false);
        }
        if (site < 0) return;
        put(site);
    }
}

/// Takes out what costs more than it brings.
void CoverSearch::drop_worthless() {
    for (std::size_t i = choice_.sites().size(); i-- > 0;) {
        const std::int32_t site = choice_.sites()[i];
        if (choice_.worth(site) >= 0) continue;
        take(site);
    }
}

/// The exchange of one site that lowers the cost most.
bool CoverSearch::swap_best() {
    std::vector<std::int32_t> order = choice_.sites();  // those whose end costs least first
    std::ranges::sort(order, [&](std::int32_t a, std::int32_t b) {
        const double of_a = choice_.worth(a), of_b = choice_.worth(b);
        return of_a < of_b || (of_a == of_b && a < b);
    });
    double best = 0;
    std::int32_t in = -1, out = -1;
    const auto consider = [&](std::int32_t site, std::int32_t instead_of, double value) {
        if (value <= best || !choice_.allows_swap(site, instead_of)) return;
        best = value;
        in = site;
        out = instead_of;
    };
    for (std::size_t i = 0; i < problem_.sites(); ++i) {
        const auto site = static_cast<std::int32_t>(i);
        if (is_allowed_[i] == 0 || choice_.has(site)) continue;
        touched_.clear();
        choice_.changes_of_swap(site, change_, touched_);
        const double worth = choice_.worth(site);
        for (const std::int32_t each : touched_)
            consider(site, each, worth - choice_.worth(each) + change_[as_index(each)]);
        for (const std::int32_t each : order) {
            const double value = worth - choice_.worth(each);
            if (value <= best) break;
            if (change_[as_index(each)] == 0) consider(site, each, value);
        }
        for (const std::int32_t each : touched_) change_[as_index(each)] = 0;
    }
    if (in < 0) return false;
    take(out);
    put(in);
    return true;
}

void CoverSearch::swap_until_best(std::int64_t work) {
    const std::int64_t end = choice_.work() + work;
    do {
        drop_worthless();
        fill(By::worth, false);
    } while (choice_.work() < end && !clock_.over() && swap_best());
}

void CoverSearch::keep_if_better() {
    if (choice_.cost() >= cost_) return;
    cost_ = choice_.cost();
    incumbent_.cost = std::min(incumbent_.cost, cost_);
    best_ = choice_.sites();
}

void CoverSearch::begin(std::span<const std::int32_t> start, std::int64_t work) {
    if (!start.empty()) improve(start, work);
    std::vector<std::int32_t> best;
    double cost = std::numeric_limits<double>::infinity();
    for (const By by : {By::worth, By::worth_for_cost, By::promise}) {
        const bool has_costs = !problem_.limits.cost.empty() || problem_.price != std::vector(problem_.sites(), 0.0);
        const bool has_pairs = std::ranges::any_of(problem_.need, [](auto need) { return need > 1; });
        if ((by == By::worth_for_cost && !has_costs) || (by == By::promise && !has_pairs)) continue;
        choice_.reset({});
        fill(by, false);
        drop_worthless();
        if (choice_.cost() < cost) {
            cost = choice_.cost();
            best = choice_.sites();
        }
    }
    improve(best, work);
}

void CoverSearch::improve(std::span<const std::int32_t> sites, std::int64_t work) {
    choice_.reset({});
    for (const std::int32_t site : sites) {
        if (!choice_.has(site) && choice_.allows(site)) choice_.add(site);
    }
    swap_until_best(work);
    keep_if_better();
}

void CoverSearch::offer(std::span<const std::int32_t> sites) {
    choice_.reset({});
    for (const std::int32_t site : sites) {
        if (!choice_.has(site) && choice_.allows(site)) choice_.add(site);
    }
    fill(By::worth, false);
    drop_worthless();
    keep_if_better();
}

/// A chosen site near another one: two steps over rows that both have; -1 where there is none.
std::int32_t CoverSearch::neighbour_of(std::int32_t site) {
    const auto rows = problem_.rows_of(as_index(site));
    if (rows.empty()) return -1;
    const auto between = problem_.sites_of(as_index(rows[random_.below(rows.size())]));
    const auto far = problem_.rows_of(as_index(between[random_.below(between.size())]));
    const auto sites = problem_.sites_of(as_index(far[random_.below(far.size())]));
    const std::size_t first = random_.below(sites.size());
    for (std::size_t i = 0; i < sites.size(); ++i) {
        const std::int32_t each = sites[(first + i) % sites.size()];
        if (choice_.has(each)) return each;
    }
    return -1;
}

void CoverSearch::put(std::int32_t site) {
    choice_.add(site);
    journal_.push_back(site);
}

void CoverSearch::take(std::int32_t site) {
    choice_.remove(site);
    journal_.push_back(~site);
}

void CoverSearch::undo() {
    for (; !journal_.empty(); journal_.pop_back()) {
        if (journal_.back() < 0) {
            choice_.add(~journal_.back());
        } else {
            choice_.remove(journal_.back());
        }
    }
}

/// Takes out a site and some that are near it.
void CoverSearch::ruin(std::size_t count) {
    std::vector<std::int32_t> removed{choice_.sites()[random_.below(choice_.sites().size())]};
    take(removed.front());
    for (std::size_t tries = 3 * count; removed.size() < count && tries > 0; --tries) {
        const std::int32_t each = neighbour_of(removed[random_.below(removed.size())]);
        if (each < 0) continue;
        take(each);
        removed.push_back(each);
    }
}

void CoverSearch::ruin_and_recreate(std::int64_t work) {
    choice_.reset(best_);
    const std::int64_t begin = choice_.work();
    double before = choice_.cost();
    const double per_site = (std::accumulate(problem_.weight.begin(), problem_.weight.end(), 0.0) - before) /
                            static_cast<double>(std::max<std::size_t>(1, best_.size()));
    for (std::int64_t round = 0; choice_.work() - begin < work && !choice_.sites().empty(); ++round) {
        if (round % 64 == 0 && clock_.over()) break;
        const double left = 1 - static_cast<double>(choice_.work() - begin) / static_cast<double>(work);
        journal_.clear();
        ruin(1 + random_.below(std::min<std::size_t>(6, choice_.sites().size())));
        fill(By::worth, true);
        drop_worthless();
        if (choice_.cost() < cost_) {
            swap_until_best(work);
            keep_if_better();
        } else if (choice_.cost() > before + tolerated * left * per_site) {
            undo();
        }
        before = choice_.cost();
    }
}

}  // namespace sheltermap
