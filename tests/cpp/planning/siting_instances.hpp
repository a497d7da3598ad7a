// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/planning/siting.hpp"
#include "sheltermap/reach/reach.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <random>
#include <utility>
#include <vector>

namespace sheltermap::siting_instances {

/// Reach of a matrix of costs, row after row; a negative cost is no way at all.
inline Reach reach_of(const std::vector<std::vector<double>>& costs) {
    Reach reach;
    for (const std::vector<double>& row : costs) {
        std::vector<std::pair<double, std::int32_t>> arcs;
        for (std::size_t site = 0; site < row.size(); ++site) {
            if (row[site] >= 0) arcs.emplace_back(row[site], static_cast<std::int32_t>(site));
        }
        std::ranges::sort(arcs);
        for (const auto& [cost, site] : arcs) {
            reach.cost.push_back(cost);
            reach.facility.push_back(site);
        }
        reach.offsets.push_back(static_cast<std::int64_t>(reach.facility.size()));
        reach.reason.push_back(arcs.empty() ? Reason::too_far : Reason::reached);
    }
    return reach;
}

/// Costs of 0 to `most` between rows and sites, one in `holes` of them missing.
inline std::vector<std::vector<double>> random_costs(std::mt19937& random, std::size_t rows, std::size_t sites,
                                                     unsigned most, unsigned holes) {
    std::vector costs(rows, std::vector<double>(sites));
    for (auto& row : costs) {
        for (double& cost : row) cost = random() % holes == 0 ? -1 : static_cast<double>(random() % (most + 1));
    }
    return costs;
}

inline std::vector<double> random_weights(std::mt19937& random, std::size_t rows) {
    std::vector<double> weights(rows);
    for (double& each : weights) each = static_cast<double>(random() % 20);
    return weights;
}

/// Locked and forbidden sites at random.
inline void assign_roles(std::mt19937& random, std::size_t sites, SitingOptions& options) {
    for (std::size_t site = 0; site < sites; ++site) {
        const auto role = random() % 6;
        if (role == 0) options.locked.push_back(static_cast<int>(site));
        if (role == 1) options.forbidden.push_back(static_cast<int>(site));
    }
}

/// Calls `look` with every set of sites, as bits.
inline void for_each_set(std::size_t sites, const std::function<void(std::uint32_t)>& look) {
    for (std::uint32_t set = 0; set < (std::uint32_t{1} << sites); ++set) look(set);
}

inline bool has(std::uint32_t set, std::size_t site) { return ((set >> site) & 1U) != 0; }

inline std::size_t size_of(std::uint32_t set) { return static_cast<std::size_t>(std::popcount(set)); }

inline std::uint32_t set_of(const std::vector<std::int32_t>& sites) {
    std::uint32_t set = 0;
    for (const std::int32_t each : sites) set |= std::uint32_t{1} << static_cast<unsigned>(each);
    return set;
}

}  // namespace sheltermap::siting_instances
