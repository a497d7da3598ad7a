// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/edge_part.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include "geodesy/ecef.hpp"
#include "network/edge_line.hpp"
#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>

namespace sheltermap {
namespace {

/// Nearer to the end of an edge than this is at it: well above what an offset may be off, below the grid of vertices.
constexpr double at_junction_m = 1e-3;

XY to_xy(LonLat at) { return {at.lon, at.lat}; }

void append(XY vertex, std::vector<XY>& line) {
    if (line.empty() || line.back() != vertex) line.push_back(vertex);
}

/// The vertices from one offset to a later one.
std::vector<XY> forward_part(const Graph& graph, std::uint32_t edge, double begin_m, double end_m) {
    const auto vertices = graph.vertices(edge);
    std::vector<XY> part;
    double at_m = 0;
    for (std::size_t i = 1; i < vertices.size() && at_m <= end_m; ++i) {
        const LonLat from = vertices[i - 1].place();
        const LonLat to = vertices[i].place();
        const double length = geodesic_distance_m(from, to);
        const bool last = i + 1 == vertices.size();
        const auto place_at = [&](double offset_m) {
            const double t = length > 0 ? std::clamp((offset_m - at_m) / length, 0.0, 1.0) : 0;
            return t == 1 ? to_xy(to) : XY{from.lon + t * (to.lon - from.lon), from.lat + t * (to.lat - from.lat)};
        };
        if (part.empty() && (begin_m <= at_m + length || last)) append(place_at(begin_m), part);
        if (!part.empty()) append(place_at(last ? end_m : std::min(end_m, at_m + length)), part);
        at_m += length;
    }
    return part;
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

}  // namespace

EdgePoint nearest_on_edge(const Graph& graph, std::uint32_t edge, LonLat place) {
    const auto vertices = graph.vertices(edge);
    const Ecef at = to_ecef(place);
    std::size_t segment = 0;
    double least = std::numeric_limits<double>::infinity();
    Ecef from = to_ecef(vertices[0].place());
    for (std::size_t i = 1; i < vertices.size(); ++i) {
        const Ecef to = to_ecef(vertices[i].place());
        const double chord = chord_to_line_m(at, from, to);
        if (chord < least) {
            least = chord;
            segment = i - 1;
        }
        from = to;
    }
    return nearest_on_segment(graph, edge, segment, place);
}

EdgePoint nearest_on_segment(const Graph& graph, std::uint32_t edge, std::size_t segment, LonLat place) {
    const auto vertices = graph.vertices(edge);
    if (segment >= vertices.size() - 1) {
        throw std::invalid_argument("edge " + std::to_string(edge) + " has no segment " + std::to_string(segment));
    }
    double offset = 0;
    for (std::size_t i = 0; i < segment; ++i) {
        offset += geodesic_distance_m(vertices[i].place(), vertices[i + 1].place());
    }
    const LonLat begin = vertices[segment].place();
    const LonLat end = vertices[segment + 1].place();
    const double t = part_of_chord(to_ecef(place), to_ecef(begin), to_ecef(end));
    const double length = graph.columns().length_m[edge];
    offset += t * (vertices.size() == 2 ? length : geodesic_distance_m(begin, end));
    // A place at a junction is on all its streets, whichever of them it was found by.
    if (offset < at_junction_m) offset = 0;
    if (offset > length - at_junction_m) offset = length;
    return {offset, {begin.lon + t * (end.lon - begin.lon), begin.lat + t * (end.lat - begin.lat)}};
}

void append_edge_part(const Graph& graph, std::uint32_t edge, double begin_m, double end_m, std::vector<XY>& line) {
    auto part = forward_part(graph, edge, std::min(begin_m, end_m), std::max(begin_m, end_m));
    if (begin_m > end_m) std::reverse(part.begin(), part.end());
    for (const XY vertex : part) append(vertex, line);
}

GeometryColumn edge_parts(const Graph& graph, std::span<const EdgePart> parts, const Execution& execution) {
    for (const EdgePart& part : parts) {
        if (part.edge >= graph.edges()) {
            throw std::invalid_argument("the network has no edge " + std::to_string(part.edge));
        }
    }
    std::vector<GeometryColumn> blocks((parts.size() + rows_per_block - 1) / rows_per_block);
    parallel_for(parts.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        GeometryColumn& block = blocks[begin / rows_per_block];
        std::vector<XY> line;
        for (const EdgePart& part : parts.subspan(begin, end - begin)) {
            line.clear();
            append_edge_part(graph, part.edge, part.begin_m, part.end_m, line);
            if (line.size() == 1) line.push_back(line.front());
            block.begin_row(GeometryType::line_string);
            block.begin_part();
            block.append_ring(line);
        }
    });
    return concatenated(blocks, execution);
}

}  // namespace sheltermap
