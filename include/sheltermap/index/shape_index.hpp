// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/geometry/geometry_column.hpp"
#include "sheltermap/index/neighbour.hpp"

#include <cstddef>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace sheltermap {

/// Which of a fixed set of points, lines and polygons is closest, along the WGS 84 ellipsoid.
///
///     const ShapeIndex parks(to_lonlat(polygons, crs));
///     const auto three = parks.find(home, {.k = 3, .max_distance_m = 5'000});
///
/// The distance to a polygon is 0 inside and on its boundary (as ZoneIndex decides it), else that to its boundary, from
/// within a hole to the hole's; to a row of several parts it is that to the nearest. Edges are straight in longitude
/// and latitude. Distances are right within 1 µm (docs/accuracy.md) and decide the order, ties by row; the same edge in
/// two rows ties, whatever way it runs. Longitudes may run beyond 180°: a polygon from 170° to 190° lies across the
/// antimeridian. Rows without a position are never found. Immutable, so any number of threads may query one. For points
/// alone PlaceIndex is faster.
class ShapeIndex {
public:
    /// Shapes in WGS 84. Throws std::invalid_argument, naming the row, for a latitude outside [-90, 90] or a line or
    /// polygon with a coordinate that is not finite; or more than 2^31 - 1 shapes.
    explicit ShapeIndex(const GeometryColumn& shapes);
    ~ShapeIndex();
    ShapeIndex(ShapeIndex&&) noexcept;
    ShapeIndex& operator=(ShapeIndex&&) noexcept;

    /// Number of shapes it was made from, and of those that have a position.
    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] std::size_t with_position() const noexcept;

    /// Closest first, ties by row; empty when nothing lies within reach or `from` has no position.
    [[nodiscard]] std::vector<Neighbour> find(LonLat from, const NearestOptions& options = {}) const;
    /// The same for many places. After a stop request the rest have no answers.
    [[nodiscard]] Neighbours find(std::span<const LonLat> from, const NearestOptions& options = {},
                                  const std::stop_token& stop = {}) const;

private:
    struct State;
    std::unique_ptr<const State> state_;
};

}  // namespace sheltermap
