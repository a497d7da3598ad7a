// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

struct OverlapOptions {
    std::span<const std::int64_t> zone_name;  ///< which zone a polygon belongs to; each is its own where empty
    bool shapes = false;                      ///< also give the geometry of every pair
};

/// How much of each feature lies in which zone, feature after feature, ascending by zone (compressed sparse rows).
/// Amounts are square metres for polygons and metres for lines.
struct Overlap {
    std::vector<std::int64_t> offsets{0};  ///< size features + 1
    std::vector<std::int64_t> zone;        ///< the zone's name, or its row
    std::vector<double> amount;            ///< of the feature in the zone, more than 0
    std::vector<double> whole;             ///< of the feature; NaN where it has no geometry, so nothing can be said
    std::vector<double> inside;            ///< in any zone, each square metre once; NaN as above
    GeometryColumn shape;                  ///< per pair the part of the feature in the zone; empty if not asked for

    [[nodiscard]] std::size_t size() const noexcept { return whole.size(); }
};

/// Overlap of polygons or lines with zones, all in WGS 84.
///
/// Edges are straight in longitude and latitude (to_lonlat adds vertices to edges that were straight in a projection),
/// areas and lengths those of lonlat_area_m2 and lonlat_length_m, so that parts add up to their wholes. The pieces of
/// boundaries give the area, by Green's theorem, and joined to rings the shape; time grows with the edges, also where
/// thousands of zones adjoin. Shapes of polygons in zones of several polygons, or whose boundaries touch or run along
/// each other, are laid over each other by GEOS' OverlayNG, as are those that rounded crossings could make invalid. A
/// feature wholly inside is its own shape; others are multipolygons with clockwise shells. Polygons that share a
/// `zone_name` are one zone, where they overlap counted once. What only touches is no overlap; a line along a boundary
/// lies inside.
/// 0 <= amount <= inside <= whole. Permuted features or zones give the same numbers to the last bit. Throws
/// std::invalid_argument for features that are points or zones that are not polygons, and GeometryError, naming the
/// feature, where GEOS cannot overlay it.
///
///     const Overlap flooded = overlap(parcels, zones);
///     for (auto pair = flooded.offsets[0]; pair < flooded.offsets[1]; ++pair)
///         std::cout << flooded.amount[static_cast<std::size_t>(pair)] << " m2 of the first parcel\n";
[[nodiscard]] Overlap overlap(const GeometryColumn& features, const GeometryColumn& zones,
                              const OverlapOptions& options = {}, const Execution& execution = {});

}  // namespace sheltermap
