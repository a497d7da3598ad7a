// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

namespace sheltermap {

/// The ellipsoidal Mercator projection of WGS 84 around a place (Snyder 1987, USGS Professional Paper 1395, equation
/// 7-7): conformal, so that of two near points the nearer one stays it. Coordinates in metres of the equator, (0, 0) at
/// the place; longitudes are not wrapped. Latitudes below 90° only.
class Mercator {
public:
    explicit Mercator(XY centre) noexcept;
    [[nodiscard]] XY from_lonlat(XY lonlat) const noexcept;
    /// Within 1e-14 rad of where from_lonlat came from.
    [[nodiscard]] XY to_lonlat(XY at) const noexcept;
    /// Metres of the plane per metre on the ground.
    [[nodiscard]] static double scale(double latitude) noexcept;

private:
    XY centre_;
    double isometric_;  // latitude of the centre
};

}  // namespace sheltermap
