// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/geometry/geometry_column.hpp"
#include "sheltermap/network/graph.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// A point of an edge.
struct EdgePoint {
    double offset_m;  ///< from the first vertex along the edge
    LonLat at;
};

/// The point of an edge that is nearest to a place; within 1 mm of an end it is the end.
///
/// Segments are so short that the nearest point of the straight line between their ends, through the earth, is that of
/// the segment: for a place d away from one of length l the two differ by some d² l / R², below 0.1 mm for d = 1 km.
[[nodiscard]] EdgePoint nearest_on_edge(const Graph& graph, std::uint32_t edge, LonLat place);
/// The same of one segment of the edge, the first of them 0: where an edge passes the same point several times, as one
/// that ends where it begins, this tells at which pass. Throws std::invalid_argument for a segment it does not have.
[[nodiscard]] EdgePoint nearest_on_segment(const Graph& graph, std::uint32_t edge, std::size_t segment, LonLat place);

/// Part of an edge, from one offset along it to another.
struct EdgePart {
    std::uint32_t edge;
    double begin_m, end_m;
};
/// A line for each part, ends included, backwards where it ends before it begins; of two equal vertices where it has no
/// length. Offsets outside the edge are its ends.
/// Throws std::invalid_argument for an edge the graph does not have.
///
///     const GeometryColumn lines = edge_parts(graph, std::array{EdgePart{.edge = 17, .begin_m = 20, .end_m = 80}});
[[nodiscard]] GeometryColumn edge_parts(const Graph& graph, std::span<const EdgePart> parts,
                                        const Execution& execution = {});

}  // namespace sheltermap
