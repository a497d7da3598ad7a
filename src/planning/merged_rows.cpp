// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/planning/merged_rows.hpp"

#include "planning/splitmix.hpp"
#include <algorithm>
#include <bit>
#include <cstddef>
#include <span>
#include <utility>

namespace sheltermap {
namespace {

/// What one row reaches, as far as the limit: facilities in the order of their costs, or of their rows.
struct Arcs {
    std::span<const std::int32_t> facility;
    std::span<const double> cost;  // empty where costs do not matter
};

std::uint64_t hash_of(const Arcs& arcs) {
    std::uint64_t hash = mixed(arcs.facility.size());
    for (const std::int32_t each : arcs.facility) hash = mixed(hash ^ static_cast<std::uint64_t>(each));
    for (const double each : arcs.cost) hash = mixed(hash ^ std::bit_cast<std::uint64_t>(each));
    return hash;
}

/// All rows' arcs one after the other; facilities ascending where costs do not matter, so that sets compare.
class RowArcs {
public:
    RowArcs(const Reach& reach, Alike alike, double limit) : reach_(reach), alike_(alike), end_(reach.size()) {
        for (std::size_t row = 0; row < reach.size(); ++row) {
            const auto begin = reach.cost.begin() + reach.offsets[row];
            const auto end = reach.cost.begin() + reach.offsets[row + 1];
            end_[row] = reach.offsets[row] + (std::upper_bound(begin, end, limit) - begin);
        }
        if (alike == Alike::facilities) {
            sorted_ = reach.facility;
            for (std::size_t row = 0; row < reach.size(); ++row) {
                std::sort(sorted_.begin() + reach.offsets[row], sorted_.begin() + end_[row]);
            }
        }
    }

    [[nodiscard]] Arcs of(std::size_t row) const {
        const auto begin = static_cast<std::size_t>(reach_.offsets[row]);
        const auto count = static_cast<std::size_t>(end_[row]) - begin;
        if (alike_ == Alike::facilities) return {std::span(sorted_).subspan(begin, count), {}};
        return {std::span(reach_.facility).subspan(begin, count), std::span(reach_.cost).subspan(begin, count)};
    }

private:
    const Reach& reach_;
    Alike alike_;
    std::vector<std::int64_t> end_;
    std::vector<std::int32_t> sorted_;
};

}  // namespace

MergedRows merged_rows(const Reach& reach, Alike alike, double limit) {
    const RowArcs arcs(reach, alike, limit);
    std::vector<std::pair<std::uint64_t, std::int32_t>> order;  // hash and row
    order.reserve(reach.size());
    for (std::size_t row = 0; row < reach.size(); ++row) {
        const Arcs own = arcs.of(row);
        if (!own.facility.empty()) order.emplace_back(hash_of(own), static_cast<std::int32_t>(row));
    }
    std::ranges::sort(order);

    // Per row the first one like it. Rows of one hash are nearly always alike; those that are not are compared.
    std::vector<std::int32_t> like(reach.size(), -1);
    for (auto begin = order.begin(); begin != order.end();) {
        const auto end = std::find_if(begin, order.end(), [&](const auto& each) { return each.first != begin->first; });
        for (auto each = begin; each != end; ++each) {
            const Arcs own = arcs.of(static_cast<std::size_t>(each->second));
            const auto same = std::find_if(begin, each, [&](const auto& other) {
                const Arcs its = arcs.of(static_cast<std::size_t>(other.second));
                return like[static_cast<std::size_t>(other.second)] == other.second &&
                       std::ranges::equal(own.facility, its.facility) && std::ranges::equal(own.cost, its.cost);
            });
            like[static_cast<std::size_t>(each->second)] = same->second;  // itself where none before it is alike
        }
        begin = end;
    }

    MergedRows merged{.group = std::vector<std::int32_t>(reach.size(), -1), .first = {}};
    for (std::size_t row = 0; row < reach.size(); ++row) {
        if (like[row] < 0) continue;
        if (like[row] == static_cast<std::int32_t>(row)) {
            merged.group[row] = static_cast<std::int32_t>(merged.first.size());
            merged.first.push_back(like[row]);
        } else {
            merged.group[row] = merged.group[static_cast<std::size_t>(like[row])];
        }
    }
    return merged;
}

}  // namespace sheltermap
