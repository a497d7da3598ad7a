// SPDX-License-Identifier: Apache-2.0
#include "cover_problem.hpp"

#include "sheltermap/base/exact_sum.hpp"
#include "sheltermap/planning/merged_rows.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sheltermap {
namespace {

constexpr double largest_sum = 1'099'511'627'776;  // 2^40: thousands of such terms are still exact in a double

/// Counted from the arcs by row: which rows each site has.
void turn_round(CoverProblem& problem, std::size_t sites) {
    problem.site_begin.assign(sites + 1, 0);
    for (const std::int32_t site : problem.row_site) ++problem.site_begin[static_cast<std::size_t>(site) + 1];
    std::partial_sum(problem.site_begin.begin(), problem.site_begin.end(), problem.site_begin.begin());
    problem.site_row.resize(problem.row_site.size());
    std::vector<std::int64_t> next(problem.site_begin.begin(), problem.site_begin.end() - 1);
    for (std::size_t row = 0; row < problem.rows(); ++row) {
        for (const std::int32_t site : problem.sites_of(row)) {
            problem.site_row[static_cast<std::size_t>(next[static_cast<std::size_t>(site)]++)] =
                static_cast<std::int32_t>(row);
        }
    }
}

}  // namespace

void CoverRows::add(std::span<const double> weight, int copies) {
    const auto behind = static_cast<std::int32_t>(roles_.facility.size());
    const bool of_once = copies == 1;
    for (std::size_t row = 0; row < reach_.size(); ++row) {
        if (weight[row] <= 0) continue;
        std::int32_t need = copies;
        const auto first = static_cast<std::ptrdiff_t>(wanted_.facility.size());
        for (auto arc = static_cast<std::size_t>(reach_.offsets[row]);
             arc < static_cast<std::size_t>(reach_.offsets[row + 1]) && reach_.cost[arc] <= limit_; ++arc) {
            const auto facility = static_cast<std::size_t>(reach_.facility[arc]);
            if (roles_.role[facility] == SiteRoles::Role::locked) --need;
            if (roles_.role[facility] == SiteRoles::Role::candidate)
                wanted_.facility.push_back(roles_.number[facility]);
        }
        const auto begin = wanted_.facility.begin() + first;
        if (need <= 0 || wanted_.facility.end() - begin < need) {
            wanted_.facility.erase(begin, wanted_.facility.end());
            continue;
        }
        std::sort(begin, wanted_.facility.end());
        wanted_.facility.push_back(behind + 2 * (need - 1) + (of_once ? 0 : 1));
        wanted_.cost.resize(wanted_.facility.size(), 0);
        wanted_.offsets.push_back(static_cast<std::int64_t>(wanted_.facility.size()));
        wanted_.reason.push_back(Reason::reached);
        weight_.push_back(weight[row]);
        need_.push_back(need);
    }
}

CoverProblem CoverRows::merged() const {
    const MergedRows groups = merged_rows(wanted_, Alike::facilities);
    const auto arcs_of = [&](std::int32_t group) {
        const auto row = static_cast<std::size_t>(groups.first[static_cast<std::size_t>(group)]);
        return std::span(wanted_.facility)
            .subspan(static_cast<std::size_t>(wanted_.offsets[row]),
                     static_cast<std::size_t>(wanted_.offsets[row + 1] - wanted_.offsets[row]));
    };
    // By what they want, so that the order of the demand rows is forgotten.
    std::vector<std::int32_t> order(groups.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, [&](std::int32_t a, std::int32_t b) {
        const auto of_a = arcs_of(a), of_b = arcs_of(b);
        return std::ranges::lexicographical_compare(of_a, of_b);
    });
    std::vector<std::size_t> place(groups.size());
    for (std::size_t i = 0; i < order.size(); ++i) place[static_cast<std::size_t>(order[i])] = i;

    CoverProblem problem;
    problem.weight.resize(groups.size(), 0);
    for (std::size_t row = 0; row < weight_.size(); ++row) {
        problem.weight[place[static_cast<std::size_t>(groups.group[row])]] += weight_[row];
    }
    for (const std::int32_t group : order) {
        const auto arcs = arcs_of(group);
        problem.row_site.insert(problem.row_site.end(), arcs.begin(), arcs.end() - 1);
        problem.row_begin.push_back(static_cast<std::int64_t>(problem.row_site.size()));
        problem.need.push_back(need_[static_cast<std::size_t>(groups.first[static_cast<std::size_t>(group)])]);
    }
    problem.price.resize(roles_.facility.size(), 0);
    turn_round(problem, problem.price.size());
    problem.unit = problem.rows() > 0 ? common_unit(problem.weight) : 1;
    return problem;
}

double whole_scale(std::span<const double> values) {
    const double total = exact_sum(values);
    const bool whole =
        std::ranges::all_of(values, [](double each) { return std::isnan(each) || each == std::floor(each); });
    if ((whole && total <= largest_sum) || total == 0) return 1;
    return std::exp2(std::floor(std::log2(largest_sum / total)));
}

std::vector<double> scaled(std::span<const double> values, double scale) {
    std::vector<double> result(values.size());
    std::ranges::transform(values, result.begin(), [&](double each) { return std::round(each * scale); });
    return result;
}

double common_unit(std::span<const double> values, double unit) {
    for (double each : values) {
        while (each != 0) {
            const double rest = std::fmod(unit, each);
            unit = each;
            each = rest;
        }
    }
    return unit;
}

}  // namespace sheltermap
