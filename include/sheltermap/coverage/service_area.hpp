// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include <span>

namespace sheltermap {

/// The farthest a service area may reach; beyond it nobody walks, and circles near antipodes are no longer circles.
inline constexpr double largest_service_distance_m = 1'000'000;

struct ServiceAreaOptions {
    double distance_m = 0;     ///< as the crow flies, in (0, largest_service_distance_m]
    double area_error = 1e-3;  ///< how far an area may be off, as a share of it, in [1e-6, 0.1]; decides the vertices
};

/// Everywhere that is within a distance of some facility: one row, missing where no facility has a position.
///
///     const GeometryColumn served = service_area(shelters, {.distance_m = 500});
///
/// Circles on the WGS 84 ellipsoid, united. Their vertices lie on the circle and no edge, straight in longitude and
/// latitude, strays by more than 3/4 area_error distance_m from it; so areas come out right within area_error, as a
/// rule too small (docs/accuracy.md). Polygons by RFC 7946: cut at the antimeridian, right-hand rule; a pole may lie
/// inside. Throws std::invalid_argument for options out of range or a latitude outside [-90, 90].
[[nodiscard]] GeometryColumn service_area(std::span<const LonLat> facilities, const ServiceAreaOptions& options,
                                          const Execution& execution = {});

/// The same split by the nearest facility: row i is where facility i is within the distance and none is nearer. Rows
/// are missing where a facility has no position, or where another of a lower row stands at the very same place.
///
/// No overlay is involved: seen from its facility such an area is star-shaped, for whoever is nearest to a facility is
/// so all the way there. Its boundary is found along rays, each as long as no other facility is nearer at its end; ends
/// are right within 1 µm. Neighbours may overlap, or leave a gap, of the edges' deviation as in service_area, here from
/// the nearer of circle and bisector.
[[nodiscard]] GeometryColumn service_areas_by_nearest(std::span<const LonLat> facilities,
                                                      const ServiceAreaOptions& options,
                                                      const Execution& execution = {});

}  // namespace sheltermap
