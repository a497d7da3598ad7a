// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/graph.hpp"
#include "sheltermap/network/travel.hpp"

#include "base/not_finite.hpp"
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <utility>
#include <vector>

namespace sheltermap {

inline Street two_way(float m_s = 1) { return {.forward_m_s = m_s, .backward_m_s = m_s}; }
inline Street one_way(float m_s = 1) { return {.forward_m_s = m_s}; }

/// Streets put together by hand, point by point.
struct Town {
    Streets streets;

    std::uint32_t point(double lon, double lat, bool blocked = false) {
        streets.points.push_back(to_grid({lon, lat}));
        streets.blocked.push_back(blocked ? 1 : 0);
        return static_cast<std::uint32_t>(streets.points.size() - 1);
    }
    void street(const std::vector<std::uint32_t>& points, Street street = two_way(), const std::string& name = "") {
        street.name = static_cast<std::uint32_t>(name.empty() ? 0 : streets.names.size());
        if (!name.empty()) streets.names.push_back(name);
        streets.vertices.insert(streets.vertices.end(), points.begin(), points.end());
        streets.offsets.push_back(streets.vertices.size());
        streets.streets.push_back(street);
    }
    [[nodiscard]] Graph graph() const { return build_graph(streets); }
};

/// Corners of a lattice of about 100 m, joined at random with streets of one or two directions and two speeds; some
/// streets run past each other, some twice between the same corners, some from a corner to itself.
inline Town random_town(std::mt19937& random, int side = 5) {
    Town town;
    for (int i = 0; i < side * side; ++i) town.point(24.0 + 0.0016 * (i % side), 57.0 + 0.0009 * (i / side));
    const auto corners = static_cast<std::uint32_t>(town.streets.points.size());
    std::uniform_int_distribution<std::uint32_t> corner(0, corners - 1);
    std::uniform_int_distribution<int> kind(0, 3);
    for (std::uint32_t i = 0; i < 2 * corners; ++i) {
        const float speed = kind(random) == 0 ? 1.0F : 2.5F;
        std::vector<std::uint32_t> line{corner(random), corner(random)};
        if (kind(random) == 0) line.push_back(corner(random));
        town.street(line, kind(random) == 0 ? one_way(speed) : two_way(speed));
    }
    return town;
}

/// What it costs to go along an edge from one offset to another: piece by piece between all points where any change
/// begins or ends, each at the slowest speed that holds in its middle.
inline double cost_by_pieces(const Graph& graph, std::span<const EdgeChange> changes, CostUnit unit, std::uint32_t edge,
                             double from_m, double to_m) {
    if (from_m == to_m) return 0;
    const auto [low, high] = std::minmax(from_m, to_m);
    std::vector<double> cuts{low, high};
    for (const EdgeChange& each : changes) {
        if (each.edge != edge) continue;
        if (each.speed_factor == 0 && each.begin_m <= high && each.end_m >= low) {
            return std::numeric_limits<double>::infinity();
        }
        for (const double at : {each.begin_m, each.end_m}) {
            if (at > low && at < high) cuts.push_back(at);
        }
    }
    std::sort(cuts.begin(), cuts.end());
    double cost = 0;
    for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
        const double middle = (cuts[i] + cuts[i + 1]) / 2;
        double factor = 1;
        for (const EdgeChange& each : changes) {
            if (each.edge == edge && each.begin_m <= middle && middle <= each.end_m) {
                factor = std::min(factor, each.speed_factor);
            }
        }
        const double slower = unit == CostUnit::seconds ? factor : 1;
        cost += (cuts[i + 1] - cuts[i]) * graph.cost_per_metre(edge, to_m < from_m, unit) / slower;
    }
    return cost;
}

/// Parts of edges that are closed, slower or both, some overlapping, some reaching to an end, some points.
inline std::vector<EdgeChange> random_changes(std::mt19937& random, const Graph& graph) {
    std::uniform_real_distribution<double> part(0, 1);
    std::vector<EdgeChange> changes;
    for (std::uint32_t edge = 0; edge < graph.edges(); ++edge) {
        const double length = graph.columns().length_m[edge];
        for (const double factor : {0.0, 0.2, 0.5, 0.5}) {
            if (part(random) >= 0.15) continue;
            const auto [begin, end] = std::minmax({part(random) * length, part(random) * length});
            const double kind = part(random);
            changes.push_back({.edge = edge,
                               .begin_m = kind < 0.2 ? 0 : begin,
                               .end_m = kind > 0.8                  ? std::numeric_limits<double>::infinity()
                                        : kind > 0.7 && factor == 0 ? begin
                                                                    : end,
                               .speed_factor = factor});
        }
    }
    return changes;
}

/// Costs from every node to every other by Floyd (1962) and Warshall, from the graph's own edges.
inline std::vector<std::vector<double>> all_costs(const Graph& graph, CostUnit unit,
                                                  std::span<const EdgeChange> changes = {}) {
    std::vector<std::vector<double>> cost(graph.nodes(), std::vector<double>(graph.nodes(), infinity));
    for (std::size_t i = 0; i < graph.nodes(); ++i) cost[i][i] = 0;
    const auto& c = graph.columns();
    for (std::uint32_t e = 0; e < graph.edges(); ++e) {
        const double forward = cost_by_pieces(graph, changes, unit, e, 0, c.length_m[e]);
        const double backward = cost_by_pieces(graph, changes, unit, e, c.length_m[e], 0);
        cost[c.edge_from[e]][c.edge_to[e]] = std::min(cost[c.edge_from[e]][c.edge_to[e]], forward);
        cost[c.edge_to[e]][c.edge_from[e]] = std::min(cost[c.edge_to[e]][c.edge_from[e]], backward);
    }
    for (std::size_t k = 0; k < graph.nodes(); ++k) {
        for (std::size_t i = 0; i < graph.nodes(); ++i) {
            for (std::size_t j = 0; j < graph.nodes(); ++j) cost[i][j] = std::min(cost[i][j], cost[i][k] + cost[k][j]);
        }
    }
    return cost;
}

/// Places within some 200 m of the town.
inline std::vector<LonLat> random_places(std::mt19937& random, std::size_t count) {
    std::uniform_real_distribution<double> lon(23.998, 24.010);
    std::uniform_real_distribution<double> lat(56.999, 57.006);
    std::vector<LonLat> places;
    for (std::size_t i = 0; i < count; ++i) places.push_back({lon(random), lat(random)});
    return places;
}

}  // namespace sheltermap
