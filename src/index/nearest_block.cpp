// SPDX-License-Identifier: Apache-2.0
#include "nearest_block.hpp"

#include "base/not_finite.hpp"
#include "base/vector_clones.hpp"
#include "geodesy/short_geodesic.hpp"
#include "index/chord_order.hpp"
#include "lanes.hpp"
#include <algorithm>
#include <array>
#include <bit>
#include <limits>

namespace sheltermap {
namespace {

/// The candidates of one query for its nearest place: the shortest chord, and whether it is alone.
struct ShortestChord {
    double limit = infinity;
    std::size_t slot = 0;
    double squared = infinity;
    bool has_rivals = false;  ///< several spots are left among which chords cannot decide

    [[nodiscard, gnu::always_inline]] double limit_squared() const noexcept { return limit; }
    [[gnu::always_inline]] void offer(std::size_t first_slot, const Lanes& chord_squared) noexcept {
        const double shortest = least(chord_squared);
        if (shortest > limit) return;
        if (shortest >= squared) {
            has_rivals = true;
            return;
        }
        const double before = squared;
        squared = shortest;
        limit = std::min(limit, rival_chord_squared(squared));
        std::size_t rivals = before <= limit ? 1 : 0;
        for (std::size_t i = 0; i < lanes; ++i) {
            rivals += chord_squared[i] <= limit ? 1 : 0;
            if (chord_squared[i] == squared) slot = first_slot + i;
        }
        has_rivals = rivals > 1;
    }
};

constexpr std::uint64_t out_of_reach = std::numeric_limits<std::uint64_t>::max();
constexpr std::uint64_t undecided = out_of_reach - 1;  ///< by chords, or too far for the quick distance

/// Eight queries from `begin` on look at the spots of `leaf`, and on which levels they must look beside it. Where fewer
/// than eight are in it, the others look in vain: they come after and do so again in their own leaf.
[[gnu::always_inline]] inline void look_at_leaf(const SpotTree& tree, std::size_t leaf, double limit_squared,
                                                std::size_t begin, NearestBlock::Columns& block) {
    const SpotTree::Leaf& spots = tree.leaf(leaf);
    const EcefColumns& queries = block.queries.at;
    const std::array<const double*, 3> at{&queries.x[begin], &queries.y[begin], &queries.z[begin]};
    const Lanes x = load(at[0]), y = load(at[1]), z = load(at[2]);
    Lanes shortest = all(infinity), second = shortest;
    Masks slot{};
    for (std::size_t s = 0; s < SpotTree::leaf_size; ++s) {
        const Lanes dx = spots[0][s] - x, dy = spots[1][s] - y, dz = spots[2][s] - z;
        const Lanes squared = dx * dx + dy * dy + dz * dz;
        const Masks shorter = squared < shortest;
        const Lanes longer = choose(shorter, shortest, squared);
        second = choose(longer < second, longer, second);
        slot = choose(shorter, Masks{} + static_cast<std::int64_t>(leaf * SpotTree::leaf_size + s), slot);
        shortest = choose(shorter, squared, shortest);
    }
    const Lanes rival = rival_chord_squared(shortest);
    const Lanes limit = choose(rival < limit_squared, rival, all(limit_squared));
    Masks levels{}, level = Masks{} + 1;
    for (std::size_t node = leaf + tree.leaves(); node > 1; node /= 2, level += level) {
        const SpotTree::Split split = tree.split(node / 2);
        const Lanes offset = load(at[split.axis]) - split.at;
        levels |= (offset * offset <= limit) & level;
    }
    store(shortest, &block.shortest[begin]);
    store(second, &block.second[begin]);
    store(limit, &block.limit[begin]);
    store(slot, &block.slot[begin]);
    store(levels, &block.levels[begin]);
}

SHELTERMAP_VECTOR_CLONES
void search_all(const SpotTree& tree, double limit_squared, NearestBlock::Columns& block) {
    const std::vector<std::uint32_t>& leaf = block.queries.leaf;
    for (std::size_t begin = 0, end = 0; begin < leaf.size(); begin = end) {
        while (end < leaf.size() && leaf[end] == leaf[begin]) ++end;
        for (std::size_t i = begin; i < end; i += lanes) look_at_leaf(tree, leaf[begin], limit_squared, i, block);
    }
    for (std::size_t i = 0; i < block.queries.size(); ++i) {
        const Ecef at = block.queries.at[i];
        ShortestChord shortest{.limit = block.limit[i],
                               .slot = block.slot[i],
                               .squared = block.shortest[i],
                               .has_rivals = block.second[i] <= block.limit[i]};
        for (std::uint64_t levels = block.levels[i]; levels != 0; levels &= levels - 1) {
            tree.search_beside(at, (leaf[i] + tree.leaves()) >> std::countr_zero(levels), shortest);
        }
        const bool none = shortest.squared > limit_squared;
        const bool quick = !none && !shortest.has_rivals && shortest.squared <= short_chord_m * short_chord_m;
        block.slot[i] = none ? out_of_reach : quick ? shortest.slot : undecided;
        block.nearest.set(i, quick ? tree.ecef(shortest.slot) : at);
    }
}

}  // namespace

void NearestBlock::Columns::assign(std::span<const LonLat> from, const SpotTree& tree) {
    queries.assign(from, tree);
    const std::size_t room = queries.size() + lanes;
    for (auto* column : {&shortest, &second, &limit}) column->resize(room);
    levels.resize(room);
    slot.resize(room);
    nearest.resize(queries.size());
    distance_m.resize(queries.size());
}

void NearestBlock::find(const SpotTree& tree, std::span<const LonLat> from, double max_distance_m,
                        std::span<std::int32_t> row, std::span<double> distance_m) {
    std::fill(row.begin(), row.end(), -1);
    std::fill(distance_m.begin(), distance_m.end(), infinity);
    if (tree.empty()) return;
    columns_.assign(from, tree);
    search_all(tree, reach_squared(max_distance_m), columns_);
    short_geodesic_m(columns_.queries.at, columns_.nearest, columns_.distance_m);
    for (std::size_t i = 0; i < columns_.queries.size(); ++i) {
        const std::size_t query = columns_.queries.row[i];
        if (columns_.slot[i] == out_of_reach) continue;
        if (columns_.slot[i] != undecided && columns_.distance_m[i] < max_distance_m - tie_m) {
            row[query] = tree.rows(columns_.slot[i]).front();
            distance_m[query] = columns_.distance_m[i];
            continue;
        }
        one_.clear();
        careful_.find(tree, from[query], {.k = 1, .max_distance_m = max_distance_m}, one_);
        if (one_.empty()) continue;
        row[query] = one_.front().row;
        distance_m[query] = one_.front().distance_m;
    }
}

}  // namespace sheltermap
