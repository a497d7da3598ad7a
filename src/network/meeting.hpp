// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "network/segments.hpp"
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace sheltermap {

/// What rounding to the grid may have moved a point away from a line that it was on.
inline constexpr double on_line_m = 0.02;
inline constexpr std::uint32_t no_point = std::numeric_limits<std::uint32_t>::max();

/// Metres per unit of the grid near a place: exact enough for the few metres that are asked for.
class LocalMetres {
public:
    explicit LocalMetres(XY at) noexcept;

    [[nodiscard]] double distance(XY a, XY b) const noexcept {
        return std::hypot((a.x - b.x) * per_lon_, (a.y - b.y) * per_lat_);
    }
    [[nodiscard]] double lon_e7(double metres) const noexcept { return metres / per_lon_; }
    [[nodiscard]] double lat_e7(double metres) const noexcept { return metres / per_lat_; }
    /// Whether the box of a segment comes so near to a place; a unit of the grid more, for what rounding takes away.
    [[nodiscard]] bool may_be_within(double metres, XY at, const Segment& segment) const noexcept {
        const auto [west, east] = std::minmax(segment.from.x, segment.to.x);
        const auto [south, north] = std::minmax(segment.from.y, segment.to.y);
        return (std::max(west - at.x, at.x - east) - 1) * per_lon_ <= metres &&
               (std::max(south - at.y, at.y - north) - 1) * per_lat_ <= metres;
    }
    /// How far along a segment its nearest point to `at` is, from 0 to 1; it is straight in longitude and latitude.
    [[nodiscard]] double nearest_part(XY at, const Segment& segment) const noexcept;

private:
    double per_lon_, per_lat_;
};

inline XY along(const Segment& segment, double part) noexcept {
    if (part == 1) return segment.to;
    return {segment.from.x + part * (segment.to.x - segment.from.x),
            segment.from.y + part * (segment.to.y - segment.from.y)};
}

/// Where two segments meet though they share no point.
struct Meeting {
    XY at;
    std::uint32_t point;  ///< of one of them, which lies on the other, or no_point where they cross between points
    double part_of_one, part_of_other;
};
[[nodiscard]] std::optional<Meeting> meeting(const Segment& one, const Segment& other);
/// The same of segments that cross between their points only.
[[nodiscard]] std::optional<Meeting> crossing(const Segment& one, const Segment& other);

/// Whether streets meet where they cross or touch on their way.
[[nodiscard]] bool meet_on_their_way(const Street& one, const Street& other) noexcept;
/// Whether a street that ends there meets another at that part of a segment.
[[nodiscard]] bool meets_at_end(const Street& ending, const Streets& streets, const Segment& other,
                                double part) noexcept;

}  // namespace sheltermap
