// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/network/graph.hpp"

#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

namespace sheltermap {

enum class SnapState : std::uint8_t { snapped, not_snapped, missing_geometry };

/// Where a place gets on the streets: the nearest point of an edge.
struct Snap {
    SnapState state = SnapState::missing_geometry;
    std::uint32_t edge = 0;
    double offset_m = 0;   ///< from the edge's first vertex along it
    double offroad_m = 0;  ///< from the place to that point
    LonLat at{};           ///< that point
};

struct SnapOptions {
    double max_m = 1'000;  ///< inclusive; farther places are not snapped
};

/// The nearest point of the streets to a place.
///
///     const EdgeIndex index(graph);
///     const auto homes = index.snap(places, {.max_m = 500});
///
/// Points anywhere on an edge, not only its ends. Left out are edges nobody gets on along the way (bridges, tunnels,
/// ferries, motorways) and fragments: connected parts of less than `least_part_m` of streets, the largest part
/// excepted, from where nothing could be reached. Distances are those of ShapeIndex, exact along the ellipsoid; ties go
/// to the lower edge. The offset is right within 0.1 mm for places up to 1 km away; a place within 1 mm of a junction
/// is at it. Keeps the graph. Immutable, so any number of threads may query one.
class EdgeIndex {
public:
    explicit EdgeIndex(const Graph& graph, double least_part_m = 1'000);
    ~EdgeIndex();
    EdgeIndex(EdgeIndex&&) noexcept;
    EdgeIndex& operator=(EdgeIndex&&) noexcept;

    /// Number of edges that are looked at.
    [[nodiscard]] std::size_t size() const noexcept;
    /// Throws std::invalid_argument for a latitude outside [-90, 90] or a limit that is not a number >= 0.
    [[nodiscard]] std::vector<Snap> snap(std::span<const LonLat> places, const SnapOptions& options = {},
                                         const Execution& execution = {}) const;
    /// How far each place is from a fragment that is nearer than where it was snapped to, or within `max_m` where it
    /// was not; NaN where none is.
    [[nodiscard]] std::vector<double> nearer_fragments(std::span<const LonLat> places, std::span<const Snap> snaps,
                                                       const SnapOptions& options = {},
                                                       const Execution& execution = {}) const;

private:
    struct State;
    std::unique_ptr<const State> state_;
};

}  // namespace sheltermap
