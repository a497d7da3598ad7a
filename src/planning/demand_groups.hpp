// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/reach/reach.hpp"

#include "planning/transport.hpp"
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

// Rows, facilities and nodes are std::int32_t, as in Reach, and index as they are.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace sheltermap {

/// Demand rows of a reach in groups that reach the same at the same costs, as a problem of transport.
///
/// Groups are numbered by what they reach, and rows in a group by their people, most first: neither depends on the
/// order of the rows, unless rows are alike in everything.
struct DemandGroups {
    std::shared_ptr<const TransportArcs> arcs;
    std::vector<std::int64_t> people;  ///< per group
    std::vector<std::int64_t> begin;   ///< size groups + 1: where the rows of a group begin
    std::vector<std::int32_t> rows;    ///< those that reach something, group after group

    [[nodiscard]] std::span<const std::int32_t> rows_of(std::int32_t group) const {
        return std::span(rows).subspan(begin[group], begin[group + 1] - begin[group]);
    }
};

/// Throws std::invalid_argument for costs below zero or not finite, and where 64 bits cannot hold the sums.
[[nodiscard]] DemandGroups demand_groups(const Reach& reach, std::span<const std::int64_t> people,
                                         std::int32_t facilities);

}  // namespace sheltermap

#pragma GCC diagnostic pop
