// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/index/zone_index.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// The zones each point lies in, row after row, ascending by zone row (compressed sparse rows).
struct ZonesOfPoints {
    std::vector<std::int64_t> offsets{0};  ///< size points + 1
    std::vector<std::int32_t> zone;        ///< row of the zone
    std::vector<std::uint8_t> known;       ///< size points; 0 where the point has no position, so nothing can be said

    [[nodiscard]] std::size_t size() const noexcept { return known.size(); }
};

/// Which zones every point lies in, by the rules of ZoneIndex.
/// Throws std::invalid_argument for a latitude outside [-90, 90].
///
///     const ZonesOfPoints found = zones_of_points(homes, ZoneIndex(zones));
///     const bool first_is_flooded = found.offsets[1] > 0;
[[nodiscard]] ZonesOfPoints zones_of_points(std::span<const LonLat> points, const ZoneIndex& zones,
                                            const Execution& execution = {});

}  // namespace sheltermap
