// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>
#include <span>
#include <vector>

namespace sheltermap {

/// Semi-axes of WGS 84 (NIMA TR8350.2): a is defined, b = a (1 - 1/298.257223563).
inline constexpr double wgs84_a_m = 6'378'137.0;
inline constexpr double wgs84_b_m = 6'356'752.314245179;
/// Square of the first eccentricity.
inline constexpr double wgs84_e2 = 1 - (wgs84_b_m / wgs84_a_m) * (wgs84_b_m / wgs84_a_m);

/// Distance along the WGS 84 ellipsoid after Karney (2013), J. Geodesy 87, 43-55; error below 15 nm.
/// NaN where either place has no position.
///
///     const double riga_jelgava_m = geodesic_distance_m({24.105, 56.950}, {23.713, 56.652});
[[nodiscard]] double geodesic_distance_m(LonLat from, LonLat to);

/// The geodesic between two places: its length, and its directions (clockwise from north) at both ends, both onwards.
struct GeodesicLine {
    double distance_m;
    double azimuth_from_deg;
    double azimuth_to_deg;
};
[[nodiscard]] GeodesicLine geodesic_line(LonLat from, LonLat to);
/// Pair by pair. Throws std::invalid_argument if lengths differ or a latitude lies outside [-90, 90].
[[nodiscard]] std::vector<GeodesicLine> geodesic_line(std::span<const LonLat> from, std::span<const LonLat> to,
                                                      const Execution& execution = {});

/// Pair by pair; `from` and `to` of equal length, otherwise std::invalid_argument.
[[nodiscard]] std::vector<double> geodesic_distance_m(std::span<const LonLat> from, std::span<const LonLat> to,
                                                      const Execution& execution = {});

/// Where one gets to from a place, starting in direction `azimuth_deg` (clockwise from north).
[[nodiscard]] LonLat geodesic_destination(LonLat from, double azimuth_deg, double distance_m);

/// Place by place; all of equal length, otherwise std::invalid_argument.
[[nodiscard]] std::vector<LonLat> geodesic_destination(std::span<const LonLat> from,
                                                       std::span<const double> azimuth_deg,
                                                       std::span<const double> distance_m,
                                                       const Execution& execution = {});

/// Area of every row of a column in WGS 84, edges taken as geodesics: shells less their holes, whatever way their
/// rings run. 0 for points and lines, NaN for missing rows.
[[nodiscard]] std::vector<double> geodesic_area_m2(const GeometryColumn& column, const Execution& execution = {});

/// Length of every row: of lines, of the boundary of polygons; 0 for points, NaN for missing rows.
[[nodiscard]] std::vector<double> geodesic_length_m(const GeometryColumn& column, const Execution& execution = {});

}  // namespace sheltermap
