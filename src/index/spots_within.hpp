// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include "geodesy/ecef.hpp"
#include "index/chord_order.hpp"
#include "lanes.hpp"
#include "spot_tree.hpp"
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// One query after the other for the places within a distance. Their chords decide but for a few, which Karney's
/// inverse measures.
class SpotsWithin {
public:
    SpotsWithin(const SpotTree& tree, double max_distance_m)
        : tree_(tree),
          max_distance_m_(max_distance_m),
          limit_squared_(reach_squared(max_distance_m)),
          sure_squared_(surely_within_squared(max_distance_m)) {}

    /// Appends the rows within the distance of a place, of which it is known where it is and in which leaf.
    void find(LonLat from, const Ecef& at, std::size_t leaf);
    /// Of all queries so far.
    [[nodiscard]] std::span<const std::int32_t> rows() const noexcept { return rows_; }

    [[nodiscard]] double limit_squared() const noexcept { return limit_squared_; }
    [[gnu::always_inline]] void offer(std::size_t first_slot, const Lanes& chord_squared) {
        if (least(chord_squared) > limit_squared_) return;
        for (std::size_t i = 0; i < lanes; ++i) {
            if (chord_squared[i] <= sure_squared_) {
                append(first_slot + i);
            } else if (chord_squared[i] <= limit_squared_) {
                unsure_.push_back(first_slot + i);
            }
        }
    }

private:
    void append(std::size_t slot) {
        const auto there = tree_.rows(slot);
        rows_.insert(rows_.end(), there.begin(), there.end());
    }

    const SpotTree& tree_;
    double max_distance_m_;
    double limit_squared_;
    double sure_squared_;
    std::vector<std::int32_t> rows_;
    std::vector<std::size_t> unsure_;  // slots
};

}  // namespace sheltermap
