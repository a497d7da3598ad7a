// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

namespace sheltermap {

/// A point and a zone it lies in.
struct ZoneHit {
    std::uint32_t point;  ///< its place among those asked for
    std::int32_t zone;    ///< row
};

/// In which of a fixed set of zones a point lies.
///
///     const ZoneIndex flood(to_lonlat(zones, crs));
///     for (const std::int32_t row : flood.find(home)) std::cout << "in zone " << row << "\n";
///
/// Edges are straight in longitude and latitude (RFC 7946, section 3.1.1; to_lonlat adds vertices to edges that were
/// straight in a projection). A point on the boundary, a hole's too, lies inside; the decision is exact.
/// Any number of threads may query one index: its answers never change. What it prepares of a zone it prepares once the
/// zone has been asked about some ten times, and keeps.
class ZoneIndex {
public:
    /// Zones in WGS 84; missing rows contain nothing. Shares the zones, which must not change any more.
    /// Throws std::invalid_argument for a row that is not a polygon, naming it, or more than 2^31 - 1 rows.
    explicit ZoneIndex(std::shared_ptr<const GeometryColumn> zones, const Execution& execution = {});
    /// Copies the zones, or moves them in.
    explicit ZoneIndex(GeometryColumn zones, const Execution& execution = {});
    ~ZoneIndex();
    ZoneIndex(ZoneIndex&&) noexcept;
    ZoneIndex& operator=(ZoneIndex&&) noexcept;

    [[nodiscard]] std::size_t size() const noexcept;
    /// Rows of the zones, ascending; empty for a point without a position.
    [[nodiscard]] std::vector<std::int32_t> find(LonLat point) const;
    /// The same for many points, in one thread: by point, then zone. Up to 2^32 - 1 points.
    [[nodiscard]] std::vector<ZoneHit> find_all(std::span<const LonLat> points) const;

private:
    struct State;
    std::unique_ptr<const State> state_;
};

}  // namespace sheltermap
