// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include "geodesy/ecef.hpp"
#include "spot_tree.hpp"
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Some queries in the order of the leaves they fall into: neighbours follow each other, who walk the same way through
/// the tree. Kept from block to block for its memory.
struct QueryBlock {
    /// Those of `places` that have a position.
    void assign(std::span<const LonLat> places, const SpotTree& tree);
    [[nodiscard]] std::size_t size() const noexcept { return row.size(); }

    std::vector<std::uint32_t> row;   ///< number in `places`
    std::vector<std::uint32_t> leaf;  ///< whose cell it lies in
    EcefColumns at;

private:
    EcefColumns as_given_;
    std::vector<std::uint32_t> leaf_as_given_;
    std::vector<std::uint32_t> next_of_leaf_;
};

}  // namespace sheltermap
