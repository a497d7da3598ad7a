// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include "ecef.hpp"
#include <vector>

namespace sheltermap {

/// The edge of a line or polygon: straight in longitude and latitude (RFC 7946, section 3.1.1), not a geodesic.
struct Edge {
    LonLat from;
    LonLat to;
    friend bool operator==(const Edge&, const Edge&) = default;
};

/// Distance along the WGS 84 ellipsoid to the closest point of an edge; NaN where a coordinate is.
///
///     const double to_the_road = geodesic_distance_m(home, Edge{{24.10, 56.95}, {24.12, 56.96}});
///
/// It is the edge itself that is measured to, not a geodesic between its ends: where the geodesic from the place meets
/// the edge at a right angle, or at an end. Error below 1 µm up to 10,000 km (docs/accuracy.md).
[[nodiscard]] double geodesic_distance_m(LonLat place, const Edge& edge);

/// A bound of how far an edge strays from the straight line, through the earth, between its ends.
///
/// A curve q(t), t in [0, 1], is never farther than max |q''| / 8 from the straight line between its ends. On the
/// ellipsoid |q''| <= c (cos(lat) dlon² + 2 |dlon dlat| + 1.0001 dlat²), with c = a² / b its largest radius of
/// curvature.
[[nodiscard]] double edge_bulge_m(const Edge& edge) noexcept;

/// A piece of an edge with the straight line it is near to.
struct EdgePiece {
    Edge edge;
    Ecef from;
    Ecef to;
    double bulge_m;  ///< no point of the piece is farther than this from the straight line
    /// No point of the piece is nearer than this.
    [[nodiscard]] double nearest_possible_m(const Ecef& place) const noexcept;
};

/// The bulge of a piece as pieces_of makes them: some 1.2 km long, short enough for their nearest point to be one.
inline constexpr double piece_bulge_m = 0.05;

/// How many equal pieces of at most piece_bulge_m an edge has; 0 where a coordinate is NaN.
[[nodiscard]] int piece_count(const Edge& edge) noexcept;
/// Where the piece of that number ends, counted from 1; the last one where the edge does.
[[nodiscard]] LonLat piece_end(const Edge& edge, int number, int count) noexcept;
/// The edge in these pieces. Ends of neighbouring pieces are the very same numbers.
[[nodiscard]] std::vector<EdgePiece> pieces_of(const Edge& edge);

/// As for an edge, of a piece that pieces_of made.
[[nodiscard]] double geodesic_distance_m(LonLat place, const EdgePiece& piece);

}  // namespace sheltermap
