// SPDX-License-Identifier: Apache-2.0
#include "spot_tree.hpp"

#include "base/not_finite.hpp"
#include "base/vector_clones.hpp"
#include <algorithm>
#include <bit>

namespace sheltermap {
namespace {

struct PlaceOfRow {
    LonLat at;
    std::int32_t row;
};

/// Places with a position, those at the very same spot side by side, lowest row first.
std::vector<PlaceOfRow> by_spot(std::span<const LonLat> places) {
    std::vector<PlaceOfRow> sorted;
    sorted.reserve(places.size());
    for (std::size_t row = 0; row < places.size(); ++row) {
        if (has_position(places[row])) sorted.push_back({places[row], static_cast<std::int32_t>(row)});
    }
    std::sort(sorted.begin(), sorted.end(), [](const PlaceOfRow& a, const PlaceOfRow& b) {
        if (a.at.lon != b.at.lon) return a.at.lon < b.at.lon;
        return a.at.lat != b.at.lat ? a.at.lat < b.at.lat : a.row < b.row;
    });
    return sorted;
}

std::size_t leaves_for(std::size_t spots) {
    return std::bit_ceil((spots + SpotTree::leaf_size - 1) / SpotTree::leaf_size);
}

template <class Spot>
std::size_t widest_axis(std::span<const Spot> spots) {
    Ecef low{infinity, infinity, infinity};
    Ecef high{-infinity, -infinity, -infinity};
    for (const Spot& spot : spots) {
        for (std::size_t axis = 0; axis < 3; ++axis) {
            low[axis] = std::min(low[axis], spot.at[axis]);
            high[axis] = std::max(high[axis], spot.at[axis]);
        }
    }
    std::size_t widest = 0;
    for (std::size_t axis = 1; axis < 3; ++axis) {
        if (high[axis] - low[axis] > high[widest] - low[widest]) widest = axis;
    }
    return widest;
}

/// From the root to the leaves, level by level; `leaf` holds the nodes meanwhile.
SHELTERMAP_VECTOR_CLONES
void descend(std::span<const SpotTree::Split> splits, std::array<const double*, 3> at, std::span<std::uint32_t> leaf) {
    const SpotTree::Split* const split = splits.data();
    const double *x = at[0], *y = at[1], *z = at[2];
    std::uint32_t* const node = leaf.data();
    std::fill(leaf.begin(), leaf.end(), 1U);
    const auto leaves = static_cast<std::uint32_t>(splits.size());
    for (std::uint32_t level = 1; level < leaves; level *= 2) {
        for (std::size_t i = 0; i < leaf.size(); ++i) {
            const SpotTree::Split& here = split[node[i]];
            const double along = here.axis == 0 ? x[i] : here.axis == 1 ? y[i] : z[i];
            node[i] = 2 * node[i] + (along >= here.at ? 1U : 0U);
        }
    }
    for (std::uint32_t& one : leaf) one -= leaves;
}

}  // namespace

SpotTree::SpotTree(std::span<const LonLat> places) {
    const std::vector<PlaceOfRow> sorted = by_spot(places);
    std::vector<std::size_t> first_place;  // per spot
    for (std::size_t i = 0; i < sorted.size(); ++i) {
        if (i == 0 || sorted[i].at != sorted[i - 1].at) first_place.push_back(i);
    }
    spots_ = first_place.size();
    first_place.push_back(sorted.size());

    std::vector<Spot> spots(spots_);
    for (std::size_t i = 0; i < spots_; ++i) spots[i] = {to_ecef(sorted[first_place[i]].at), i};
    Leaf nowhere{};
    for (auto& axis : nowhere) axis.fill(infinity);
    leaves_.resize(leaves_for(spots_), nowhere);
    splits_.resize(leaves_.size());
    build(spots, 1, 0, leaves_.size());

    lonlat_.resize(leaves_.size() * leaf_size);
    first_row_.reserve(lonlat_.size() + 1);
    rows_.reserve(sorted.size());
    for (std::size_t leaf = 0; leaf < leaves_.size(); ++leaf) {
        const std::size_t begin = first_spot(leaf), end = first_spot(leaf + 1);
        for (std::size_t i = 0; i < leaf_size; ++i) {
            first_row_.push_back(static_cast<std::uint32_t>(rows_.size()));
            if (begin + i >= end) continue;
            const Spot& spot = spots[begin + i];
            for (std::size_t axis = 0; axis < 3; ++axis) leaves_[leaf][axis][i] = spot.at[axis];
            lonlat_[leaf * leaf_size + i] = sorted[first_place[spot.number]].at;
            for (std::size_t p = first_place[spot.number]; p < first_place[spot.number + 1]; ++p) {
                rows_.push_back(sorted[p].row);
            }
        }
    }
    first_row_.push_back(static_cast<std::uint32_t>(rows_.size()));
}

std::size_t SpotTree::leaf_of(const Ecef& at) const noexcept {
    std::size_t node = 1;
    while (node < leaves_.size()) node = 2 * node + (at[splits_[node].axis] >= splits_[node].at ? 1 : 0);
    return node - leaves_.size();
}

void SpotTree::leaves_of(const EcefColumns& at, std::span<std::uint32_t> leaf) const noexcept {
    constexpr std::size_t at_once = 512;  // stays in the nearest cache
    for (std::size_t begin = 0; begin < leaf.size(); begin += at_once) {
        const std::size_t count = std::min(at_once, leaf.size() - begin);
        const std::array<const double*, 3> axes{at.x.data() + begin, at.y.data() + begin, at.z.data() + begin};
        descend(splits_, axes, leaf.subspan(begin, count));
    }
}

/// Orders the spots of leaves `begin` to `end`, which are those below `node`.
void SpotTree::build(std::span<Spot> spots, std::size_t node, std::size_t begin, std::size_t end) {
    if (end - begin <= 1) return;
    const std::size_t middle = (begin + end) / 2;
    const auto at = [&](std::size_t leaf) { return spots.begin() + static_cast<std::ptrdiff_t>(first_spot(leaf)); };
    const std::size_t axis = widest_axis(std::span<const Spot>(at(begin), at(end)));
    std::nth_element(at(begin), at(middle), at(end), [axis](const Spot& a, const Spot& b) {
        return a.at[axis] != b.at[axis] ? a.at[axis] < b.at[axis] : a.number < b.number;
    });
    splits_[node] = {.at = at(middle)->at[axis], .axis = axis};
    build(spots, 2 * node, begin, middle);
    build(spots, 2 * node + 1, middle, end);
}

}  // namespace sheltermap
