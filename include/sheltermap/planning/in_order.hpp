// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/planning/sent.hpp"
#include "sheltermap/reach/reach.hpp"

#include <cstdint>
#include <span>

namespace sheltermap {

/// Whose turn it is when people go to the nearest place until it is full.
enum class Turn : std::uint8_t {
    pairs,       ///< the nearest pair of row and facility first, whoever that is
    rows,        ///< row by row, each to its nearest facilities with places left
    facilities,  ///< facility by facility, each takes the nearest who have no place yet, as AccessMod does
};

/// Everybody to the nearest until it is full, in turns: what people do who are told nothing, and what tools do that
/// know no optimum. `order` says in which order rows or facilities have their turn, each once; empty for the order of
/// their numbers. Of pairs that cost the same the smaller row comes first, then the smaller facility.
///
///     const std::vector<std::int64_t> families{4, 5}, places{6, 6};
///     const Sent sent = sent_in_order(reach, families, places, Turn::pairs);
///     std::cout << sent.unserved[1] << " of the second family found every shelter full\n";
///
/// Throws std::invalid_argument where lengths do not fit, a number is negative, or the order does not name each once.
[[nodiscard]] Sent sent_in_order(const Reach& reach, std::span<const std::int64_t> people,
                                 std::span<const std::int64_t> places, Turn turn,
                                 std::span<const std::int32_t> order = {}, const Execution& execution = {});

}  // namespace sheltermap
