// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include <span>

namespace sheltermap {

/// On which side of the line from `a` to `b` the point lies: 1 left, -1 right, 0 on it. Exact for all finite input
/// whose products neither overflow nor underflow, after Shewchuk (1997), Discrete Comput. Geom. 18, 305-363.
[[nodiscard]] int side_of(XY a, XY b, XY point) noexcept;

/// Which way a closed ring that does not cross itself runs.
[[nodiscard]] bool runs_counter_clockwise(std::span<const XY> ring) noexcept;

}  // namespace sheltermap
