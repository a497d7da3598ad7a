// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/edge_index.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// Rows of snapped places by the edge they are on.
class ByEdge {
public:
    explicit ByEdge(std::span<const Snap> snaps) : snaps_(snaps) {
        for (std::size_t row = 0; row < snaps.size(); ++row) {
            if (snaps[row].state == SnapState::snapped) rows_.push_back(static_cast<std::int32_t>(row));
        }
        std::stable_sort(rows_.begin(), rows_.end(), [&](std::int32_t a, std::int32_t b) { return edge(a) < edge(b); });
    }
    [[nodiscard]] std::span<const std::int32_t> on(std::uint32_t wanted) const {
        const auto begin = std::lower_bound(rows_.begin(), rows_.end(), wanted,
                                            [&](std::int32_t row, std::uint32_t e) { return edge(row) < e; });
        const auto end = std::find_if(begin, rows_.end(), [&](std::int32_t row) { return edge(row) != wanted; });
        return {begin, end};
    }

private:
    [[nodiscard]] std::uint32_t edge(std::int32_t row) const { return snaps_[static_cast<std::size_t>(row)].edge; }
    std::span<const Snap> snaps_;
    std::vector<std::int32_t> rows_;
};

}  // namespace sheltermap
