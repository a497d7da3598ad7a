// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

namespace sheltermap {

/// What a cost of reach is counted in.
///
///     const TravelGraph travel(graph, {}, {.unit = CostUnit::seconds});
enum class CostUnit : std::uint8_t { metres, seconds };

}  // namespace sheltermap
