// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Places joined into groups by single linkage: two places belong together when they lie within `distance_m` of each
/// other along the WGS 84 ellipsoid (inclusive), or when a chain of such steps leads from one to the other.
///
/// Gives the number of each place's group, groups numbered in the order of their smallest rows; -1 for places without a
/// position. Exact, and the groups do not depend on the order of the places. Dense places cost no more than sparse
/// ones: not all pairs within the distance are looked at.
/// Throws std::invalid_argument for a latitude outside [-90, 90] or a distance outside 1 m to 1,000 km.
///
///     const std::vector<std::int64_t> village = linked_places(homes, 200);
[[nodiscard]] std::vector<std::int64_t> linked_places(std::span<const LonLat> places, double distance_m,
                                                      const Execution& execution = {});

}  // namespace sheltermap
