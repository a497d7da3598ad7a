// SPDX-License-Identifier: Apache-2.0
#include "united_circles.hpp"

#include "sheltermap/geometry/dissolve.hpp"

#include "circle_groups.hpp"
#include "circle_pairs.hpp"
#include "geometry/orientation.hpp"
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iterator>
#include <utility>
#include <vector>

namespace sheltermap {
namespace {

constexpr double largest_m = 20'000;
constexpr double northernmost = 80;

using Ring = std::vector<XY>;

void append_parts(const GeometryColumn& from, GeometryColumn& to) {
    for (std::size_t part = 0; part + 1 < from.ring_offsets.size(); ++part) {
        to.begin_part();
        for (auto ring = from.ring_offsets[part]; ring < from.ring_offsets[part + 1]; ++ring) {
            to.append_ring(from.ring(ring));
        }
    }
}

/// Draws the outlines of groups, with vertices at some directions from each place and at crossings.
class GroupOutlines {
public:
    GroupOutlines(const Circles& circles, std::span<const CirclePair> pairs, std::size_t directions)
        : circles_(circles), pairs_(pairs), step_(Circles::turn / static_cast<double>(directions)) {
        for (std::size_t i = 0; i < directions; ++i) {
            directions_.push_back(
                CircleCurve::direction(Circles::turn * static_cast<double>(i) / static_cast<double>(directions)));
        }
    }
    [[nodiscard]] std::size_t vertices_per_circle() const { return directions_.size() + 1; }

    /// Appends a group as a part of its own, or as the parts that an overlay makes of it where arcs cannot tell.
    void append(const CircleGroup& group, GeometryColumn& parts) const {
        if (!append_drawn(group, parts)) append_overlaid(group, parts);
    }

private:
    bool append_drawn(const CircleGroup& group, GeometryColumn& parts) const {
        if (group.circles.size() == 1) {
            parts.begin_part();
            parts.append_ring(whole_circle(group.circles.front()));
            return true;
        }
        if (!group.clear) return false;
        const auto found = rings(group);
        const auto is_shell = [](const Ring& ring) { return runs_counter_clockwise(ring); };
        if (std::ranges::count_if(found, is_shell) != 1) return false;
        const auto shell = std::ranges::find_if(found, is_shell);
        parts.begin_part();
        parts.append_ring(*shell);
        for (auto ring = found.begin(); ring != found.end(); ++ring) {
            if (ring != shell) parts.append_ring(*ring);
        }
        return true;
    }

    void append_overlaid(const CircleGroup& group, GeometryColumn& parts) const {
        GeometryColumn circles;
        for (const std::uint32_t circle : group.circles) {
            circles.begin_row(GeometryType::polygon);
            circles.begin_part();
            circles.append_ring(whole_circle(circle));
        }
        append_parts(dissolved(circles), parts);
    }

    /// The rings of a group of several circles; none where an arc does not go on at its end.
    [[nodiscard]] std::vector<Ring> rings(const CircleGroup& group) const {
        std::vector<std::pair<std::uint32_t, std::size_t>> starting;  // arcs by the crossing they begin at
        for (std::size_t i = 0; i < group.arcs.size(); ++i) starting.emplace_back(group.arcs[i].from_crossing, i);
        std::ranges::sort(starting);
        std::vector<std::uint8_t> used(group.arcs.size(), 0);
        std::vector<Ring> rings;
        for (std::size_t first = 0; first < group.arcs.size(); ++first) {
            if (used[first] != 0) continue;
            Ring& ring = rings.emplace_back();
            for (std::size_t i = first; used[i] == 0;) {
                const BoundaryArc& arc = group.arcs[i];
                used[i] = 1;
                ring.push_back(place(arc.from_crossing));
                append_samples(ring, arc.circle, arc.from, arc.to);
                const auto next = std::ranges::lower_bound(starting, std::pair{arc.to_crossing, std::size_t{0}});
                if (next == starting.end() || next->first != arc.to_crossing) return {};
                i = next->second;
                if (used[i] != 0 && i != first) return {};
            }
            ring.push_back(ring.front());
        }
        return rings;
    }

