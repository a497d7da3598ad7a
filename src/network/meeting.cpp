// SPDX-License-Identifier: Apache-2.0
#include "network/meeting.hpp"

#include "geometry/orientation.hpp"
#include <algorithm>
#include <numbers>

namespace sheltermap {
namespace {

constexpr std::uint8_t met_at_ends_only = street_not_got_on | street_across;

bool has(const Segment& segment, std::uint32_t point) { return segment.first == point || segment.second == point; }

/// How far along a segment a vertex of another one lies on it; nothing beside a point that both share.
std::optional<double> part_touched(XY at, const Segment& segment, const XY* shared, const LocalMetres& metres) {
    constexpr double beside_m = 0.5;
    if (!metres.may_be_within(on_line_m, at, segment)) return std::nullopt;
    const double part = metres.nearest_part(at, segment);
    if (metres.distance(at, along(segment, part)) > on_line_m) return std::nullopt;
    if (shared != nullptr && metres.distance(at, *shared) < beside_m) return std::nullopt;
    return part;
}

}  // namespace

LocalMetres::LocalMetres(XY at) noexcept {
    constexpr double equator_m = 6'378'137;  // WGS 84
    constexpr double eccentricity_squared = 0.00669437999014;
    constexpr double radians_e7 = std::numbers::pi / 180 * 1e-7;
    const double sine = std::sin(at.y * radians_e7);
    const double w = 1 - eccentricity_squared * sine * sine;
    per_lat_ = radians_e7 * equator_m * (1 - eccentricity_squared) / (w * std::sqrt(w));
    per_lon_ = std::max(radians_e7 * equator_m / std::sqrt(w) * std::cos(at.y * radians_e7), 1e-9);  // at a pole
}

double LocalMetres::nearest_part(XY at, const Segment& segment) const noexcept {
    const double dx = (segment.to.x - segment.from.x) * per_lon_;
    const double dy = (segment.to.y - segment.from.y) * per_lat_;
    const double product = (at.x - segment.from.x) * per_lon_ * dx + (at.y - segment.from.y) * per_lat_ * dy;
    const double squared = dx * dx + dy * dy;
    return squared > 0 ? std::clamp(product / squared, 0.0, 1.0) : 0;
}

std::optional<Meeting> crossing(const Segment& one, const Segment& other) {
    const int from = side_of(one.from, one.to, other.from);
    const int to = side_of(one.from, one.to, other.to);
    if (from * to >= 0 || side_of(other.from, other.to, one.from) * side_of(other.from, other.to, one.to) >= 0) {
        return std::nullopt;
    }
    const XY d{one.to.x - one.from.x, one.to.y - one.from.y};
    const XY e{other.to.x - other.from.x, other.to.y - other.from.y};
    const XY between{other.from.x - one.from.x, other.from.y - one.from.y};
    const double area = d.x * e.y - d.y * e.x;
    if (area == 0) return std::nullopt;  // so nearly along each other that no number tells where
    const double part = std::clamp((between.x * e.y - between.y * e.x) / area, 0.0, 1.0);
    const double part_of_other = std::clamp((between.x * d.y - between.y * d.x) / area, 0.0, 1.0);
    return Meeting{along(one, part), no_point, part, part_of_other};
}

std::optional<Meeting> meeting(const Segment& one, const Segment& other) {
    const LocalMetres metres(one.from);
    const XY* const shared = has(other, one.first) ? &one.from : has(other, one.second) ? &one.to : nullptr;
    for (const double part : {0.0, 1.0}) {
        const std::uint32_t point = part == 0 ? one.first : one.second;
        const XY at = along(one, part);
        if (has(other, point)) continue;
        if (const auto touched = part_touched(at, other, shared, metres)) return Meeting{at, point, part, *touched};
    }
    for (const double part : {0.0, 1.0}) {
        const std::uint32_t point = part == 0 ? other.first : other.second;
        const XY at = along(other, part);
        if (has(one, point)) continue;
        if (const auto touched = part_touched(at, one, shared, metres)) return Meeting{at, point, *touched, part};
    }
    return shared != nullptr ? std::nullopt : crossing(one, other);
}

bool meet_on_their_way(const Street& one, const Street& other) noexcept {
    return ((one.flags | other.flags) & met_at_ends_only) == 0 && one.layer == other.layer;
}

bool meets_at_end(const Street& ending, const Streets& streets, const Segment& other, double part) noexcept {
    const Street& street = streets.streets[other.street];
    if ((street.flags & met_at_ends_only) != 0) {
        const bool first = part == 0 && other.vertex == streets.offsets[other.street];
        const bool last = part == 1 && other.vertex + 2 == streets.offsets[other.street + 1];
        return first || last;
    }
    return ending.layer == street.layer || (ending.flags & (street_bridge | street_tunnel)) != 0;
}

}  // namespace sheltermap
