// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/reach/reach_in_blocks.hpp"

#include "geodesy/latitudes.hpp"
#include "reason_as_crow_flies.hpp"
#include <cmath>
#include <concepts>
#include <memory>
#include <stdexcept>
#include <utility>

namespace sheltermap {
namespace {

/// The pairs of a block, which are not held longer than it is looked at.
struct BlockPairs {
    std::vector<std::int64_t> offsets{0};
    std::vector<std::int32_t> facility;
    std::vector<double> cost;
};

BlockPairs pairs_of(RowsWithin near) {
    BlockPairs pairs;
    pairs.offsets.insert(pairs.offsets.end(), near.ends.begin(), near.ends.end());
    pairs.facility = std::move(near.row);
    return pairs;
}

BlockPairs pairs_of(const Neighbours& near) {
    BlockPairs pairs;
    pairs.offsets.insert(pairs.offsets.end(), near.ends.begin(), near.ends.end());
    pairs.facility.reserve(near.found.size());
    pairs.cost.reserve(near.found.size());
    for (const Neighbour& each : near.found) {
        pairs.facility.push_back(each.row);
        pairs.cost.push_back(each.distance_m);
    }
    return pairs;
}

template <class Index>
BlockPairs pairs_within(std::span<const LonLat> demand, const Index& facilities, double max_distance_m, bool with_costs,
                        const std::stop_token& stop) {
    if constexpr (std::same_as<Index, PlaceIndex>) {
        if (!with_costs) return pairs_of(facilities.within(demand, max_distance_m, stop));
    }
    return pairs_of(facilities.find(demand, {.k = all_places, .max_distance_m = max_distance_m}, stop));
}

template <class Index>
auto block_within(std::span<const LonLat> demand, Index facilities, double max_distance_m) {
    if (!std::isfinite(max_distance_m) || max_distance_m < 0) {
        throw std::invalid_argument("max_distance_m must be a distance in metres, not negative");
    }
    require_latitudes(demand, "demand");
    return [demand, max_distance_m, index = std::make_shared<const Index>(std::move(facilities))](
               std::size_t begin, std::size_t end, bool with_costs, const std::stop_token& stop,
               const ReachInBlocks::Use& use) {
        const auto places = demand.subspan(begin, end - begin);
        const BlockPairs pairs = pairs_within(places, *index, max_distance_m, with_costs, stop);
        std::vector<Reason> reason(places.size());
        for (std::size_t row = 0; row < places.size(); ++row) {
            const bool reached = pairs.offsets[row + 1] > pairs.offsets[row];
            reason[row] = reason_as_crow_flies(places[row], reached, index->with_position());
        }
        use(begin, {.offsets = pairs.offsets, .facility = pairs.facility, .cost = pairs.cost, .reason = reason});
    };
}

}  // namespace

ReachInBlocks::ReachInBlocks(const Reach& reach)
    : size_(reach.size()),
      limit_(reach.limit),
      block_([&reach](std::size_t begin, std::size_t end, bool, const std::stop_token&, const Use& use) {
          use(begin, {.offsets = std::span(reach.offsets).subspan(begin, end - begin + 1),
                      .facility = reach.facility,
                      .cost = reach.cost,
                      .reason = std::span(reach.reason).subspan(begin, end - begin)});
      }) {}

ReachInBlocks::ReachInBlocks(std::span<const LonLat> demand, PlaceIndex facilities, double max_distance_m)
    : size_(demand.size()),
      limit_(max_distance_m),
      block_(block_within(demand, std::move(facilities), max_distance_m)) {}

ReachInBlocks::ReachInBlocks(std::span<const LonLat> demand, ShapeIndex facilities, double max_distance_m)
    : size_(demand.size()),
      limit_(max_distance_m),
      block_(block_within(demand, std::move(facilities), max_distance_m)) {}

void ReachInBlocks::visit(bool with_costs, const Execution& execution, const Use& use) const {
    parallel_for(size_, rows_per_block, execution,
                 [&](std::size_t begin, std::size_t end) { block_(begin, end, with_costs, execution.stop, use); });
}

std::vector<std::int64_t> ReachInBlocks::counts(const Execution& execution) const {
    std::vector<std::int64_t> count(size_);
    visit(false, execution, [&](std::size_t first, const ReachedRows& rows) {
        for (std::size_t row = 0; row < rows.reason.size(); ++row) {
            count[first + row] = rows.offsets[row + 1] - rows.offsets[row];
        }
    });
    return count;
}

}  // namespace sheltermap
