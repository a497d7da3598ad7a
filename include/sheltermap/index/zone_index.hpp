// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace sheltermap {

/// In which of a fixed set of zones a point lies.
///
///     const ZoneIndex flood(to_lonlat(zones, crs));
///     for (const std::int32_t row : flood.find(home)) ...
///
/// Edges are straight in longitude and latitude (RFC 7946, section 3.1.1; to_lonlat adds vertices to edges that were
/// straight in a projection). A point on the boundary, a hole's too, lies inside; the decision is exact.
/// Immutable, so any number of threads may query one index.
class ZoneIndex {
public:
    /// Zones in WGS 84; missing rows contain nothing.
    /// Throws std::invalid_argument for a row that is not a polygon, naming it, or more than 2^31 - 1 rows.
    explicit ZoneIndex(const GeometryColumn& zones);
    ~ZoneIndex();
    ZoneIndex(ZoneIndex&&) noexcept;
    ZoneIndex& operator=(ZoneIndex&&) noexcept;

    [[nodiscard]] std::size_t size() const noexcept;
    /// Rows of the zones, ascending; empty for a point without a position.
    [[nodiscard]] std::vector<std::int32_t> find(LonLat point) const;

private:
    struct State;
    std::unique_ptr<const State> state_;
};

}  // namespace sheltermap
