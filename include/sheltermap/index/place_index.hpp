// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace sheltermap {

struct Neighbour {
    std::int32_t row;   ///< of the place
    double distance_m;  ///< along the WGS 84 ellipsoid
    friend bool operator==(const Neighbour&, const Neighbour&) = default;
};

inline constexpr std::size_t all_places = std::numeric_limits<std::size_t>::max();

struct NearestOptions {
    std::size_t k = 1;  ///< at most this many; all_places for every one within max_distance_m
    double max_distance_m = std::numeric_limits<double>::infinity();  ///< inclusive
};

/// Which of a fixed set of places is closest, along the WGS 84 ellipsoid.
///
///     const PlaceIndex shelters(places);
///     const auto three = shelters.find(home, {.k = 3, .max_distance_m = 5'000});
///
/// Exact: the order is that of geodesic distances, not of a sphere or a projection (docs/accuracy.md has the argument).
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
    /// The same, appended to `found`.
    void find(LonLat from, const NearestOptions& options, std::vector<Neighbour>& found) const;

private:
    class Tree;
    std::unique_ptr<const Tree> tree_;
};

}  // namespace sheltermap
