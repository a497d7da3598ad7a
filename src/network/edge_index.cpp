// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/edge_index.hpp"

#include "sheltermap/geodesy/ecef.hpp"
#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geometry/geometry_column.hpp"
#include "sheltermap/index/shape_index.hpp"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <utility>

namespace sheltermap {
namespace {

/// Nearer to the end of an edge than this is at it: well above what the offset may be off, below the grid of vertices.
constexpr double at_junction_m = 1e-3;
constexpr std::uint8_t not_got_on = street_bridge | street_tunnel | street_ferry | street_no_entry;

std::vector<std::uint32_t> edges_to_get_on(const Graph& graph, double least_part_m) {
    const auto& columns = graph.columns();
    double largest = 0;
    for (const double length : columns.component_m) largest = std::max(largest, length);
    const double least = std::min(least_part_m, largest);
    std::vector<std::uint32_t> edges;
    for (std::uint32_t edge = 0; edge < graph.edges(); ++edge) {
        if ((columns.flags[edge] & not_got_on) != 0) continue;
        if (columns.component_m[columns.component[columns.edge_from[edge]]] >= least) edges.push_back(edge);
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

/// How far along a straight line between two places another is nearest to it, from 0 to 1.
double part_of_chord(const Ecef& place, const Ecef& from, const Ecef& to) {
    double squared = 0;
    double product = 0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        squared += (to[axis] - from[axis]) * (to[axis] - from[axis]);
        product += (to[axis] - from[axis]) * (place[axis] - from[axis]);
    }
    return squared > 0 ? std::clamp(product / squared, 0.0, 1.0) : 0;
}

/// The point of an edge that is nearest to a place. Segments are so short that the nearest point of the straight line
/// between their ends, through the earth, is that of the segment: for a place d away from one of length l the two
/// differ by some d² l / R².
Snap nearest_point(const Graph& graph, std::uint32_t edge, LonLat place, double distance_m) {
    const auto vertices = graph.vertices(edge);
    const Ecef at = to_ecef(place);
    std::size_t segment = 1;
    double least = std::numeric_limits<double>::infinity();
    Ecef from = to_ecef(vertices[0].place());
    for (std::size_t i = 1; i < vertices.size(); ++i) {
        const Ecef to = to_ecef(vertices[i].place());
        const double chord = chord_to_line_m(at, from, to);
        if (chord < least) {
            least = chord;
            segment = i;
        }
        from = to;
    }
    double offset = 0;
    for (std::size_t i = 1; i < segment; ++i) {
        offset += geodesic_distance_m(vertices[i - 1].place(), vertices[i].place());
    }
    const LonLat begin = vertices[segment - 1].place();
    const LonLat end = vertices[segment].place();
    const double t = part_of_chord(at, to_ecef(begin), to_ecef(end));
    offset += t * geodesic_distance_m(begin, end);
    // A place at a junction is on all its streets, whichever of them it was found by.
    const double length = graph.columns().length_m[edge];
    if (offset < at_junction_m) offset = 0;
    if (offset > length - at_junction_m) offset = length;
    return {.state = SnapState::snapped,
            .edge = edge,
            .offset_m = offset,
            .offroad_m = distance_m,
            .at = {begin.lon + t * (end.lon - begin.lon), begin.lat + t * (end.lat - begin.lat)}};
}

}  // namespace

struct EdgeIndex::State {
    Graph graph;
    std::vector<std::uint32_t> edges;
    ShapeIndex shapes;

    State(const Graph& of, double least_part_m)
        : graph(of), edges(edges_to_get_on(of, least_part_m)), shapes(lines_of(of, edges)) {}
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
    parallel_for(places.size(), rows_per_block / 8, execution, [&](std::size_t begin, std::size_t end) {
        std::vector<Neighbour> found;
        for (std::size_t row = begin; row < end; ++row) {
            if (execution.stop.stop_requested()) return;
            if (!has_position(places[row])) continue;
            found.clear();
            state_->shapes.find(places[row], {.k = 1, .max_distance_m = options.max_m}, found);
            if (found.empty()) {
                snaps[row].state = SnapState::not_snapped;
                continue;
            }
            const std::uint32_t edge = state_->edges[static_cast<std::size_t>(found[0].row)];
            snaps[row] = nearest_point(state_->graph, edge, places[row], found[0].distance_m);
        }
    });
    return snaps;
}

}  // namespace sheltermap
