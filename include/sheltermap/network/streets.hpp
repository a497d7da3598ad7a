// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sheltermap {

/// A place on the grid of 1e-7 degrees (1.1 cm) that OpenStreetMap keeps its nodes on.
struct GridPoint {
    std::int32_t lon_e7;
    std::int32_t lat_e7;

    [[nodiscard]] LonLat place() const noexcept { return {lon_e7 / 1e7, lat_e7 / 1e7}; }
    friend auto operator<=>(const GridPoint&, const GridPoint&) = default;
};

/// The nearest grid point. Throws std::invalid_argument outside longitudes -214 to 214 and latitudes -90 to 90.
[[nodiscard]] GridPoint to_grid(LonLat place);

/// What a street is, one bit each.
inline constexpr std::uint8_t street_bridge = 1;
inline constexpr std::uint8_t street_tunnel = 2;
inline constexpr std::uint8_t street_ferry = 4;
inline constexpr std::uint8_t street_no_entry = 8;  ///< got on and off only at its ends: a motorway
inline constexpr std::uint8_t street_roundabout = 16;
inline constexpr std::uint8_t street_barrier = 32;  ///< ends at a barrier that the means of travel cannot pass
inline constexpr std::uint8_t street_across = 64;   ///< a straight way across a square: no street of its own
/// Nobody gets on these along the way.
inline constexpr std::uint8_t street_not_got_on = street_bridge | street_tunnel | street_ferry | street_no_entry;

/// One street: a line along which nothing changes.
struct Street {
    float forward_m_s = 0;    ///< speed along the line; 0 where it may not be gone that way
    float backward_m_s = 0;   ///< speed against it
    float duration_s = 0;     ///< where given (a ferry's) it is what the whole line takes, and the speeds are not read
    std::uint8_t flags = 0;   ///< street_bridge, …, but not street_barrier
    std::int8_t layer = 0;    ///< above the ground (bridges) or below it
    std::uint32_t name = 0;   ///< index into Streets::names; 0 for none
    std::int64_t way_id = 0;  ///< of OpenStreetMap, or the row of the layer
};

/// Streets that meet at shared points: what a Graph is made of, whatever they were read from.
struct Streets {
    std::vector<GridPoint> points;      ///< two streets meet where they use the same entry, not the same place
    std::vector<std::uint8_t> blocked;  ///< per point 1 where a barrier lets nobody pass
    std::vector<Street> streets;
    std::vector<std::uint64_t> offsets{0};  ///< streets + 1, into `vertices`
    std::vector<std::uint32_t> vertices;    ///< entries of `points`, street after street
    std::vector<std::string> names{""};
};

/// The columns a layer of lines may have; each is empty where it has none, otherwise one entry per row.
struct LineTraits {
    std::span<const double> forward_kmh{};  ///< NaN: default_kmh; 0: not that way
    std::span<const double> backward_kmh{};
    std::span<const std::uint8_t>
        bridge{};  ///< 1: bridge, or a tunnel that no water closes; connected at its ends only
    std::span<const std::uint8_t> tunnel{};  ///< 1: tunnel, connected at its ends only
    std::span<const std::int8_t> level{};    ///< above the ground or below it; by default bridges 1, tunnels -1
    std::span<const std::string> name{};
    double default_kmh = 5;
};

/// Streets from a WGS 84 column of lines, each part of a row a street. Lines meet where they share a vertex; the inner
/// vertices of a bridge are no junctions. Rows without a geometry are left out. Longitude 180 is not the same place as
/// -180: nothing leads across the antimeridian.
/// Throws std::invalid_argument, naming the row, for another geometry, a segment of more than 180 degrees of longitude,
/// a speed that is negative or not finite, or columns of another length.
///
///     const Graph graph = build_graph(streets_of_lines(lines, {.default_kmh = 4}));
[[nodiscard]] Streets streets_of_lines(const GeometryColumn& lines, const LineTraits& traits);

}  // namespace sheltermap
