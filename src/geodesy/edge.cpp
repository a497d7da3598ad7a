// SPDX-License-Identifier: Apache-2.0
#include "edge.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

namespace sheltermap {
namespace {

constexpr double degree = std::numbers::pi / 180;
/// Rounding of earth-centred coordinates (about 1 nm) and of the inverse (15 nm), with much to spare.
constexpr double slack_m = 1e-6;
/// How close along the edge the foot of the perpendicular is sought.
constexpr double foot_m = 1e-6;

LonLat along(const Edge& edge, double t) {
    if (t == 1) return edge.to;
    return {edge.from.lon + t * (edge.to.lon - edge.from.lon), edge.from.lat + t * (edge.to.lat - edge.from.lat)};
}

/// What is found at a point of an edge.
struct Probe {
    double distance_m;
    double slope;  ///< of distance² / 2 by t; nearly linear, so that its zero is found quickly
};

Probe probe(LonLat place, const Edge& edge, double t) {
    const LonLat at = along(edge, t);
    const GeodesicLine line = geodesic_line(place, at);
    const double sin_lat = std::sin(at.lat * degree);
    const double w2 = 1 - wgs84_e2 * sin_lat * sin_lat;
    const double normal = wgs84_a_m / std::sqrt(w2);
    const double east = normal * std::cos(at.lat * degree) * (edge.to.lon - edge.from.lon) * degree;
    const double north = normal * (1 - wgs84_e2) / w2 * (edge.to.lat - edge.from.lat) * degree;
    const double azimuth = line.azimuth_to_deg * degree;
    return {line.distance_m, line.distance_m * (east * std::sin(azimuth) + north * std::cos(azimuth))};
}

double between(const Ecef& a, const Ecef& b) { return std::hypot(a[0] - b[0], a[1] - b[1], a[2] - b[2]); }

/// The nearest point between two ends of which both are farther: the zero of the slope, by the Illinois variant of
/// regula falsi (Dowell & Jarratt 1971, BIT 11, 168-174), which keeps it between two probes.
double nearest_between(LonLat place, const EdgePiece& piece, Probe low, Probe high) {
    const double length = between(piece.from, piece.to);
    double best = std::min(low.distance_m, high.distance_m);
    double begin = 0;
    double end = 1;
    int moved = 0;  // which side was moved last
    for (int i = 0; i < 50 && (end - begin) * length > foot_m; ++i) {
        const double t = begin + (end - begin) * low.slope / (low.slope - high.slope);
        const Probe here = probe(place, piece.edge, t);
        best = std::min(best, here.distance_m);
        if (std::abs(here.slope) <= foot_m * length) break;
        const int side = here.slope < 0 ? -1 : 1;
        if (side < 0) {
            begin = t;
            low = here;
            if (moved == side) high.slope /= 2;
        } else {
            end = t;
            high = here;
            if (moved == side) low.slope /= 2;
        }
        moved = side;
    }
    return best;
}

}  // namespace

double edge_bulge_m(const Edge& edge) noexcept {
    constexpr double largest_radius_m = wgs84_a_m * wgs84_a_m / wgs84_b_m;
    const bool crosses_equator = (edge.from.lat < 0) != (edge.to.lat < 0);
    const double nearest_lat = crosses_equator ? 0 : std::min(std::abs(edge.from.lat), std::abs(edge.to.lat));
    const double dlon = std::abs(edge.to.lon - edge.from.lon) * degree;
    const double dlat = std::abs(edge.to.lat - edge.from.lat) * degree;
    const double second = std::cos(nearest_lat * degree) * dlon * dlon + 2 * dlon * dlat + 1.0001 * dlat * dlat;
    return largest_radius_m * second / 8;
}

double EdgePiece::nearest_possible_m(const Ecef& place) const noexcept {
    return std::max(0.0, chord_to_line_m(place, from, to) - bulge_m - slack_m);
}

int piece_count(const Edge& edge) noexcept {
    const double bulge = edge_bulge_m(edge);
    return std::isfinite(bulge) ? std::max(1, static_cast<int>(std::ceil(std::sqrt(bulge / piece_bulge_m)))) : 0;
}

LonLat piece_end(const Edge& edge, int number, int count) noexcept {
    return along(edge, number / static_cast<double>(count));
}

std::vector<EdgePiece> pieces_of(const Edge& edge) {
    const int count = piece_count(edge);
    std::vector<EdgePiece> pieces;
    LonLat from = edge.from;
    for (int i = 1; i <= count; ++i) {
        const LonLat to = piece_end(edge, i, count);
        pieces.push_back({{from, to}, to_ecef(from), to_ecef(to), edge_bulge_m(edge) / (1.0 * count * count)});
        from = to;
    }
    return pieces;
}

double geodesic_distance_m(LonLat place, const EdgePiece& piece) {
    if (piece.edge.from == piece.edge.to) return geodesic_distance_m(place, piece.edge.from);
    const Probe low = probe(place, piece.edge, 0);
    const Probe high = probe(place, piece.edge, 1);
    // Otherwise the distance falls towards one end, or rises from both, as it does on the far side of a pole.
    if (low.slope < 0 && high.slope > 0) return nearest_between(place, piece, low, high);
    return std::min(low.distance_m, high.distance_m);
}

double geodesic_distance_m(LonLat place, const Edge& edge) {
    if (!has_position(place)) return std::numeric_limits<double>::quiet_NaN();
    const Ecef at = to_ecef(place);
    double best = std::numeric_limits<double>::infinity();
    for (const EdgePiece& piece : pieces_of(edge)) {
        if (piece.nearest_possible_m(at) <= best) best = std::min(best, geodesic_distance_m(place, piece));
    }
    return std::isinf(best) ? std::numeric_limits<double>::quiet_NaN() : best;
}

}  // namespace sheltermap
