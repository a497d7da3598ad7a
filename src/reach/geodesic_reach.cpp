// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/geodesic_reach.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include "geodesy/latitudes.hpp"
#include <cmath>
#include <concepts>
#include <stdexcept>
#include <utility>
#include <vector>

namespace sheltermap {
namespace {

/// What reach needs of an index.
template <class Index>
concept FacilityIndex =
    requires(const Index& index, LonLat from, const NearestOptions& options, std::vector<Neighbour>& found) {
        index.find(from, options, found);
        { index.with_position() } -> std::convertible_to<std::size_t>;
    };

/// What one block of demand rows reaches.
struct Block {
    std::vector<Neighbour> found;
    std::vector<std::size_t> ends;  ///< per row, where its part of `found` ends
};

Reason reason_for(LonLat demand, bool reached, std::size_t facilities_with_position) {
    if (reached) return Reason::reached;
    if (!has_position(demand)) return Reason::missing_geometry;
    return facilities_with_position == 0 ? Reason::no_facility : Reason::too_far;
}

void append(Reach& reach, const Block& block) {
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

Reach from_blocks(std::vector<Block>& blocks, std::vector<Reason> reasons, double limit) {
    Reach reach;
    reach.limit = limit;
    std::size_t pairs = 0;
    for (const Block& block : blocks) pairs += block.found.size();
    reach.offsets.reserve(reasons.size() + 1);
    reach.facility.reserve(pairs);
    reach.cost.reserve(pairs);
    for (Block& block : blocks) {
        append(reach, block);
        block = {};  // its memory is not needed twice
    }
    reach.reason = std::move(reasons);
    return reach;
}

template <FacilityIndex Index>
Reach reach_with(std::span<const LonLat> demand, const Index& facilities, const NearestOptions& options,
                 const Execution& execution) {
    require_limits(options);
    require_latitudes(demand, "demand");
    const std::size_t with_position = facilities.with_position();
    std::vector<Reason> reasons(demand.size());
    std::vector<Block> blocks((demand.size() + rows_per_block - 1) / rows_per_block);
    parallel_for(demand.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        Block& block = blocks[begin / rows_per_block];
        for (std::size_t row = begin; row < end; ++row) {
            if (execution.stop.stop_requested()) return;  // a row may have thousands of facilities
            const std::size_t before = block.found.size();
            facilities.find(demand[row], options, block.found);
            block.ends.push_back(block.found.size());
            reasons[row] = reason_for(demand[row], block.found.size() > before, with_position);
        }
    });
    return from_blocks(blocks, std::move(reasons), options.max_distance_m);
}

}  // namespace

Reach geodesic_reach(std::span<const LonLat> demand, const PlaceIndex& facilities, const NearestOptions& options,
                     const Execution& execution) {
    return reach_with(demand, facilities, options, execution);
}

Reach geodesic_reach(std::span<const LonLat> demand, const ShapeIndex& facilities, const NearestOptions& options,
                     const Execution& execution) {
    return reach_with(demand, facilities, options, execution);
}

}  // namespace sheltermap
