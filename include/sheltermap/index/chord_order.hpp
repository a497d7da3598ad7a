// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geodesy/ecef.hpp"
#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geodesy/short_geodesic.hpp"
#include "sheltermap/geometry/coordinates.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

namespace sheltermap {

/// What chords, straight lines through the earth, say of the order of geodesics; docs/accuracy.md has the argument.
/// Far above the rounding of chords (about 5 nm) and of distances (15 nm).
inline constexpr double chord_slack_m = 1e-6;

/// Distances closer together than this are decided by Karney's inverse: twice the errors of both ways to compute them.
inline constexpr double tie_m = 2 * (short_geodesic_error_m + 15e-9);

/// Squared chord beyond which no geodesic can be as short as one whose squared chord is given.
[[nodiscard, gnu::always_inline]] inline double rival_chord_squared(double chord_squared) noexcept {
    if (chord_squared < 1e12) {
        // The chord c grows by c³ (1/r² - 1/R²) / 24, r and R the smallest and largest radius of curvature; one tenth
        // is added for the terms that follow, and the slack as 2 c slack <= slack (c² / 1 km + 1 km).
        constexpr double growth = 1.1 * 4.9697e-16 / 12;
        return chord_squared * (1 + chord_slack_m / 1'000 + growth * chord_squared) + chord_slack_m * 1'001;
    }
    const double geodesic_m = longest_geodesic_m(std::sqrt(chord_squared));
    const double chord_m = longest_chord_m(geodesic_m) + chord_slack_m;
    return chord_m * chord_m;
}

/// Square of the longest chord a place within `distance_m` can have, finite.
[[nodiscard]] inline double reach_squared(double distance_m) noexcept {
    const double limit = distance_m + chord_slack_m;
    return std::min(limit * limit, std::numeric_limits<double>::max());
}

/// The length of a geodesic whose squared chord is known: quick where that is exact, else by Karney's inverse.
[[nodiscard]] inline double distance_of(LonLat from, const Ecef& from_at, LonLat to, const Ecef& to_at,
                                        double chord_squared) {
    const bool is_short = chord_squared <= short_chord_m * short_chord_m;
    return is_short ? short_geodesic_m(from_at, to_at) : geodesic_distance_m(from, to);
}

}  // namespace sheltermap
