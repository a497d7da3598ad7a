// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include "geodesy/ecef.hpp"
#include "k_nearest.hpp"
#include "query_block.hpp"
#include "spot_tree.hpp"
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// A block of queries for their nearest place. Kept from block to block for its memory.
///
/// Nearly every query is decided by chords and measured without an inverse, eight queries at a time where they are in
/// one leaf; KNearest answers the others.
class NearestBlock {
public:
    /// Enough queries to have neighbours in space, few enough for the working memory to stay in the cache.
    static constexpr std::size_t most_queries = 16'384;

    /// Row of the nearest place of each of `from`, and its distance; -1 and infinity where none is within reach.
    void find(const SpotTree& tree, std::span<const LonLat> from, double max_distance_m, std::span<std::int32_t> row,
              std::span<double> distance_m);

    // One entry per query, in the order of `queries`; the columns that are stored to have room for eight more.
    struct Columns {
        QueryBlock queries;
        std::vector<double> shortest;       ///< squared chord, to the spots of the query's leaf
        std::vector<double> second;         ///< the next one
        std::vector<double> limit;          ///< squared, of chords that can rival the shortest
        std::vector<std::uint64_t> levels;  ///< bits: on which levels of the tree something beside may be in the limit
        std::vector<std::uint64_t> slot;    ///< of the nearest spot, or out_of_reach, or undecided
        EcefColumns nearest;                ///< that spot
        std::vector<double> distance_m;     ///< to it

        void assign(std::span<const LonLat> from, const SpotTree& tree);
    };

private:
    Columns columns_;
    KNearest careful_;
    std::vector<Neighbour> one_;
};

}  // namespace sheltermap
