// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include <vector>

namespace sheltermap {

using Ring = std::vector<XY>;

/// Counter-clockwise, its lower left corner at (x, y).
inline Ring square(double x, double y, double side) {
    return {{x, y}, {x + side, y}, {x + side, y + side}, {x, y + side}, {x, y}};
}

/// A figure of eight: crosses itself at (1, 1).
inline Ring bow_tie() { return {{0, 0}, {2, 2}, {2, 0}, {0, 2}, {0, 0}}; }

/// The first ring is the shell, the others are holes.
inline void append_polygon(GeometryColumn& column, const std::vector<Ring>& rings) {
    column.begin_row(GeometryType::polygon);
    column.begin_part();
    for (const Ring& ring : rings) column.append_ring(ring);
}

inline GeometryColumn polygon(const std::vector<Ring>& rings) {
    GeometryColumn column;
    append_polygon(column, rings);
    return column;
}

}  // namespace sheltermap
