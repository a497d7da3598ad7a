// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include "circle_curve.hpp"

namespace sheltermap {

/// Where two circles cross: azimuths in radians from their centres.
struct CircleCrossing {
    double on_first = 0, on_second = 0;
    XY at{};
    double error = 0;  ///< how far the azimuths may be off, the more the flatter the circles cross
};

/// Makes a guess exact by Newton's method: the place is on both circles within the rounding of coordinates. False where
/// the circles meet at too small an angle to tell.
[[nodiscard]] bool make_crossing_exact(const CircleCurve& first, const CircleCurve& second, CircleCrossing& crossing);

}  // namespace sheltermap
