// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/edge_part.hpp"
#include "sheltermap/network/graph.hpp"

#include "arrays.hpp"
#include <cstdint>
#include <string>
#include <vector>

namespace sheltermap::python {

/// The number of an edge of a graph; ValueError where it has none such.
inline std::uint32_t edge_of(const Graph& graph, std::int64_t number) {
    if (number < 0 || static_cast<std::size_t>(number) >= graph.edges()) {
        throw py::value_error("there is no edge " + std::to_string(number));
    }
    return static_cast<std::uint32_t>(number);
}

/// Parts of edges from their columns.
inline std::vector<EdgePart> to_edge_parts(const Graph& graph, const Array<std::int64_t>& edge,
                                           const Array<double>& begin_m, const Array<double>& end_m) {
    const auto edges = view(edge, "edge");
    const auto begin = view(begin_m, "begin_m"), end = view(end_m, "end_m");
    if (begin.size() != edges.size() || end.size() != edges.size()) {
        throw py::value_error("parts of edges: columns of different lengths");
    }
    std::vector<EdgePart> parts;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        parts.push_back({edge_of(graph, edges[i]), begin[i], end[i]});
    }
    return parts;
}

}  // namespace sheltermap::python
