// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/place_index.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include "base/scratch.hpp"
#include "geodesy/latitudes.hpp"
#include "k_nearest.hpp"
#include "near_cells.hpp"
#include "nearest_block.hpp"
#include "query_block.hpp"
#include "spot_tree.hpp"
#include "spots_within.hpp"
#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

namespace sheltermap {

PlaceIndex::PlaceIndex(std::span<const LonLat> places) : size_(places.size()) {
    if (places.size() > static_cast<std::size_t>(std::numeric_limits<std::int32_t>::max())) {
        throw std::invalid_argument("more than 2^31 - 1 places");
    }
    require_latitudes(places, "places");
    tree_ = std::make_unique<const SpotTree>(places);
}
PlaceIndex::~PlaceIndex() = default;
PlaceIndex::PlaceIndex(PlaceIndex&&) noexcept = default;
PlaceIndex& PlaceIndex::operator=(PlaceIndex&&) noexcept = default;

std::size_t PlaceIndex::size() const noexcept { return size_; }
std::size_t PlaceIndex::with_position() const noexcept { return tree_->places(); }

std::vector<Neighbour> PlaceIndex::find(LonLat from, const NearestOptions& options) const {
    std::vector<Neighbour> found;
    if (has_position(from) && !tree_->empty() && options.k > 0) KNearest().find(*tree_, from, options, found);
    return found;
}

Neighbours PlaceIndex::find(std::span<const LonLat> from, const NearestOptions& options,
                            const std::stop_token& stop) const {
    QueryBlock queries;
    if (!tree_->empty() && options.k > 0) queries.assign(from, *tree_);
    KNearest search;
    std::vector<Neighbour> as_visited;
    std::vector<std::span<const Neighbour>::size_type> begin(from.size()), end(from.size());
    for (std::size_t i = 0; i < queries.size() && !stop.stop_requested(); ++i) {
        const std::size_t row = queries.row[i];
        begin[row] = as_visited.size();
        search.find(*tree_, from[row], queries.at[i], queries.leaf[i], options, as_visited);
        end[row] = as_visited.size();
    }
    Neighbours near;
    near.found.reserve(as_visited.size());
    near.ends.reserve(from.size());
    for (std::size_t row = 0; row < from.size(); ++row) {
        const auto answers = std::span(as_visited).subspan(begin[row], end[row] - begin[row]);
        near.found.insert(near.found.end(), answers.begin(), answers.end());
        near.ends.push_back(near.found.size());
    }
    return near;
}

RowsWithin PlaceIndex::within(std::span<const LonLat> from, double max_distance_m, const std::stop_token& stop) const {
    QueryBlock queries;
    if (!tree_->empty()) queries.assign(from, *tree_);
    SpotsWithin search(*tree_, max_distance_m);
    std::vector<std::size_t> begin(from.size()), end(from.size());
    for (std::size_t i = 0; i < queries.size() && !stop.stop_requested(); ++i) {
        const std::size_t row = queries.row[i];
        begin[row] = search.rows().size();
        search.find(from[row], queries.at[i], queries.leaf[i]);
        end[row] = search.rows().size();
    }
    RowsWithin near;
    near.row.reserve(search.rows().size());
    near.ends.reserve(from.size());
    for (std::size_t row = 0; row < from.size(); ++row) {
        const auto rows = search.rows().subspan(begin[row], end[row] - begin[row]);
        near.row.insert(near.row.end(), rows.begin(), rows.end());
        near.ends.push_back(near.row.size());
    }
    return near;
}

namespace {

std::vector<LonLat> spots_of(const SpotTree& tree) {
    std::vector<LonLat> spots;
    for (std::size_t slot = 0; slot < tree.leaves() * SpotTree::leaf_size; ++slot) {
        if (!tree.rows(slot).empty()) spots.push_back(tree.lonlat(slot));
    }
    return spots;
}

/// Looks for the nearest only from where something may be near.
class NearbyBlock {
public:
    /// As many as leave a block of NearestBlock full, where most are far from everything.
    static constexpr std::size_t most_queries = 4 * NearestBlock::most_queries;

    void find(const SpotTree& tree, const NearCells& cells, std::span<const LonLat> from, double max_distance_m,
              std::span<std::int32_t> row, std::span<double> distance_m) {
        std::ranges::fill(row, -1);
        std::ranges::fill(distance_m, std::numeric_limits<double>::infinity());
        query_.clear();
        place_.clear();
        for (std::size_t i = 0; i < from.size(); ++i) {
            if (!cells.may_reach(from[i])) continue;
            query_.push_back(static_cast<std::uint32_t>(i));
            place_.push_back(from[i]);
        }
        row_.resize(place_.size());
        distance_m_.resize(place_.size());
        for (std::size_t begin = 0; begin < place_.size(); begin += NearestBlock::most_queries) {
            const std::size_t count = std::min(NearestBlock::most_queries, place_.size() - begin);
            block_.find(tree, std::span(place_).subspan(begin, count), max_distance_m,
                        std::span(row_).subspan(begin, count), std::span(distance_m_).subspan(begin, count));
        }
        for (std::size_t i = 0; i < query_.size(); ++i) {
            row[query_[i]] = row_[i];
            distance_m[query_[i]] = distance_m_[i];
        }
    }

private:
    NearestBlock block_;
    std::vector<std::uint32_t> query_;
    std::vector<LonLat> place_;
    std::vector<std::int32_t> row_;
    std::vector<double> distance_m_;
};

}  // namespace

NearestRows PlaceIndex::nearest(std::span<const LonLat> from, double max_distance_m, const Execution& execution) const {
    NearestRows nearest{std::vector<std::int32_t>(from.size()), std::vector<double>(from.size())};
    const std::span row = nearest.row;
    const std::span distance_m = nearest.distance_m;
    if (max_distance_m <= NearCells::largest_distance_m && from.size() / 4 >= size_) {
        const NearCells cells(spots_of(*tree_), max_distance_m);
        ScratchPool<NearbyBlock> scratch;
        parallel_for(from.size(), NearbyBlock::most_queries, execution, [&](std::size_t begin, std::size_t end) {
            scratch.lend([&](NearbyBlock& block) {
                block.find(*tree_, cells, from.subspan(begin, end - begin), max_distance_m,
                           row.subspan(begin, end - begin), distance_m.subspan(begin, end - begin));
            });
        });
        return nearest;
    }
    ScratchPool<NearestBlock> scratch;
    parallel_for(from.size(), NearestBlock::most_queries, execution, [&](std::size_t begin, std::size_t end) {
        scratch.lend([&](NearestBlock& block) {
            block.find(*tree_, from.subspan(begin, end - begin), max_distance_m, row.subspan(begin, end - begin),
                       distance_m.subspan(begin, end - begin));
        });
    });
    return nearest;
}

}  // namespace sheltermap
