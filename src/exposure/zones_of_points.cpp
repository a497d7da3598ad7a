// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/exposure/zones_of_points.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include "geodesy/latitudes.hpp"
#include <algorithm>

namespace sheltermap {
namespace {

/// Points taken at once: the more, the more of them ask for the same zone; yet enough blocks for some threads.
std::size_t points_per_block(std::size_t points, std::size_t zones) {
    constexpr std::size_t blocks = 8;
    return std::max({points / blocks + 1, zones / blocks, rows_per_block});
}

}  // namespace

ZonesOfPoints zones_of_points(std::span<const LonLat> points, const ZoneIndex& zones, const Execution& execution) {
    require_latitudes(points, "points");
    const std::size_t block = points_per_block(points.size(), zones.size());
    std::vector<std::vector<ZoneHit>> blocks((points.size() + block - 1) / block);
    ZonesOfPoints result{.offsets = std::vector<std::int64_t>(points.size() + 1, 0),
                         .zone = {},
                         .known = std::vector<std::uint8_t>(points.size(), 0)};
    parallel_for(points.size(), block, execution, [&](std::size_t begin, std::size_t end) {
        auto& found = blocks[begin / block];
        found = zones.find_all(points.subspan(begin, end - begin));
        for (const ZoneHit& hit : found) ++result.offsets[begin + hit.point + 1];
        for (std::size_t row = begin; row < end; ++row) result.known[row] = has_position(points[row]) ? 1 : 0;
    });
    for (std::size_t row = 0; row < points.size(); ++row) result.offsets[row + 1] += result.offsets[row];
    result.zone.reserve(static_cast<std::size_t>(result.offsets.back()));
    for (const auto& found : blocks) {
        for (const ZoneHit& hit : found) result.zone.push_back(hit.zone);
    }
    return result;
}

}  // namespace sheltermap
