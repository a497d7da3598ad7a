// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/reason.hpp"
#include "sheltermap/geometry/coordinates.hpp"

#include <cstddef>

namespace sheltermap {

/// Whether a row reached something, or why not.
[[nodiscard]] inline Reason reason_as_crow_flies(LonLat demand, bool reached, std::size_t facilities_with_position) {
    if (reached) return Reason::reached;
    if (!has_position(demand)) return Reason::missing_geometry;
    return facilities_with_position == 0 ? Reason::no_facility : Reason::too_far;
}

}  // namespace sheltermap
