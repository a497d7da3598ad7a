// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"
#include "sheltermap/base/sum.hpp"
#include "sheltermap/geodesy/geodesic.hpp"

#include "geodesy/edge.hpp"
#include "graph_columns.hpp"
#include "hilbert.hpp"
#include <algorithm>
#include <compare>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace sheltermap {
namespace {

constexpr std::size_t most_ids = std::numeric_limits<std::int32_t>::max();

void require_fitting(const Streets& streets) {
    const bool fits = streets.blocked.size() == streets.points.size() && !streets.offsets.empty() &&
                      streets.offsets.size() == streets.streets.size() + 1 &&
                      streets.offsets.back() == streets.vertices.size() && streets.offsets.front() == 0 &&
                      std::is_sorted(streets.offsets.begin(), streets.offsets.end()) && !streets.names.empty();
    const auto beyond = [&](std::uint32_t point) { return point >= streets.points.size(); };
    if (!fits || std::any_of(streets.vertices.begin(), streets.vertices.end(), beyond)) {
        throw std::invalid_argument("streets: columns that do not fit each other");
    }
}

bool may_be_gone(const Street& street) {
    return street.duration_s > 0 || street.forward_m_s > 0 || street.backward_m_s > 0;
}

/// An edge before nodes have their final numbers.
struct DraftEdge {
    std::uint32_t from, to;  ///< nodes
    std::uint32_t street;
    std::uint8_t flags;
    double length_m;
    std::uint64_t vertex_begin, vertex_end;
};

/// Cuts streets into edges.
class Cutter {
public:
    explicit Cutter(const Streets& streets)
        : streets_(streets), uses_(streets.points.size(), 0), node_of_(streets.points.size(), none) {
        street_m.assign(streets.streets.size(), 0);
        edges.reserve(streets.streets.size());
        vertices.reserve(streets.vertices.size());
        count_uses();
        for (std::size_t i = 0; i < streets.streets.size(); ++i) {
            if (may_be_gone(streets.streets[i])) cut(static_cast<std::uint32_t>(i));
        }
    }

    std::vector<GridPoint> node_at;
    std::vector<DraftEdge> edges;
    std::vector<GridPoint> vertices;
    std::vector<double> street_m;  ///< per street

private:
    static constexpr std::uint32_t none = std::numeric_limits<std::uint32_t>::max();

    /// The points of a street, the same point twice in a row once; until it is asked again.
    [[nodiscard]] std::span<const std::uint32_t> points_of(std::size_t street) {
        points_.clear();
        for (auto i = streets_.offsets[street]; i < streets_.offsets[street + 1]; ++i) {
            if (points_.empty() || points_.back() != streets_.vertices[i]) points_.push_back(streets_.vertices[i]);
        }
        return points_;
    }

    void count_uses() {
        for (std::size_t i = 0; i < streets_.streets.size(); ++i) {
            if (!may_be_gone(streets_.streets[i])) continue;
            const auto points = points_of(i);
            for (const std::uint32_t point : points) uses_[point] = static_cast<std::uint8_t>(uses_[point] > 0 ? 2 : 1);
            if (points.empty()) continue;
            uses_[points.front()] = 2;
            uses_[points.back()] = 2;
        }
    }

    /// The node at a point; a blocked point is another dead end for everyone who comes.
    std::uint32_t node(std::uint32_t point) {
        const bool blocked = streets_.blocked[point] != 0;
        if (!blocked && node_of_[point] != none) return node_of_[point];
        if (node_at.size() >= most_ids) throw Error("more than 2^31 - 1 nodes");
        node_of_[point] = static_cast<std::uint32_t>(node_at.size());
        node_at.push_back(streets_.points[point]);
        return node_of_[point];
    }

    void cut(std::uint32_t street) {
        const auto points = points_of(street);
        std::size_t begin = 0;
        for (std::size_t i = 1; i < points.size(); ++i) {
            if (uses_[points[i]] < 2 && streets_.blocked[points[i]] == 0) continue;
            add(street, points.subspan(begin, i - begin + 1));
            begin = i;
        }
    }

