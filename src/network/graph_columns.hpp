// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/graph.hpp"

#include <vector>

namespace sheltermap {

template <class T>
using OwnColumn = std::vector<T>;
/// The columns of a graph that is being made.
using OwnColumns = GraphColumns<OwnColumn>;

/// Calls `visit(column of a, column of b)` for every column, in the order of the file.
template <class A, class B, class Visit>
void for_each_column(A& a, B& b, Visit visit) {
    visit(a.node_at, b.node_at);
    visit(a.arc_begin, b.arc_begin);
    visit(a.arcs, b.arcs);
    visit(a.component, b.component);
    visit(a.component_m, b.component_m);
    visit(a.edge_from, b.edge_from);
    visit(a.edge_to, b.edge_to);
    visit(a.length_m, b.length_m);
    visit(a.forward_m_s, b.forward_m_s);
    visit(a.backward_m_s, b.backward_m_s);
    visit(a.flags, b.flags);
    visit(a.layer, b.layer);
    visit(a.name, b.name);
    visit(a.way_id, b.way_id);
    visit(a.vertex_begin, b.vertex_begin);
    visit(a.vertices, b.vertices);
    visit(a.name_begin, b.name_begin);
    visit(a.name_text, b.name_text);
}
inline constexpr std::size_t column_count = 18;

}  // namespace sheltermap
