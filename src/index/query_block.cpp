// SPDX-License-Identifier: Apache-2.0
#include "query_block.hpp"

#include <numeric>

namespace sheltermap {

void QueryBlock::assign(std::span<const LonLat> places, const SpotTree& tree) {
    to_ecef(places, as_given_);
    leaf_as_given_.resize(places.size());
    tree.leaves_of(as_given_, leaf_as_given_);
    for (std::size_t i = 0; i < places.size(); ++i) {
        if (!has_position(places[i]))
            leaf_as_given_[i] = static_cast<std::uint32_t>(tree.leaves());  // after all others
    }
    // Counting sort: how many there are before each leaf is where its first one goes.
    next_of_leaf_.assign(tree.leaves() + 1, 0);
    for (const std::uint32_t leaf_of_one : leaf_as_given_) ++next_of_leaf_[leaf_of_one];
    std::exclusive_scan(next_of_leaf_.begin(), next_of_leaf_.end(), next_of_leaf_.begin(), std::uint32_t{0});
    const std::size_t count = next_of_leaf_.back();
    row.resize(places.size());
    for (std::size_t i = 0; i < places.size(); ++i) {
        row[next_of_leaf_[leaf_as_given_[i]]++] = static_cast<std::uint32_t>(i);
    }
    row.resize(count);
    leaf.resize(count);
    at.resize(count + 8);
    for (std::size_t i = 0; i < count; ++i) {
        leaf[i] = leaf_as_given_[row[i]];
        at.set(i, as_given_[row[i]]);
    }
}

}  // namespace sheltermap
