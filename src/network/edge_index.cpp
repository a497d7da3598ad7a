// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/edge_index.hpp"

#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geometry/geometry_column.hpp"
#include "sheltermap/index/shape_index.hpp"
#include "sheltermap/network/edge_part.hpp"

#include "base/not_finite.hpp"
#include "geodesy/latitudes.hpp"
#include "hilbert.hpp"
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace sheltermap {
namespace {

/// Edges that are got on along the way: of parts that are long enough, or of the fragments.
std::vector<std::uint32_t> edges_to_get_on(const Graph& graph, double least_part_m, bool of_fragments) {
    const auto& columns = graph.columns();
    double largest = 0;
    for (const double length : columns.component_m) largest = std::max(largest, length);
    const double least = std::min(least_part_m, largest);
    std::vector<std::uint32_t> edges;
    for (std::uint32_t edge = 0; edge < graph.edges(); ++edge) {
        if ((columns.flags[edge] & street_not_got_on) != 0) continue;
        const bool is_fragment = columns.component_m[columns.component[columns.edge_from[edge]]] < least;
        if (is_fragment == of_fragments) edges.push_back(edge);
    }
    return edges;
}

GeometryColumn lines_of(const Graph& graph, std::span<const std::uint32_t> edges) {
    GeometryColumn lines;
    std::vector<XY> line;
    for (const std::uint32_t edge : edges) {
        line.clear();
        for (const GridPoint vertex : graph.vertices(edge)) {
            const LonLat at = vertex.place();
            line.push_back({at.lon, at.lat});
        }
        lines.begin_row(GeometryType::line_string);
        lines.begin_part();
        lines.append_ring(line);
    }
    return lines;
}

/// The row of an entry of `rows_in_order`.
std::size_t row_of(std::uint64_t entry) { return static_cast<std::uint32_t>(entry); }

/// The rows that have a position, in the order in which edges lie in memory: along a Hilbert curve through cells of
/// some 0.007 degrees, whose number stands before that of the row. Neighbours then look at the same streets.
std::vector<std::uint64_t> rows_in_order(std::span<const LonLat> places) {
    std::vector<std::uint64_t> ordered;
    ordered.reserve(places.size());
    for (std::size_t row = 0; row < places.size(); ++row) {
        if (!has_position(places[row])) continue;
        const GridPoint at = to_grid({std::remainder(places[row].lon, 360), places[row].lat});
        ordered.push_back(hilbert_position(at) >> 32U << 32U | row);
    }
    std::sort(ordered.begin(), ordered.end());
    return ordered;
}

}  // namespace

struct EdgeIndex::State {
    Graph graph;
    std::vector<std::uint32_t> edges;
    ShapeIndex shapes;
    ShapeIndex fragments;

    State(const Graph& of, double least_part_m)
        : graph(of),
          edges(edges_to_get_on(of, least_part_m, false)),
          shapes(lines_of(of, edges)),
          fragments(lines_of(of, edges_to_get_on(of, least_part_m, true))) {}
};

EdgeIndex::EdgeIndex(const Graph& graph, double least_part_m)
    : state_(std::make_unique<const State>(graph, least_part_m)) {}
EdgeIndex::~EdgeIndex() = default;
EdgeIndex::EdgeIndex(EdgeIndex&&) noexcept = default;
EdgeIndex& EdgeIndex::operator=(EdgeIndex&&) noexcept = default;

std::size_t EdgeIndex::size() const noexcept { return state_->edges.size(); }

std::vector<Snap> EdgeIndex::snap(std::span<const LonLat> places, const SnapOptions& options,
                                  const Execution& execution) const {
    if (!(options.max_m >= 0)) throw std::invalid_argument("a snap limit must be a distance in metres, not negative");
    require_latitudes(places, "places");
    std::vector<Snap> snaps(places.size());
    const std::vector<std::uint64_t> ordered = rows_in_order(places);
    parallel_for(ordered.size(), rows_per_block / 8, execution, [&](std::size_t begin, std::size_t end) {
        std::vector<LonLat> block;
        for (std::size_t i = begin; i < end; ++i) block.push_back(places[row_of(ordered[i])]);
        const Neighbours nearest =
            state_->shapes.find(block, {.k = 1, .max_distance_m = options.max_m}, execution.stop);
        for (std::size_t i = begin; i < end; ++i) {
            const std::size_t row = row_of(ordered[i]);
            const std::size_t first = i == begin ? 0 : nearest.ends[i - begin - 1];
            if (nearest.ends[i - begin] == first) {
                snaps[row].state = SnapState::not_snapped;
                continue;
            }
            const std::uint32_t edge = state_->edges[static_cast<std::size_t>(nearest.found[first].row)];
            const EdgePoint point = nearest_on_edge(state_->graph, edge, places[row]);
            snaps[row] = {.state = SnapState::snapped,
                          .edge = edge,
                          .offset_m = point.offset_m,
                          .offroad_m = nearest.found[first].distance_m,
                          .at = point.at};
        }
    });
    return snaps;
}

std::vector<double> EdgeIndex::nearer_fragments(std::span<const LonLat> places, std::span<const Snap> snaps,
                                                const SnapOptions& options, const Execution& execution) const {
    if (snaps.size() != places.size()) throw std::invalid_argument("as many snaps as places are needed");
    std::vector<double> distance_m(places.size(), nan);
    if (state_->fragments.with_position() == 0) return distance_m;
    parallel_for(places.size(), rows_per_block / 8, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            if (snaps[row].state == SnapState::missing_geometry) continue;
            const bool snapped = snaps[row].state == SnapState::snapped;
            const double limit_m = snapped ? snaps[row].offroad_m : options.max_m;
            const auto nearest = state_->fragments.find(places[row], {.k = 1, .max_distance_m = limit_m});
            if (nearest.empty() || (snapped && !(nearest[0].distance_m < limit_m))) continue;
            distance_m[row] = nearest[0].distance_m;
        }
    });
    return distance_m;
}

}  // namespace sheltermap
