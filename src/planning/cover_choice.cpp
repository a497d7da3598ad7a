// SPDX-License-Identifier: Apache-2.0
#include "cover_choice.hpp"

#include <algorithm>
#include <numeric>

namespace sheltermap {
CoverChoice::CoverChoice(const CoverProblem& problem)
    : problem_(problem),
      times_(problem.rows()),
      owner_(problem.rows()),
      weight_(problem.sites()),
      place_(problem.sites()) {
    reset({});
}

void CoverChoice::reset(std::span<const std::int32_t> sites) {
    std::ranges::fill(times_, 0);
    std::ranges::fill(owner_, 0U);
    std::ranges::fill(place_, -1);
    std::ranges::fill(weight_, 0.0);
    chosen_.clear();
    spent_ = 0;
    cost_ = std::accumulate(problem_.weight.begin(), problem_.weight.end(), 0.0);
    for (std::size_t row = 0; row < problem_.rows(); ++row) {
        if (problem_.need[row] != 1) continue;
        for (const std::int32_t site : problem_.sites_of(row)) weight_[as_index(site)] += problem_.weight[row];
    }
    work_ += static_cast<std::int64_t>(problem_.row_site.size());
    for (const std::int32_t site : sites) add(site);
}

/// What a row is worth to sites that are not chosen, and to those that are, changes by so much.
void CoverChoice::shift(std::int32_t row, double for_others, double for_chosen) {
    const auto sites = problem_.sites_of(as_index(row));
    work_ += static_cast<std::int64_t>(sites.size());
    for (const std::int32_t site : sites)
        weight_[as_index(site)] += place_[as_index(site)] < 0 ? for_others : for_chosen;
}

void CoverChoice::add(std::int32_t site) {
    place_[as_index(site)] = static_cast<std::int32_t>(chosen_.size());
    chosen_.push_back(site);
    cost_ += problem_.price[as_index(site)];
    if (!problem_.limits.cost.empty()) spent_ += problem_.limits.cost[as_index(site)];
    double own = 0;  // what the site's end would lose
    for (const std::int32_t row : problem_.rows_of(as_index(site))) {
        const double weight = problem_.weight[as_index(row)];
        const std::int32_t before = times_[as_index(row)]++;
        owner_[as_index(row)] += static_cast<std::uint32_t>(site);
        const std::int32_t need = problem_.need[as_index(row)];
        if (before == need - 1) {
            cost_ -= weight;
            shift(row, -weight, weight);
            own += weight;
        } else if (before == need - 2) {
            shift(row, weight, 0);
        } else if (before == need) {
            shift(row, 0, -weight);
        }
    }
    weight_[as_index(site)] = own;
}

void CoverChoice::remove(std::int32_t site) {
    const auto place = as_index(place_[as_index(site)]);
    chosen_[place] = chosen_.back();
    place_[as_index(chosen_[place])] = static_cast<std::int32_t>(place);
    chosen_.pop_back();
    place_[as_index(site)] = -1;
    cost_ -= problem_.price[as_index(site)];
    if (!problem_.limits.cost.empty()) spent_ -= problem_.limits.cost[as_index(site)];
    double own = 0;  // what the site would complete
    for (const std::int32_t row : problem_.rows_of(as_index(site))) {
        const double weight = problem_.weight[as_index(row)];
        const std::int32_t after = --times_[as_index(row)];
        owner_[as_index(row)] -= static_cast<std::uint32_t>(site);
        const std::int32_t need = problem_.need[as_index(row)];
        if (after == need - 1) {
            cost_ += weight;
            shift(row, weight, -weight);
            own += weight;
        } else if (after == need - 2) {
            shift(row, -weight, 0);
        } else if (after == need) {
            shift(row, 0, weight);
        }
    }
    weight_[as_index(site)] = own;
}

bool CoverChoice::allows(std::int32_t site) const {
    const SiteLimits& limits = problem_.limits;
    return chosen_.size() < limits.number &&
           (limits.cost.empty() || spent_ + limits.cost[as_index(site)] <= limits.budget);
}

bool CoverChoice::allows_swap(std::int32_t in, std::int32_t out) const {
    const SiteLimits& limits = problem_.limits;
    return limits.cost.empty() || spent_ - limits.cost[as_index(out)] + limits.cost[as_index(in)] <= limits.budget;
}

double CoverChoice::promise(std::int32_t site) const {
    double sum = 0;
    for (const std::int32_t row : problem_.rows_of(as_index(site))) {
        if (times_[as_index(row)] < problem_.need[as_index(row)]) sum += problem_.weight[as_index(row)];
    }
    work_ += static_cast<std::int64_t>(problem_.rows_of(as_index(site)).size());
    return sum;
}

void CoverChoice::changes_of_swap(std::int32_t in, std::vector<double>& change,
                                  std::vector<std::int32_t>& touched) const {
    const auto note = [&](std::int32_t site, double weight) {
        if (change[as_index(site)] == 0) touched.push_back(site);
        change[as_index(site)] += weight;
    };
    for (const std::int32_t row : problem_.rows_of(as_index(in))) {
        const std::int32_t times = times_[as_index(row)], need = problem_.need[as_index(row)];
        ++work_;
        // A row that just has enough keeps it; one that lacks one site, and loses another, is not completed.
        const bool is_kept = times == need, is_lost = times == need - 1 && times > 0;
        if (!is_kept && !is_lost) continue;
        const double weight = is_kept ? problem_.weight[as_index(row)] : -problem_.weight[as_index(row)];
        if (times == 1) {
            note(static_cast<std::int32_t>(owner_[as_index(row)]), weight);
            continue;
        }
        const auto sites = problem_.sites_of(as_index(row));
        work_ += static_cast<std::int64_t>(sites.size());
        for (const std::int32_t site : sites) {
            if (place_[as_index(site)] >= 0) note(site, weight);
        }
    }
}

}  // namespace sheltermap
