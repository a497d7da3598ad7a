// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "planning/transport.hpp"
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// What the cheapest chain of moves costs that frees a place, in thousandths, overflow included where somebody gains a
/// place or loses one.
struct ChainCosts {
    static constexpr std::int64_t no_way = std::int64_t{1} << 62U;

    std::vector<std::int64_t> into;    ///< per facility: a chain that ends with one more person there
    std::vector<std::int64_t> out_of;  ///< per facility: a chain that begins with one person fewer there
};

/// The cheapest chains of a solved problem, all at once: two searches (Dijkstra 1959, costs reduced by the prices) over
/// the facilities, where a step is the cheapest move of one person from the one to the other.
[[nodiscard]] ChainCosts chain_costs(const TransportSimplex& solved, std::span<const std::int64_t> places,
                                     std::span<const std::int64_t> load);

}  // namespace sheltermap
