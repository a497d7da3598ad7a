// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>
#include <optional>
#include <span>

namespace sheltermap {

/// The union of geodesic circles around places, as one row; edges run between vertices on the circles, at `directions`
/// azimuths and where circles cross. Nothing where a circle is too large, lies near a pole or across the antimeridian.
///
/// No overlay is involved. The boundary of the union consists of the arcs of each circle that no other disc covers;
/// where one ends, at a crossing, one of the other circle begins. Edges are chords of these arcs and never cross: a
/// chord lies in its disc, and to cross it another would have to leave its own disc, or pass through an arc that is not
/// covered. Circles that touch or meet a third one at a crossing are united by GEOS, with all they are joined to.
[[nodiscard]] std::optional<GeometryColumn> united_circles(std::span<const LonLat> places, double distance_m,
                                                           std::size_t directions, const Execution& execution);

}  // namespace sheltermap
