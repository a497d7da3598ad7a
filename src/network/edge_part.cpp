// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/edge_part.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <algorithm>

namespace sheltermap {
namespace {

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

}  // namespace

void append_edge_part(const Graph& graph, std::uint32_t edge, double begin_m, double end_m, std::vector<XY>& line) {
    auto part = forward_part(graph, edge, std::min(begin_m, end_m), std::max(begin_m, end_m));
    if (begin_m > end_m) std::reverse(part.begin(), part.end());
    for (const XY vertex : part) append(vertex, line);
}

}  // namespace sheltermap
