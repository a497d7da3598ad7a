// SPDX-License-Identifier: Apache-2.0
#include "median_rows.hpp"

#include "sheltermap/base/exact_sum.hpp"
#include "sheltermap/base/sum.hpp"
#include "sheltermap/planning/merged_rows.hpp"

#include <algorithm>
#include <compare>
#include <numeric>

namespace sheltermap {

MedianRows::MedianRows(const Reach& reach, std::span<const double> weight, const SiteRoles& roles)
    : reach_(reach), roles_(roles) {
    const MergedRows groups = merged_rows(reach, Alike::costs);
    const auto arcs = [&](std::int32_t group) {
        const auto row = as_index(groups.first[as_index(group)]);
        const auto begin = static_cast<std::size_t>(reach.offsets[row]);
        const auto count = static_cast<std::size_t>(reach.offsets[row + 1]) - begin;
        return std::pair(std::span(reach.facility).subspan(begin, count), std::span(reach.cost).subspan(begin, count));
    };
    std::vector<std::int32_t> order(groups.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, [&](std::int32_t a, std::int32_t b) {
        const auto [sites_a, costs_a] = arcs(a);
        const auto [sites_b, costs_b] = arcs(b);
        const auto by_sites =
            std::lexicographical_compare_three_way(sites_a.begin(), sites_a.end(), sites_b.begin(), sites_b.end());
        return by_sites != 0 ? by_sites < 0 : std::ranges::lexicographical_compare(costs_a, costs_b);
    });
    std::vector<std::int64_t> belongs(groups.group.begin(), groups.group.end());
    std::vector<double> known(weight.begin(), weight.end());
    for (std::size_t row = 0; row < belongs.size(); ++row) {
        if (belongs[row] < 0) belongs[row] = 0, known[row] = 0;
    }
    const std::vector<double> weights =
        groups.size() == 0 ? std::vector<double>() : exact_sums(known, belongs, groups.size());
    for (const std::int32_t group : order) {
        if (weights[as_index(group)] <= 0) continue;
        const auto [sites, costs] = arcs(group);
        double standing = std::numeric_limits<double>::infinity();
        for (std::size_t arc = 0; arc < sites.size(); ++arc) {
            if (roles.role[as_index(sites[arc])] != SiteRoles::Role::locked) continue;
            standing = costs[arc];
            break;
        }
        first_.push_back(groups.first[as_index(group)]);
        weight_.push_back(weights[as_index(group)]);
        standing_.push_back(standing);
        floor_.push_back(std::min(standing, costs.back()));
        all_whole_ = all_whole_ && weight_.back() == std::floor(weight_.back()) &&
                     std::ranges::all_of(costs, [](double each) { return each == std::floor(each); });
    }
}

MedianCost MedianRows::cost_of(std::span<const std::int32_t> sites) const {
    std::vector<char> is_chosen(this->sites(), 0);
    for (const std::int32_t each : sites) is_chosen[as_index(each)] = 1;
    Sum lost, cost;
    for (std::size_t row = 0; row < size(); ++row) {
        const auto from = as_index(first_[row]);
        double least = standing_[row];
        for (auto arc = static_cast<std::size_t>(reach_.offsets[from]);
             arc < static_cast<std::size_t>(reach_.offsets[from + 1]) && reach_.cost[arc] < least; ++arc) {
            const std::int32_t site = roles_.number[as_index(reach_.facility[arc])];
            if (site >= 0 && is_chosen[as_index(site)] != 0) least = reach_.cost[arc];
        }
        if (std::isinf(least)) {
            lost.add(weight_[row]);
        } else {
            cost.add(weight_[row] * least);
        }
    }
    return {.lost = lost.value(), .cost = cost.value()};
}

}  // namespace sheltermap
