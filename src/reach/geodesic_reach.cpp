// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/geodesic_reach.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include "geodesy/latitudes.hpp"
#include "index/chord_order.hpp"
#include "reason_as_crow_flies.hpp"
#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace sheltermap {
namespace {

void append(Reach& reach, const Neighbours& block) {
    const auto before = static_cast<std::int64_t>(reach.facility.size());
    for (const std::size_t end : block.ends) reach.offsets.push_back(before + static_cast<std::int64_t>(end));
    for (const Neighbour& neighbour : block.found) {
        reach.facility.push_back(neighbour.row);
        reach.cost.push_back(neighbour.distance_m);
    }
}

void require_limits(const NearestOptions& options) {
    if (options.k == all_places && !std::isfinite(options.max_distance_m)) {
        throw std::invalid_argument("give k or max_distance_m: every demand row with every facility is never wanted");
    }
    if (std::isnan(options.max_distance_m) || options.max_distance_m < 0) {
        throw std::invalid_argument("max_distance_m must not be negative");
    }
    if (options.k == 0) throw std::invalid_argument("k must be at least 1");
}

/// Refuses a table that no machine of the field holds, before it is begun: by what some rows, evenly taken, reach.
template <class Index>
void require_fitting_table(std::span<const LonLat> demand, const Index& facilities, const NearestOptions& options,
                           const std::stop_token& stop) {
    constexpr std::size_t most_pairs = 1'000'000'000;
    constexpr std::size_t looked_at = 100;
    const std::size_t per_row = std::min(options.k, facilities.with_position());
    if (demand.empty() || per_row <= most_pairs / demand.size()) return;
    double reached = 0;
    for (std::size_t i = 0; i < looked_at; ++i) {
        const auto row = demand.subspan((2 * i + 1) * demand.size() / (2 * looked_at), 1);
        reached += static_cast<double>(facilities.find(row, options, stop).found.size());
    }
    const double pairs = reached / looked_at * static_cast<double>(demand.size());
    if (pairs <= most_pairs) return;
    throw std::invalid_argument("each of " + std::to_string(demand.size()) + " demand rows would reach about " +
                                std::to_string(std::llround(reached / looked_at)) + " facilities, some " +
                                std::to_string(std::llround(pairs / 1e6)) +
                                " million pairs: give k, a smaller max_distance_m, or fewer rows at a time");
}

Reach from_blocks(std::vector<Neighbours>& blocks, std::vector<Reason> reasons, double limit) {
    Reach reach;
    reach.limit = limit;
    std::size_t pairs = 0;
    for (const Neighbours& block : blocks) pairs += block.found.size();
    reach.offsets.reserve(reasons.size() + 1);
    reach.facility.reserve(pairs);
    reach.cost.reserve(pairs);
    for (Neighbours& block : blocks) {
        append(reach, block);
        block = {};  // its memory is not needed twice
    }
    reach.reason = std::move(reasons);
    return reach;
}

template <class Index>
Reach reach_with(std::span<const LonLat> demand, const Index& facilities, const NearestOptions& options,
                 const Execution& execution) {
    require_limits(options);
    require_latitudes(demand, "demand");
    require_fitting_table(demand, facilities, options, execution.stop);
    const std::size_t with_position = facilities.with_position();
    std::vector<Reason> reasons(demand.size());
    std::vector<Neighbours> blocks((demand.size() + rows_per_block - 1) / rows_per_block);
    parallel_for(demand.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        Neighbours& block = blocks[begin / rows_per_block];
        block = facilities.find(demand.subspan(begin, end - begin), options, execution.stop);
        std::size_t before = 0;
        for (std::size_t i = 0; i < block.ends.size(); ++i) {
            reasons[begin + i] = reason_as_crow_flies(demand[begin + i], block.ends[i] > before, with_position);
            before = block.ends[i];
        }
    });
    return from_blocks(blocks, std::move(reasons), options.max_distance_m);
}

/// Drops the rows that reached nothing from `facility` and `cost`, which have one entry per row, and sets `offsets`.
void keep_reached(Reach& reach) {
    reach.offsets.resize(reach.size() + 1);
    std::size_t kept = 0;
    for (std::size_t row = 0; row < reach.size(); ++row) {
        reach.facility[kept] = reach.facility[row];
        reach.cost[kept] = reach.cost[row];
        if (reach.reason[row] == Reason::reached) ++kept;
        reach.offsets[row + 1] = static_cast<std::int64_t>(kept);
    }
    reach.facility.resize(kept);
    reach.cost.resize(kept);
}

Reach nearest_reach(std::span<const LonLat> demand, const PlaceIndex& facilities, double max_distance_m,
                    const Execution& execution) {
    const std::size_t with_position = facilities.with_position();
    Reach reach;
    reach.limit = max_distance_m;
    reach.reason.resize(demand.size());
    NearestRows nearest = facilities.nearest(demand, max_distance_m, execution);
    reach.facility = std::move(nearest.row);
    reach.cost = std::move(nearest.distance_m);
    for (std::size_t row = 0; row < demand.size(); ++row) {
        reach.reason[row] = reason_as_crow_flies(demand[row], reach.facility[row] >= 0, with_position);
    }
    keep_reached(reach);
    return reach;
}

}  // namespace

Reach geodesic_reach(std::span<const LonLat> demand, const PlaceIndex& facilities, const NearestOptions& options,
                     const Execution& execution) {
    if (options.k != 1) return reach_with(demand, facilities, options, execution);
    require_limits(options);
    require_latitudes(demand, "demand");
    return nearest_reach(demand, facilities, options.max_distance_m, execution);
}

Reach geodesic_reach(std::span<const LonLat> demand, const ShapeIndex& facilities, const NearestOptions& options,
                     const Execution& execution) {
    return reach_with(demand, facilities, options, execution);
}

void measure_at_limits(Reach& reach, std::span<const LonLat> demand, std::span<const LonLat> facilities,
                       std::span<const double> limits_m) {
    const auto is_near_one = [&](double cost) {
        return std::ranges::any_of(limits_m, [&](double limit) { return std::abs(cost - limit) <= tie_m; });
    };
    for (std::size_t row = 0; row < reach.size(); ++row) {
        for (std::int64_t pair = reach.offsets[row]; pair < reach.offsets[row + 1]; ++pair) {
            const auto at = static_cast<std::size_t>(pair);
            if (!is_near_one(reach.cost[at])) continue;
            reach.cost[at] = geodesic_distance_m(demand[row], facilities[static_cast<std::size_t>(reach.facility[at])]);
        }
    }
}

}  // namespace sheltermap
