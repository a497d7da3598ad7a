// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/index/place_index.hpp"
#include "sheltermap/index/shape_index.hpp"
#include "sheltermap/reach/reach.hpp"

#include <span>

namespace sheltermap {

/// Reach as the crow flies, in metres along the WGS 84 ellipsoid.
///
///     const Reach reach = geodesic_reach(homes, PlaceIndex(shelters), {.k = 1});
///
/// Facilities are places, or lines and polygons in a ShapeIndex; demand rows are places.
/// Demand rows and facilities without a position are allowed; the reason tells.
/// Throws std::invalid_argument for a latitude outside [-90, 90], where neither k nor the distance is limited, or where
/// the table would have more than a thousand million pairs (estimated from a hundred rows before it is begun).
[[nodiscard]] Reach geodesic_reach(std::span<const LonLat> demand, const PlaceIndex& facilities,
                                   const NearestOptions& options, const Execution& execution = {});
[[nodiscard]] Reach geodesic_reach(std::span<const LonLat> demand, const ShapeIndex& facilities,
                                   const NearestOptions& options, const Execution& execution = {});

/// Measures the pairs whose cost lies within a hair's breadth of one of `limits_m` by Karney's inverse, so that it
/// decides whether they meet it, as it does for the largest distance of a reach. For a reach of places, whose costs are
/// else right within nanometres.
///
///     Reach held = geodesic_reach(homes, PlaceIndex(shelters), {.k = 1});
///     measure_at_limits(held, homes, shelters, std::array{500.0, 1000.0});
void measure_at_limits(Reach& reach, std::span<const LonLat> demand, std::span<const LonLat> facilities,
                       std::span<const double> limits_m);

}  // namespace sheltermap
