// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include <span>

namespace sheltermap {

/// Throws std::invalid_argument, naming the first row, where a latitude lies outside [-90, 90]. Rows without a position
/// pass.
void require_latitudes(std::span<const LonLat> places, const char* what);

}  // namespace sheltermap
