// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include <algorithm>
#include <span>

namespace sheltermap::io {

/// A rectangle that bounds something.
struct Envelope {
    XY low, high;
};

/// Of at least one vertex.
[[nodiscard]] inline Envelope envelope_of(std::span<const XY> vertices) {
    Envelope box{vertices.front(), vertices.front()};
    for (const XY at : vertices) {
        box.low = {std::min(box.low.x, at.x), std::min(box.low.y, at.y)};
        box.high = {std::max(box.high.x, at.x), std::max(box.high.y, at.y)};
    }
    return box;
}

}  // namespace sheltermap::io
