// SPDX-License-Identifier: Apache-2.0
#include "ecef.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sheltermap {

Ecef to_ecef(LonLat place) noexcept {
    constexpr double degree = std::numbers::pi / 180;
    constexpr double b2_a2 = (wgs84_b_m / wgs84_a_m) * (wgs84_b_m / wgs84_a_m);
    const double sin_lat = std::sin(place.lat * degree);
    const double cos_lat = std::cos(place.lat * degree);
    const double normal = wgs84_a_m / std::sqrt(1 - (1 - b2_a2) * sin_lat * sin_lat);
    return {normal * cos_lat * std::cos(place.lon * degree), normal * cos_lat * std::sin(place.lon * degree),
            normal * b2_a2 * sin_lat};
}

double chord_to_line_m(const Ecef& place, const Ecef& from, const Ecef& to) noexcept {
    const Ecef along{to[0] - from[0], to[1] - from[1], to[2] - from[2]};
    const Ecef there{place[0] - from[0], place[1] - from[1], place[2] - from[2]};
    const double squared = along[0] * along[0] + along[1] * along[1] + along[2] * along[2];
    const double product = along[0] * there[0] + along[1] * there[1] + along[2] * there[2];
    const double t = squared > 0 ? std::clamp(product / squared, 0.0, 1.0) : 0;
    return std::hypot(there[0] - t * along[0], there[1] - t * along[1], there[2] - t * along[2]);
}

double longest_geodesic_m(double chord_m) noexcept {
    constexpr double smallest_radius_m = wgs84_b_m * wgs84_b_m / wgs84_a_m;
    constexpr double half_meridian_m = 20'003'931.4587;  // quarter meridian of WGS 84 is 10 001 965.7293 m
    const double sine = chord_m / (2 * smallest_radius_m);
    return sine < 0.9999 ? 2 * smallest_radius_m * std::asin(sine) : half_meridian_m;
}

}  // namespace sheltermap
