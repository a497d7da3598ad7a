// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

namespace sheltermap {

/// Areas between edges straight in longitude and latitude and a parallel, the terms of which the area of a ring is the
/// sum: b²/2 (s / (1 - e² s²) + atanh(e s) / e), s = sin φ, per radian of longitude (Snyder 1987, USGS Professional
/// Paper 1395, equation 3-12), less the same at the parallel. A parallel near the edges keeps the digits of small
/// areas.
class AreaFromParallel {
public:
    explicit AreaFromParallel(double latitude);  ///< degrees
    /// Positive where an edge runs eastwards north of the parallel, or westwards south of it.
    [[nodiscard]] double area_m2(XY from, XY to) const noexcept;

private:
    [[nodiscard]] double rise_of_sine(double latitude) const noexcept;  // from the parallel to a latitude in radians
    [[nodiscard]] double per_radian(double rise) const noexcept;
    double base_;  // radians
    double sin_base_, cos_base_;
};

}  // namespace sheltermap
