// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/traffic.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>

namespace sheltermap {
namespace {

void require_sound(const EdgeChange& change) {
    if (!(std::isfinite(change.speed_factor) && change.speed_factor >= 0)) {
        throw std::invalid_argument("edge " + std::to_string(change.edge) +
                                    ": a speed factor must be above 0, or 0 where it is closed, not " +
                                    std::to_string(change.speed_factor));
    }
    if (!(change.begin_m >= 0) || !(change.begin_m <= change.end_m)) {
        throw std::invalid_argument("edge " + std::to_string(change.edge) + ": there is no part from " +
                                    std::to_string(change.begin_m) + " m to " + std::to_string(change.end_m) + " m");
    }
}

bool before(const EdgeChange& a, const EdgeChange& b) {
    return std::tie(a.edge, a.begin_m, a.end_m) < std::tie(b.edge, b.begin_m, b.end_m);
}

/// Nearer to each other than this two closures meet: only rounding keeps them apart.
constexpr double least_gap_m = 1e-6;

/// Closures that meet as one.
std::vector<EdgeChange> joined(std::span<const EdgeChange> sorted) {
    std::vector<EdgeChange> found;
    for (const EdgeChange& each : sorted) {
        if (!found.empty() && found.back().edge == each.edge && each.begin_m <= found.back().end_m + least_gap_m) {
            found.back().end_m = std::max(found.back().end_m, each.end_m);
        } else {
            found.push_back(each);
        }
    }
    return found;
}

/// Cuts what overlaps on one edge where something begins or ends, and keeps the slowest in between.
void append_slowest(std::span<const EdgeChange> on_edge, std::vector<EdgeChange>& found) {
    std::vector<std::pair<double, const EdgeChange*>> borders;
    for (const EdgeChange& each : on_edge) {
        borders.emplace_back(each.begin_m, &each);
        borders.emplace_back(each.end_m, &each);
    }
    std::stable_sort(borders.begin(), borders.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::set<std::pair<double, const EdgeChange*>> here;
    for (std::size_t i = 0; i + 1 < borders.size(); ++i) {
        const auto [at_m, change] = borders[i];
        const std::pair entry(change->speed_factor, change);
        if (here.erase(entry) == 0) here.insert(entry);
        const double next_m = borders[i + 1].first;
        if (here.empty() || at_m == next_m) continue;
        const double factor = here.begin()->first;
        const bool goes_on = !found.empty() && found.back().edge == change->edge && found.back().end_m == at_m &&
                             found.back().speed_factor == factor;
        if (goes_on) {
            found.back().end_m = next_m;
        } else {
            found.push_back({change->edge, at_m, next_m, factor});
        }
    }
}

std::span<const EdgeChange> on(std::span<const EdgeChange> changes, std::uint32_t edge) noexcept {
    const auto begin = std::lower_bound(changes.begin(), changes.end(), edge,
                                        [](const EdgeChange& each, std::uint32_t e) { return each.edge < e; });
    const auto end = std::upper_bound(begin, changes.end(), edge,
                                      [](std::uint32_t e, const EdgeChange& each) { return e < each.edge; });
    return {begin, end};
}

}  // namespace

Traffic::Traffic(std::vector<EdgeChange> changes) {
    for (const EdgeChange& change : changes) require_sound(change);
    std::sort(changes.begin(), changes.end(), before);
    const auto slow =
        std::stable_partition(changes.begin(), changes.end(), [](const auto& each) { return each.speed_factor == 0; });
    closed_ = joined(std::span(changes.begin(), slow));
    for (auto begin = slow; begin != changes.end();) {
        const auto end =
            std::find_if(begin, changes.end(), [&](const EdgeChange& each) { return each.edge != begin->edge; });
        append_slowest({begin, end}, slower_);
        begin = end;
    }
}

std::span<const EdgeChange> Traffic::closed(std::uint32_t edge) const noexcept { return on(closed_, edge); }

std::span<const EdgeChange> Traffic::slower(std::uint32_t edge) const noexcept { return on(slower_, edge); }

bool Traffic::closes(std::uint32_t edge, double begin_m, double end_m) const noexcept {
    const auto parts = closed(edge);
    return std::any_of(parts.begin(), parts.end(),
                       [&](const EdgeChange& each) { return each.begin_m <= end_m && each.end_m >= begin_m; });
}

bool Traffic::closed_at(const Graph& graph, std::uint32_t edge, double offset_m) const noexcept {
    const auto& c = graph.columns();
    if (!closes(edge, offset_m, offset_m)) return false;
    if (offset_m > 0 && offset_m < c.length_m[edge]) return true;
    const auto arcs = graph.arcs(offset_m > 0 ? c.edge_to[edge] : c.edge_from[edge]);
    return std::all_of(arcs.begin(), arcs.end(), [&](const Arc& arc) {
        if (arc.edge() != edge && (c.flags[arc.edge()] & street_not_got_on) != 0) return true;
        const double end_m = arc.against() ? c.length_m[arc.edge()] : 0;
        return closes(arc.edge(), end_m, end_m);
    });
}

}  // namespace sheltermap
