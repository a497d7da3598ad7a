// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/exposure/zones_of_points.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include "geodesy/latitudes.hpp"

namespace sheltermap {

ZonesOfPoints zones_of_points(std::span<const LonLat> points, const ZoneIndex& zones, const Execution& execution) {
    require_latitudes(points, "points");
    std::vector<std::vector<std::int32_t>> blocks((points.size() + rows_per_block - 1) / rows_per_block);
    ZonesOfPoints result{.offsets = std::vector<std::int64_t>(points.size() + 1, 0),
                         .zone = {},
                         .known = std::vector<std::uint8_t>(points.size(), 0)};
    parallel_for(points.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        auto& found = blocks[begin / rows_per_block];
        for (std::size_t row = begin; row < end; ++row) {
            const auto here = zones.find(points[row]);
            found.insert(found.end(), here.begin(), here.end());
            result.offsets[row + 1] = static_cast<std::int64_t>(here.size());
            result.known[row] = has_position(points[row]) ? 1 : 0;
        }
    });
    for (std::size_t row = 0; row < points.size(); ++row) result.offsets[row + 1] += result.offsets[row];
    for (const auto& found : blocks) result.zone.insert(result.zone.end(), found.begin(), found.end());
    return result;
}

}  // namespace sheltermap
