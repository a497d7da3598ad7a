// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/coverage.hpp"

#include <cmath>
#include <stdexcept>
#include <string>

namespace sheltermap {
namespace {

Reason reason_at(const Access& access, std::size_t row, double threshold) {
    if (access.cost[row] <= threshold) return Reason::reached;
    if (access.incomplete[row] != 0) {
        return access.incomplete[row] == 1 ? Reason::missing_geometry : Reason::not_in_table;
    }
    return access.reason[row] == Reason::reached ? Reason::too_far : access.reason[row];
}

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

}  // namespace sheltermap
