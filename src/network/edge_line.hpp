// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/graph.hpp"

#include <cstdint>
#include <vector>

namespace sheltermap {

/// Appends the line of an edge from one offset along it to another, backwards where the second is less, ends included.
/// The first vertex is left out where the line ends there already. Offsets outside the edge are its ends.
void append_edge_part(const Graph& graph, std::uint32_t edge, double begin_m, double end_m, std::vector<XY>& line);

}  // namespace sheltermap