    void add(std::uint32_t street, std::span<const std::uint32_t> points) {
        const std::uint64_t first = vertices.size();
        const bool barrier = streets_.blocked[points.front()] != 0 || streets_.blocked[points.back()] != 0;
        Sum length;
        vertices.push_back(streets_.points[points.front()]);
        for (std::size_t i = 1; i < points.size(); ++i) {
            const Edge segment{streets_.points[points[i - 1]].place(), streets_.points[points[i]].place()};
            const int pieces = piece_count(segment);
            for (int piece = 1; piece <= pieces; ++piece) {
                const GridPoint next = to_grid(piece_end(segment, piece, pieces));
                length.add(geodesic_distance_m(vertices.back().place(), next.place()));
                vertices.push_back(next);
            }
        }
        if (points.front() == points.back() && !(length.value() > 0)) {
            vertices.resize(first);
            return;
        }
        if (edges.size() >= most_ids) throw Error("more than 2^31 - 1 edges");
        const std::uint32_t from = node(points.front());
        const std::uint32_t to = node(points.back());
        const auto flags = static_cast<std::uint8_t>(streets_.streets[street].flags | (barrier ? street_barrier : 0));
        edges.push_back({from, to, street, flags, length.value(), first, vertices.size()});
        street_m[street] += length.value();
    }

