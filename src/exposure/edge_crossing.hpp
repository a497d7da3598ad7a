// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include <array>

namespace sheltermap {

/// How far along an edge something lies, from 0 at its begin to 1 at its end; off by `error` at most.
struct AlongEdge {
    double share;
    double error;
};

/// Where the edge from a to b is crossed by that from c to d, which ends on neither side of it; whichever way the other
/// runs, the same.
[[nodiscard]] AlongEdge crossing_along(XY a, XY b, XY c, XY d);
/// Where a point on the edge from a to b lies.
[[nodiscard]] AlongEdge point_along(XY a, XY b, XY point);
/// The point where two edges cross; the same whichever way either runs.
[[nodiscard]] XY crossing_point(XY a, XY b, XY c, XY d);

/// What meets an edge: the ends of another that crosses it, or twice the point where something ends on it.
using Meeting = std::array<XY, 2>;
/// Whether, of two that meet the edge from a to b, the first does so nearer to a; exact.
[[nodiscard]] bool meets_before(XY a, XY b, const Meeting& one, const Meeting& other);

}  // namespace sheltermap
