// SPDX-License-Identifier: Apache-2.0
#include "site_selection.hpp"

#include <algorithm>
#include <cmath>

namespace sheltermap {

void SiteSelection::select_by_number(std::span<const double> worth, std::size_t number) {
    const auto dearer = [&](std::int32_t a, std::int32_t b) {
        const double of_a = worth[static_cast<std::size_t>(a)], of_b = worth[static_cast<std::size_t>(b)];
        return of_a > of_b || (of_a == of_b && a < b);
    };
    by_budget_ = false;
    price_of_last_ = price_of_next_ = 0;
    std::size_t taken = open_.size();
    if (number < open_.size()) {
        const auto next = open_.begin() + static_cast<std::ptrdiff_t>(number);
        std::nth_element(open_.begin(), next, open_.end(), dearer);
        taken = number;
        price_of_next_ = std::max(0.0, worth[static_cast<std::size_t>(*next)]);
        price_of_last_ = price_of_next_;
        if (number > 0) {
            const auto last = std::min_element(open_.begin(), next, [&](auto a, auto b) { return dearer(b, a); });
            price_of_last_ = std::max(0.0, worth[static_cast<std::size_t>(*last)]);
        }
    }
    // In the order of the sites, so that the sum does not depend on how they were partitioned.
    std::sort(open_.begin(), open_.begin() + static_cast<std::ptrdiff_t>(taken));
    for (std::size_t i = 0; i < taken; ++i) {
        const auto site = static_cast<std::size_t>(open_[i]);
        if (worth[site] <= 0) continue;
        share_[site] = 1;
        value_ += worth[site];
    }
}

void SiteSelection::select_by_budget(std::span<const double> worth, double budget) {
    const auto cost = [&](std::int32_t site) { return limits_.cost[static_cast<std::size_t>(site)]; };
    const auto of = [&](std::int32_t site) { return worth[static_cast<std::size_t>(site)]; };
    std::vector<std::pair<double, std::int32_t>> order;  // by what a unit of the budget brings, the highest first
    order.reserve(open_.size());
    for (const std::int32_t site : open_) {
        if (of(site) > 0 && cost(site) <= budget) order.emplace_back(-of(site) / std::max(cost(site), 1e-300), site);
    }
    std::ranges::sort(order);
    by_budget_ = true;
    price_of_last_ = price_of_next_ = 0;
    for (const auto& [_, site] : order) {
        const double part = cost(site) <= budget ? 1 : budget / cost(site);
        share_[static_cast<std::size_t>(site)] = part;
        value_ += part * of(site);
        budget -= part * cost(site);
        if (part < 1) {
            price_of_last_ = price_of_next_ = of(site) / cost(site);
            break;
        }
    }
}

bool SiteSelection::select(std::span<const double> worth, std::span<const Decided> decided) {
    std::size_t number = limits_.number;
    double budget = limits_.budget, spent = 0, fixed = 0;
    open_.clear();
    share_.assign(worth.size(), 0);
    for (std::size_t site = 0; site < worth.size(); ++site) {
        if (decided[site] == Decided::open) open_.push_back(static_cast<std::int32_t>(site));
        if (decided[site] != Decided::in) continue;
        if (number == 0) return false;
        if (number != std::numeric_limits<std::size_t>::max()) --number;
        if (!limits_.cost.empty()) spent += limits_.cost[site];
        share_[site] = 1;
        fixed += worth[site];
    }
    if (spent > budget) return false;
    budget -= spent;
    value_ = fixed;
    if (std::isinf(budget)) {
        select_by_number(worth, number);
        return true;
    }
    if (number >= open_.size()) {
        select_by_budget(worth, budget);
        return true;
    }
    // Either limit alone bounds what both allow: the lower of the two is taken.
    other_share_ = share_;
    select_by_number(worth, number);
    const double value = value_, last = price_of_last_, next = price_of_next_;
    std::swap(share_, other_share_);
    value_ = fixed;
    select_by_budget(worth, budget);
    if (value < value_) {
        std::swap(share_, other_share_);
        value_ = value;
        by_budget_ = false;
        price_of_last_ = last;
        price_of_next_ = next;
    }
    return true;
}

double SiteSelection::loss_if_in(std::size_t site, double worth) const {
    const double price = by_budget_ ? price_of_last_ * limits_.cost[site] : price_of_last_;
    return std::max(0.0, price - worth);
}

double SiteSelection::loss_if_out(std::size_t site, double worth) const {
    const double price = by_budget_ ? price_of_next_ * limits_.cost[site] : price_of_next_;
    return std::max(0.0, worth - price);
}

}  // namespace sheltermap