    [[nodiscard]] XY place(std::uint32_t crossing) const { return pairs_[crossing / 2].crossings[crossing % 2].at; }

    [[nodiscard]] Ring whole_circle(std::uint32_t circle) const {
        Ring ring;
        ring.reserve(vertices_per_circle());
        append_samples(ring, circle, Circles::turn + 2e-6, 2e-6);
        ring.push_back(ring.front());
        return ring;
    }

    void append_samples(Ring& ring, std::uint32_t circle, double from, double to) const {
        const auto count = static_cast<std::int64_t>(directions_.size());
        for (auto i = static_cast<std::int64_t>(std::floor((from - 1e-6) / step_));
             static_cast<double>(i) * step_ > to + 1e-6; --i) {
            const auto direction = static_cast<std::size_t>((i % count + count) % count);
            ring.push_back(circles_.curves[circle].at(directions_[direction]));
        }
    }

    const Circles& circles_;
    std::span<const CirclePair> pairs_;
    double step_;
    std::vector<CircleCurve::Direction> directions_;
};

/// All groups as one row.
GeometryColumn area_of(std::span<const CircleGroup> groups, const GroupOutlines& outlines, const Execution& execution) {
    std::vector<GeometryColumn> blocks((groups.size() + Circles::per_block - 1) / Circles::per_block);
    parallel_for(groups.size(), Circles::per_block, execution, [&](std::size_t begin, std::size_t end) {
        GeometryColumn& parts = blocks[begin / Circles::per_block];
        parts.begin_row(GeometryType::multi_polygon);
        parts.vertices.reserve((end - begin) * outlines.vertices_per_circle());
        for (std::size_t group = begin; group < end && !execution.stop.stop_requested(); ++group) {
            outlines.append(groups[group], parts);
        }
    });
    GeometryColumn area;
    area.begin_row(GeometryType::multi_polygon);
    std::size_t vertices = 0;
    for (const GeometryColumn& parts : blocks) vertices += parts.vertices.size();
    area.vertices.reserve(vertices);
    for (const GeometryColumn& parts : blocks) append_parts(parts, area);
    if (area.part_offsets.back() == 1) area.types.front() = GeometryType::polygon;
    return area;
}

/// Places once each, in an order that does not depend on that of the rows.
std::vector<LonLat> distinct(std::span<const LonLat> places) {
    std::vector<LonLat> sorted;
    std::ranges::copy_if(places, std::back_inserter(sorted), has_position);
    std::ranges::sort(sorted, [](LonLat a, LonLat b) { return std::pair(a.lat, a.lon) < std::pair(b.lat, b.lon); });
    sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
    return sorted;
}

}  // namespace

std::optional<GeometryColumn> united_circles(std::span<const LonLat> places, double distance_m, std::size_t directions,
                                             const Execution& execution) {
    auto sorted = distinct(places);
    if (sorted.empty() || distance_m > largest_m) return std::nullopt;
    const double latitude = std::max(std::abs(sorted.front().lat), std::abs(sorted.back().lat));
    const std::size_t terms = latitude <= northernmost ? CircleCurve::terms(distance_m, latitude) : 0;
    if (terms == 0) return std::nullopt;
    const Circles circles(std::move(sorted), distance_m, terms, execution);
    const auto crosses_antimeridian = [](const Envelope& box) { return box.min_x < -180 || box.max_x > 180; };
    if (std::ranges::any_of(circles.boxes, crosses_antimeridian)) return std::nullopt;
    const auto pairs = circle_pairs(circles, execution);
    const auto groups = circle_groups(circles.places.size(), pairs);
    return area_of(groups, GroupOutlines(circles, pairs, directions), execution);
}

}  // namespace sheltermap