    const Streets& streets_;
    std::vector<std::uint32_t> points_;   // of the street asked about last
    std::vector<std::uint8_t> uses_;      // per point: 0, 1, or 2 for more and for ends
    std::vector<std::uint32_t> node_of_;  // per point
};

auto traits_of(const Street& street) {
    return std::tie(street.forward_m_s, street.backward_m_s, street.duration_s, street.flags, street.layer,
                    street.way_id);
}

/// Brings nodes into the order of a Hilbert curve, and edges into that of their nodes.
void put_in_order(Cutter& cut, const std::vector<Street>& streets) {
    std::vector<std::pair<std::uint64_t, std::uint32_t>> order(cut.node_at.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = {hilbert_position(cut.node_at[i]), i};
    std::sort(order.begin(), order.end());
    std::vector<std::uint32_t> fresh(order.size());
    std::vector<GridPoint> node_at(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
        fresh[order[i].second] = i;
        node_at[i] = cut.node_at[order[i].second];
    }
    cut.node_at = std::move(node_at);
    for (DraftEdge& edge : cut.edges) {
        edge.from = fresh[edge.from];
        edge.to = fresh[edge.to];
    }
    const auto shape = [&](const DraftEdge& edge) {
        return std::span(cut.vertices).subspan(edge.vertex_begin, edge.vertex_end - edge.vertex_begin);
    };
    const auto by_shape = [&](const DraftEdge& a, const DraftEdge& b) {
        const auto left = shape(a);
        const auto right = shape(b);
        const auto order_of_shapes =
            std::lexicographical_compare_three_way(left.begin(), left.end(), right.begin(), right.end());
        return order_of_shapes != 0 ? order_of_shapes < 0 : traits_of(streets[a.street]) < traits_of(streets[b.street]);
    };
    // By their nodes, which is quick of numbers alone; few have both nodes with others in common.
    std::vector<std::pair<std::uint64_t, std::uint32_t>> by_nodes(cut.edges.size());
    for (std::uint32_t i = 0; i < by_nodes.size(); ++i) {
        by_nodes[i] = {(static_cast<std::uint64_t>(cut.edges[i].from) << 32U) | cut.edges[i].to, i};
    }
    std::sort(by_nodes.begin(), by_nodes.end());
    std::vector<DraftEdge> edges(cut.edges.size());
    for (std::size_t i = 0; i < edges.size(); ++i) edges[i] = cut.edges[by_nodes[i].second];
    const auto is_other = [](const DraftEdge& a, const DraftEdge& b) { return a.from != b.from || a.to != b.to; };
    for (auto first = edges.begin(); first != edges.end();) {
        auto last = std::adjacent_find(first, edges.end(), is_other);
        if (last != edges.end()) ++last;
        if (last - first > 1) std::stable_sort(first, last, by_shape);
        first = last;
    }
    cut.edges = std::move(edges);
}

void fill_edges(const Cutter& cut, const Streets& streets, OwnColumns& columns) {
    const auto reserve = [&](auto&... column) { (column.reserve(cut.edges.size()), ...); };
    reserve(columns.edge_from, columns.edge_to, columns.length_m, columns.forward_m_s, columns.backward_m_s,
            columns.flags, columns.layer, columns.name, columns.way_id);
    columns.vertices.reserve(cut.vertices.size());
    columns.vertex_begin.reserve(cut.edges.size() + 1);
    columns.vertex_begin.push_back(0);
    for (const DraftEdge& edge : cut.edges) {
        const Street& street = streets.streets[edge.street];
        float forward = street.forward_m_s;
        float backward = street.backward_m_s;
        if (street.duration_s > 0)
            forward = backward = static_cast<float>(cut.street_m[edge.street]) / street.duration_s;
        columns.edge_from.push_back(edge.from);
        columns.edge_to.push_back(edge.to);
        columns.length_m.push_back(edge.length_m);
        columns.forward_m_s.push_back(forward);
        columns.backward_m_s.push_back(backward);
        columns.flags.push_back(edge.flags);
        columns.layer.push_back(street.layer);
        columns.name.push_back(street.name);
        columns.way_id.push_back(street.way_id);
        const auto at = [&](std::uint64_t i) { return cut.vertices.begin() + static_cast<std::ptrdiff_t>(i); };
        columns.vertices.insert(columns.vertices.end(), at(edge.vertex_begin), at(edge.vertex_end));
        columns.vertex_begin.push_back(columns.vertices.size());
    }
}

void fill_arcs(OwnColumns& columns) {
    const std::size_t nodes = columns.node_at.size();
    columns.arc_begin.assign(nodes + 1, 0);
    for (const auto* ends : {&columns.edge_from, &columns.edge_to}) {
        for (const std::uint32_t node : *ends) ++columns.arc_begin[node + 1];
    }
    std::partial_sum(columns.arc_begin.begin(), columns.arc_begin.end(), columns.arc_begin.begin());
    columns.arcs.resize(columns.edge_from.size() * 2);
    std::vector<std::uint32_t> next(columns.arc_begin.begin(), columns.arc_begin.end() - 1);
    for (std::uint32_t edge = 0; edge < columns.edge_from.size(); ++edge) {
        columns.arcs[next[columns.edge_from[edge]]++] = {columns.edge_to[edge], edge * 2};
        columns.arcs[next[columns.edge_to[edge]]++] = {columns.edge_from[edge], edge * 2 + 1};
    }
}

/// Numbers the connected parts by their smallest node.
void fill_components(OwnColumns& columns) {
    constexpr auto none = std::numeric_limits<std::uint32_t>::max();
    columns.component.assign(columns.node_at.size(), none);
    std::vector<std::uint32_t> waiting;
    std::uint32_t parts = 0;
    for (std::uint32_t start = 0; start < columns.node_at.size(); ++start) {
        if (columns.component[start] != none) continue;
        columns.component[start] = parts;
        waiting.push_back(start);
        while (!waiting.empty()) {
            const std::uint32_t node = waiting.back();
            waiting.pop_back();
            for (std::uint32_t i = columns.arc_begin[node]; i < columns.arc_begin[node + 1]; ++i) {
                const std::uint32_t target = columns.arcs[i].target;
                if (columns.component[target] != none) continue;
                columns.component[target] = parts;
                waiting.push_back(target);
            }
        }
        ++parts;
    }
    std::vector<Sum> length(parts);
    for (std::size_t e = 0; e < columns.length_m.size(); ++e) {
        if ((columns.flags[e] & street_across) == 0)
            length[columns.component[columns.edge_from[e]]].add(columns.length_m[e]);
    }
    for (const Sum& sum : length) columns.component_m.push_back(sum.value());
}

/// Names in the order of the alphabet, those of no edge left out.
void fill_names(const std::vector<std::string>& names, OwnColumns& columns) {
    std::vector<std::uint32_t> used{0};
    for (const std::uint32_t number : columns.name) {
        if (number >= names.size()) throw std::invalid_argument("streets: a name's number is out of range");
        used.push_back(number);
    }
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    std::sort(used.begin() + 1, used.end(), [&](auto a, auto b) { return names[a] < names[b]; });
    std::vector<std::uint32_t> fresh(names.size(), 0);
    columns.name_begin.push_back(0);
    for (std::uint32_t i = 0; i < used.size(); ++i) {
        fresh[used[i]] = i;
        if (i > 0) columns.name_text.insert(columns.name_text.end(), names[used[i]].begin(), names[used[i]].end());
        columns.name_begin.push_back(static_cast<std::uint32_t>(columns.name_text.size()));
    }
    for (std::uint32_t& number : columns.name) number = fresh[number];
}

}  // namespace

Graph build_graph(const Streets& streets, GraphInfo info) {
    require_fitting(streets);
    auto columns = std::make_shared<OwnColumns>();
    {
        Cutter cut(streets);
        put_in_order(cut, streets.streets);
        fill_edges(cut, streets, *columns);
        columns->node_at = std::move(cut.node_at);
    }
    fill_arcs(*columns);
    fill_components(*columns);
    fill_names(streets.names, *columns);
    GraphColumns<ReadColumn> read;
    for_each_column(*columns, read, [](const auto& own, auto& view) { view = own; });
    return {columns, read, std::move(info)};
}

}  // namespace sheltermap
