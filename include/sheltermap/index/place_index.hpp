// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/index/neighbour.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <stop_token>
#include <vector>

namespace sheltermap {

class SpotTree;

/// Which of a fixed set of places is closest, along the WGS 84 ellipsoid.
///
///     const PlaceIndex shelters(places);
///     const auto three = shelters.find(home, {.k = 3, .max_distance_m = 5'000});
///
/// Exact: the order is that of geodesic distances, not of a sphere or a projection, and distances have an error below
/// 15 nm (docs/accuracy.md has the argument).
/// Places without a position are never found. Copies the places. Immutable, so any number of threads may query one.
class PlaceIndex {
public:
    /// Throws std::invalid_argument for a latitude outside [-90, 90] or more than 2^31 - 1 places.
    explicit PlaceIndex(std::span<const LonLat> places);
    ~PlaceIndex();
    PlaceIndex(PlaceIndex&&) noexcept;
    PlaceIndex& operator=(PlaceIndex&&) noexcept;

    /// Number of places it was made from, and of those that have a position.
    [[nodiscard]] std::size_t size() const noexcept;
    [[nodiscard]] std::size_t with_position() const noexcept;

    /// Closest first, ties by row; empty when nothing lies within reach or `from` has no position.
    [[nodiscard]] std::vector<Neighbour> find(LonLat from, const NearestOptions& options = {}) const;
    /// The same for many places, quicker than one by one. After a stop request the rest have no answers.
    [[nodiscard]] Neighbours find(std::span<const LonLat> from, const NearestOptions& options = {},
                                  const std::stop_token& stop = {}) const;
    /// The nearest of each of many places, several times quicker than one by one.
    [[nodiscard]] NearestRows nearest(std::span<const LonLat> from, double max_distance_m,
                                      const Execution& execution = {}) const;
    /// Who is within a distance of each of many places, several times quicker than how far: the very rows that `find`
    /// has. After a stop request the rest have none.
    [[nodiscard]] RowsWithin within(std::span<const LonLat> from, double max_distance_m,
                                    const std::stop_token& stop = {}) const;

private:
    std::size_t size_;
    std::unique_ptr<const SpotTree> tree_;
};

}  // namespace sheltermap
