// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include <array>

namespace sheltermap {

/// Earth-centred, earth-fixed coordinates in metres.
using Ecef = std::array<double, 3>;

/// A place on the surface of WGS 84.
[[nodiscard]] Ecef to_ecef(LonLat place) noexcept;

/// How far a place is from the straight line, through the earth, between two others.
[[nodiscard]] double chord_to_line_m(const Ecef& place, const Ecef& from, const Ecef& to) noexcept;

/// The longest a shortest geodesic can be whose ends are `chord_m` apart through the earth.
///
/// No normal curvature of the ellipsoid exceeds a / b² (along the meridian at the equator), so by Schur's comparison
/// theorem a geodesic is at most as long as the circle arc of that curvature over the same chord. Beyond a chord of
/// 0.9999 of that circle's diameter the bound is half a meridian ellipse, the longest shortest path there is.
/// The other side needs no function: a geodesic is never shorter than its chord.
[[nodiscard]] double longest_geodesic_m(double chord_m) noexcept;

}  // namespace sheltermap
