// SPDX-License-Identifier: Apache-2.0
// The allocation by LEMON's network simplex with 32-bit numbers: overflow to the sink at a cost of its own.
#include <cstdint>
#include <lemon/network_simplex.h>
#include <lemon/smart_graph.h>

/// Total cost, what is without a place included; -1 where LEMON finds none.
extern "C" std::int64_t allocate(std::int32_t rows, std::int32_t facilities, std::int32_t nearest,
                                 const std::int32_t* facility, const std::int32_t* cost, const std::int32_t* people,
                                 const std::int32_t* places, std::int32_t overflow) {
    using Graph = lemon::SmartDigraph;
    Graph graph;
    graph.reserveNode(rows + facilities + 1);
    graph.reserveArc(rows * (nearest + 1) + facilities);
    for (std::int32_t node = 0; node <= rows + facilities; ++node) graph.addNode();
    Graph::ArcMap<int> costs(graph), room(graph);
    Graph::NodeMap<int> supply(graph, 0);
    const auto add = [&](std::int32_t from, std::int32_t to, std::int32_t most, std::int32_t each) {
        const Graph::Arc arc = graph.addArc(Graph::nodeFromId(from), Graph::nodeFromId(to));
        costs[arc] = each;
        room[arc] = most;
    };
    const std::int32_t sink = rows + facilities;
    for (std::int32_t row = 0; row < rows; ++row) {
        supply[Graph::nodeFromId(row)] = people[row];
        supply[Graph::nodeFromId(sink)] -= people[row];
        for (std::int32_t each = row * nearest; each < (row + 1) * nearest; ++each) {
            add(row, rows + facility[each], people[row], cost[each]);
        }
        add(row, sink, people[row], overflow);
    }
    for (std::int32_t each = 0; each < facilities; ++each) add(rows + each, sink, places[each], 0);
    lemon::NetworkSimplex<Graph, int, int> simplex(graph);
    if (simplex.costMap(costs).upperMap(room).supplyMap(supply).run() != simplex.OPTIMAL) return -1;
    return simplex.totalCost<std::int64_t>();
}
