// SPDX-License-Identifier: Apache-2.0
#include "site_roles.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>

namespace sheltermap {

SiteRoles roles_of_sites(const Reach& reach, const SitingOptions& options, std::span<const double> cost,
                         double dearest) {
    std::size_t facilities = options.facilities;
    if (facilities == 0) {
        std::int32_t last = -1;
        for (const std::int32_t each : reach.facility) last = std::max(last, each);
        for (const auto* rows : {&options.locked, &options.forbidden, &options.start}) {
            for (const std::int32_t each : *rows) last = std::max(last, each);
        }
        facilities = std::max(static_cast<std::size_t>(last + 1), cost.size());
    }
    const auto check = [&](std::int32_t row, const char* what) {
        if (row < 0 || static_cast<std::size_t>(row) >= facilities) {
            throw std::invalid_argument(std::string(what) + " names facility " + std::to_string(row) +
                                        ", but there are " + std::to_string(facilities) + ": rows count from 0");
        }
    };
    for (const std::int32_t each : reach.facility) check(each, "the reach");
    for (const std::int32_t each : options.start) check(each, "start");
    if (!cost.empty() && cost.size() != facilities) {
        throw std::invalid_argument("there are " + std::to_string(cost.size()) + " costs for " +
                                    std::to_string(facilities) + " facilities: give one for each");
    }
    using Role = SiteRoles::Role;
    SiteRoles roles{
        .role = std::vector(facilities, Role::candidate), .number = std::vector(facilities, -1), .facility = {}};
    for (const std::int32_t each : options.forbidden) {
        check(each, "forbidden");
        roles.role[static_cast<std::size_t>(each)] = Role::excluded;
    }
    for (const std::int32_t each : options.locked) {
        check(each, "locked");
        if (roles.role[static_cast<std::size_t>(each)] == Role::excluded) {
            throw std::invalid_argument("facility " + std::to_string(each) + " is both locked and forbidden");
        }
        roles.role[static_cast<std::size_t>(each)] = Role::locked;
    }
    for (std::size_t row = 0; row < facilities; ++row) {
        if (roles.role[row] != Role::candidate) continue;
        if (!cost.empty()) {
            if (cost[row] < 0 || std::isinf(cost[row])) {
                throw std::invalid_argument("the cost of facility " + std::to_string(row) +
                                            " is negative or not finite: give what it costs, NaN where nobody knows");
            }
            if (std::isnan(cost[row]) || cost[row] > dearest) {
                roles.role[row] = Role::excluded;
                continue;
            }
        }
        roles.number[row] = static_cast<std::int32_t>(roles.facility.size());
        roles.facility.push_back(static_cast<std::int32_t>(row));
    }
    return roles;
}

void check_weights(const Reach& reach, std::span<const double> weight) {
    if (weight.size() != reach.size()) {
        throw std::invalid_argument("there are " + std::to_string(weight.size()) + " weights for " +
                                    std::to_string(reach.size()) + " demand rows: give one for each");
    }
    for (std::size_t row = 0; row < weight.size(); ++row) {
        if (!std::isfinite(weight[row]) || weight[row] < 0) {
            throw std::invalid_argument("the weight of demand row " + std::to_string(row) +
                                        " is negative or not finite: give 0 where nobody is there");
        }
    }
}

std::vector<std::int32_t> times_covered(const Reach& reach, double limit, std::span<const std::int32_t> chosen) {
    std::vector<char> is_chosen;
    for (const std::int32_t each : chosen) {
        is_chosen.resize(std::max(is_chosen.size(), static_cast<std::size_t>(each) + 1), 0);
        is_chosen[static_cast<std::size_t>(each)] = 1;
    }
    std::vector<std::int32_t> times(reach.size(), 0);
    for (std::size_t row = 0; row < reach.size(); ++row) {
        for (auto arc = static_cast<std::size_t>(reach.offsets[row]);
             arc < static_cast<std::size_t>(reach.offsets[row + 1]) && reach.cost[arc] <= limit; ++arc) {
            const auto facility = static_cast<std::size_t>(reach.facility[arc]);
            if (facility < is_chosen.size() && is_chosen[facility] != 0) ++times[row];
        }
    }
    return times;
}

std::vector<std::int32_t> numbers_of(std::span<const std::int32_t> facilities, const SiteRoles& roles) {
    std::vector<std::int32_t> numbers;
    for (const std::int32_t each : facilities) {
        const std::int32_t number = roles.number[static_cast<std::size_t>(each)];
        if (number >= 0) numbers.push_back(number);
    }
    return numbers;
}

Siting siting_of(std::span<const std::int32_t> sites, std::span<const Decided> decided, bool proven,
                 const SiteRoles& roles, const SearchClock& clock) {
    Siting siting;
    for (std::size_t row = 0; row < roles.role.size(); ++row) {
        if (roles.role[row] == SiteRoles::Role::locked) siting.chosen.push_back(static_cast<std::int32_t>(row));
    }
    for (const std::int32_t each : sites) siting.chosen.push_back(roles.facility[static_cast<std::size_t>(each)]);
    std::ranges::sort(siting.chosen);
    for (std::size_t site = 0; site < decided.size(); ++site) {
        if (decided[site] == Decided::in) siting.fixed_in.push_back(roles.facility[site]);
        if (decided[site] == Decided::out) siting.fixed_out.push_back(roles.facility[site]);
    }
    siting.proven = proven;
    siting.stopped = proven ? SearchEnd::proven : clock.end();
    return siting;
}

}  // namespace sheltermap
