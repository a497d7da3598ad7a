// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"
#include "sheltermap/network/streets.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap::osm {

/// A node of a way, and where it lies.
struct PlacedNode {
    std::int64_t id;
    GridPoint at;
};

/// Appends the area that closed ways bound to a column, as a multipolygon; false where they do not close or cross
/// themselves: rings, shells and holes are found by libosmium's assembler, whatever roles say.
[[nodiscard]] bool append_area(GeometryColumn& column, std::span<const std::vector<PlacedNode>> ways);

}  // namespace sheltermap::osm
