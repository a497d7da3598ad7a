// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/coverage.hpp"

#include "sheltermap/base/sum.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

namespace sheltermap {
namespace {

std::size_t index_of(Reason reason) { return static_cast<std::size_t>(reason); }

void require_length(std::size_t given, std::size_t rows, const char* what) {
    if (given != 0 && given != rows) {
        throw std::invalid_argument(std::string(what) + " must have one entry per row: " + std::to_string(given) +
                                    " for " + std::to_string(rows) + " rows");
    }
}

std::size_t checked_group(std::int64_t group, std::size_t groups, std::size_t row) {
    if (group < 0 || static_cast<std::size_t>(group) >= groups) {
        throw std::invalid_argument("group: row " + std::to_string(row + 1) + " has number " + std::to_string(group) +
                                    ", outside 0.." + std::to_string(groups));
    }
    return static_cast<std::size_t>(group);
}

double checked_weight(double weight, std::size_t row) {
    if (weight < 0 || std::isinf(weight)) {
        throw std::invalid_argument("weight: row " + std::to_string(row + 1) + " has " + std::to_string(weight) +
                                    "; a weight is a number of people, not negative");
    }
    return weight;
}

Reason reason_at(const Access& access, std::size_t row, double threshold) {
    if (access.cost[row] <= threshold) return Reason::reached;
    if (access.incomplete[row] != 0) return Reason::missing_geometry;
    return access.reason[row] == Reason::reached ? Reason::too_far : access.reason[row];
}

struct Sums {
    std::array<Sum, reason_count> by_reason;
    Sum borderline;
    std::int64_t without_weight = 0;

    [[nodiscard]] CoverageTotals totals() const {
        CoverageTotals result{.borderline = borderline.value(), .without_weight = without_weight};
        for (std::size_t i = 0; i < reason_count; ++i) result.by_reason[i] = by_reason[i].value();
        return result;
    }
};

}  // namespace

std::vector<Reason> reasons_at(const Access& access, double threshold) {
    if (std::isnan(threshold) || threshold < 0) throw std::invalid_argument("a threshold must not be negative");
    if (threshold > access.limit) {
        throw std::invalid_argument("threshold " + std::to_string(threshold) + " lies above " +
                                    std::to_string(access.limit) +
                                    ", the limit up to which facilities were looked for");
    }
    std::vector<Reason> reasons(access.size());
    for (std::size_t row = 0; row < access.size(); ++row) reasons[row] = reason_at(access, row, threshold);
    return reasons;
}

std::vector<std::uint8_t> borderline_at(const Access& access, double threshold, double cost_error) {
    if (std::isnan(cost_error) || cost_error < 0) throw std::invalid_argument("cost_error must not be negative");
    std::vector<std::uint8_t> borderline(access.size());
    for (std::size_t row = 0; row < access.size(); ++row) {
        borderline[row] = std::abs(access.cost[row] - threshold) <= cost_error ? 1 : 0;
    }
    return borderline;
}

double CoverageTotals::covered() const noexcept { return by_reason[index_of(Reason::reached)]; }
double CoverageTotals::unknown() const noexcept { return by_reason[index_of(Reason::missing_geometry)]; }
double CoverageTotals::uncovered() const noexcept {
    return by_reason[index_of(Reason::too_far)] + by_reason[index_of(Reason::no_facility)] +
           by_reason[index_of(Reason::not_snapped)] + by_reason[index_of(Reason::no_path)];
}

std::vector<CoverageTotals> coverage_totals(std::span<const Reason> reasons, std::span<const std::uint8_t> borderline,
                                            std::span<const double> weight, std::span<const std::int64_t> group,
                                            std::size_t groups) {
    require_length(borderline.size(), reasons.size(), "borderline");
    require_length(weight.size(), reasons.size(), "weight");
    require_length(group.size(), reasons.size(), "group");
    std::vector<Sums> sums(groups);
    for (std::size_t row = 0; row < reasons.size(); ++row) {
        Sums& sum = sums[checked_group(group.empty() ? 0 : group[row], groups, row)];
        const double people = weight.empty() ? 1.0 : checked_weight(weight[row], row);
        if (std::isnan(people)) {
            ++sum.without_weight;
            continue;
        }
        sum.by_reason[index_of(reasons[row])].add(people);
        if (!borderline.empty() && borderline[row] != 0) sum.borderline.add(people);
    }
    std::vector<CoverageTotals> totals;
    totals.reserve(groups);
    for (const Sums& sum : sums) totals.push_back(sum.totals());
    return totals;
}

}  // namespace sheltermap
