// SPDX-License-Identifier: Apache-2.0
#include "circle_groups.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace sheltermap {
namespace {

/// The first circle of each one's group.
std::vector<std::uint32_t> leaders(std::size_t circles, std::span<const CirclePair> pairs) {
    std::vector<std::uint32_t> leader(circles);
    std::iota(leader.begin(), leader.end(), 0U);
    const auto lead = [&](std::uint32_t circle) {
        while (leader[circle] != circle) circle = leader[circle] = leader[leader[circle]];
        return circle;
    };
    for (const CirclePair& pair : pairs) {
        const std::uint32_t a = lead(pair.first), b = lead(pair.second);
        leader[std::max(a, b)] = std::min(a, b);
    }
    for (std::uint32_t circle = 0; circle < circles; ++circle) leader[circle] = leader[leader[circle]];
    return leader;
}

/// Appends the azimuths that no disc covers; false where ends are too close to tell.
bool append_arcs(std::uint32_t circle, std::vector<CoveredStretch>& covered, std::vector<BoundaryArc>& arcs) {
    std::ranges::sort(covered, {}, &CoveredStretch::begin);
    const auto end = [](const CoveredStretch& c) { return c.begin + c.length; };
    // The disc that reaches farthest covers up to here, counted from a turn before.
    const CoveredStretch* last = &*std::ranges::max_element(covered, {}, end);
    double reached = end(*last) - Circles::turn;
    for (const CoveredStretch& c : covered) {
        const double gap = c.begin - reached;
        if (std::abs(gap) < Circles::delicate + c.error + last->error) return false;
        if (gap > 0) arcs.push_back({circle, c.begin, reached, c.begin_crossing, last->end_crossing});
        if (end(c) > reached) {
            reached = end(c);
            last = &c;
        }
    }
    return true;
}

}  // namespace

std::vector<CircleGroup> circle_groups(std::size_t circles, std::span<const CirclePair> pairs) {
    std::vector<CircleGroup> groups;
    const auto leader = leaders(circles, pairs);
    std::vector<std::uint32_t> group_of(circles);
    for (std::uint32_t circle = 0; circle < circles; ++circle) {
        const bool is_first = leader[circle] == circle;
        if (is_first) groups.emplace_back();
        group_of[circle] = is_first ? static_cast<std::uint32_t>(groups.size() - 1) : group_of[leader[circle]];
        groups[group_of[circle]].circles.push_back(circle);
    }
    for (const CirclePair& pair : pairs) {
        if (!pair.clear) groups[group_of[pair.first]].clear = false;
    }
    auto covered = covered_stretches(circles, pairs);
    for (std::uint32_t circle = 0; circle < circles; ++circle) {
        CircleGroup& group = groups[group_of[circle]];
        if (!covered[circle].empty() && group.clear) group.clear = append_arcs(circle, covered[circle], group.arcs);
    }
    return groups;
}

}  // namespace sheltermap
