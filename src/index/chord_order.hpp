// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geometry/coordinates.hpp"

#include "geodesy/ecef.hpp"
#include "geodesy/short_geodesic.hpp"
#include <algorithm>
#include <cmath>
#include <limits>

namespace sheltermap {

/// What chords, straight lines through the earth, say of the order of geodesics; docs/accuracy.md has the argument.
/// Far above the rounding of chords (about 5 nm) and of distances (15 nm).
inline constexpr double chord_slack_m = 1e-6;

/// Distances closer together than this are decided by Karney's inverse: twice the errors of both ways to compute them.
inline constexpr double tie_m = 2 * (short_geodesic_error_m + 15e-9);

/// Squared chord beyond which no geodesic can be as short as one whose squared chord is given; of one number or eight.
///
/// From a chord c follows the longest geodesic over it, from that the longest chord c' of a geodesic no longer. The
/// largest value of (c'²/c² - 1) / c² is 1.28e-16 per m², at the longest chords; a tenth is added, and the slack as
/// 2 c slack <= slack (c² / 1 km + 1 km).
template <class Number>
[[nodiscard, gnu::always_inline]] inline Number rival_chord_squared(Number chord_squared) noexcept {
    constexpr double growth = 1.4e-16;
    return chord_squared * (1 + chord_slack_m / 1'000 + growth * chord_squared) + chord_slack_m * 1'001;
}

/// Square of the longest chord a place within `distance_m` can have, finite.
[[nodiscard]] inline double reach_squared(double distance_m) noexcept {
    const double limit = distance_m + chord_slack_m;
    return std::min(limit * limit, std::numeric_limits<double>::max());
}

/// Square of a chord at which a place lies within `distance_m` for sure, and at every shorter one; negative where there
/// is none. Of longer distances than 400 km only those below are sure.
///
/// No geodesic over the chord c is longer than 2 r asin(c / 2r) with r = b² / a, and x - x³ / 6 <= sin x.
[[nodiscard]] inline double surely_within_squared(double distance_m) noexcept {
    constexpr double bend = 1.04e-15;  // 1 / (24 r²), rounded up
    const double distance = std::min(distance_m, 400'000.0);
    const double chord = distance - bend * distance * distance * distance - chord_slack_m;
    return chord < 0 ? -1 : chord * chord;
}

}  // namespace sheltermap
