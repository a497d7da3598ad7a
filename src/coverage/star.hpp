// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

namespace sheltermap {

/// How far a star-shaped region reaches in one direction, and what ends it there.
struct Ray {
    double length_m;
    std::int32_t end;  ///< equal for rays that end on the same smooth curve
};

/// A region that is seen whole from its centre: what lies in it is joined to the centre by a geodesic within it.
struct Star {
    LonLat centre;
    std::function<Ray(double azimuth_deg)> ray;
};

/// A star as a polygon by RFC 7946 with edges straight in longitude and latitude; one row. It starts with `rays`
/// directions and adds more until, halfway between two, the boundary is at most `tolerance` times the ray's length
/// from the edge, and a corner lies between two vertices that close to each other.
[[nodiscard]] GeometryColumn to_polygon(const Star& star, std::size_t rays, double tolerance);

}  // namespace sheltermap
