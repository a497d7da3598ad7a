// SPDX-License-Identifier: Apache-2.0
#include "planning/demand_groups.hpp"

#include "sheltermap/planning/merged_rows.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

// Rows, facilities and nodes are std::int32_t, as in Reach, and index as they are.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace sheltermap {
namespace {

constexpr double thousandths_per_unit = 1000;

/// Sums of prices stay far below what 64 bits hold.
constexpr std::int64_t most = std::int64_t{1} << 56U;

/// Whether a x b is below `limit`, where the product itself may be more than 64 bits hold; b is at least 1.
bool product_is_below(std::int64_t a, std::int64_t b, std::int64_t limit) { return a <= (limit - 1) / b; }

std::int64_t thousandths(double cost, std::size_t row) {
    if (!(cost >= 0) || cost * thousandths_per_unit > static_cast<double>(most)) {
        throw std::invalid_argument("the costs of row " + std::to_string(row) + " must be numbers from 0 to " +
                                    std::to_string(static_cast<double>(most) / thousandths_per_unit));
    }
    return std::llround(cost * thousandths_per_unit);
}

/// The groups in the order of what they reach.
std::vector<std::int32_t> ordered(const Reach& reach, const MergedRows& merged) {
    const auto comes_before = [&](std::int32_t left, std::int32_t right) {
        std::int64_t one = reach.offsets[merged.first[left]], other = reach.offsets[merged.first[right]];
        const std::int64_t one_end = reach.offsets[merged.first[left] + 1];
        const std::int64_t other_end = reach.offsets[merged.first[right] + 1];
        for (; one < one_end && other < other_end; ++one, ++other) {
            if (reach.facility[one] != reach.facility[other]) return reach.facility[one] < reach.facility[other];
            if (reach.cost[one] != reach.cost[other]) return reach.cost[one] < reach.cost[other];
        }
        return one == one_end && other < other_end;
    };
    std::vector<std::int32_t> order(merged.size());
    std::iota(order.begin(), order.end(), 0);
    std::ranges::sort(order, comes_before);
    return order;
}

}  // namespace

DemandGroups demand_groups(const Reach& reach, std::span<const std::int64_t> people, std::int32_t facilities) {
    const MergedRows merged = merged_rows(reach, Alike::costs);
    const std::vector<std::int32_t> order = ordered(reach, merged);
    DemandGroups groups;
    groups.people.resize(merged.size(), 0);
    groups.begin.resize(merged.size() + 1, 0);
    auto arcs = std::make_shared<TransportArcs>();
    arcs->facilities = facilities;
    arcs->offsets.reserve(merged.size() + 1);

    std::vector<std::int32_t> number(merged.size());
    std::int64_t dearest = 0;
    for (std::size_t group = 0; group < order.size(); ++group) {
        number[order[group]] = static_cast<std::int32_t>(group);
        const auto row = static_cast<std::size_t>(merged.first[order[group]]);
        for (std::int64_t arc = reach.offsets[row]; arc < reach.offsets[row + 1]; ++arc) {
            if (reach.facility[arc] < 0 || reach.facility[arc] >= facilities) {
                throw std::invalid_argument("row " + std::to_string(row) + " reaches facility " +
                                            std::to_string(reach.facility[arc]) + "; there are places for " +
                                            std::to_string(facilities));
            }
            arcs->facility.push_back(reach.facility[arc]);
            arcs->cost.push_back(thousandths(reach.cost[arc], row));
            dearest = std::max(dearest, arcs->cost.back());
        }
        arcs->offsets.push_back(static_cast<std::int64_t>(arcs->facility.size()));
    }

    std::int64_t everybody = 0;
    for (std::size_t row = 0; row < reach.size(); ++row) {
        everybody += people[row];
        if (merged.group[row] < 0) continue;
        ++groups.begin[number[merged.group[row]] + 1];
    }
    // A chain visits each facility once at most, and a step changes the cost by less than the dearest way does.
    const std::int64_t steps = std::int64_t{4} * (std::int64_t{facilities} + 2), step = dearest + 1;
    if (!product_is_below(everybody, step, std::int64_t{1} << 62U) || !product_is_below(steps, step, most)) {
        throw std::invalid_argument("people x cost is too large: together they must stay below 4.6e15 people x units");
    }
    arcs->overflow = steps * step;

    for (std::size_t group = 0; group < merged.size(); ++group) groups.begin[group + 1] += groups.begin[group];
    groups.rows.resize(groups.begin.back());
    std::vector<std::int64_t> next(groups.begin.begin(), groups.begin.end() - 1);
    for (std::size_t row = 0; row < reach.size(); ++row) {
        if (merged.group[row] < 0) continue;
        const std::int32_t group = number[merged.group[row]];
        groups.rows[next[group]++] = static_cast<std::int32_t>(row);
        groups.people[group] += people[row];
    }
    for (std::size_t group = 0; group < merged.size(); ++group) {
        std::stable_sort(groups.rows.begin() + groups.begin[group], groups.rows.begin() + groups.begin[group + 1],
                         [&](std::int32_t left, std::int32_t right) { return people[left] > people[right]; });
    }
    groups.arcs = std::move(arcs);
    return groups;
}

}  // namespace sheltermap

#pragma GCC diagnostic pop
