// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <vector>

// Rows, facilities and nodes are std::int32_t, as in Reach, and index as they are.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace sheltermap {

struct TransportArcs;

/// Which groups must be looked at again after prices have changed.
///
/// A group that was looked at knows by how much more than it pays now its next best facility costs. Until its own price
/// has risen and the others' have fallen by that much together, none of its arcs can pay. Groups are numbered so that
/// neighbours reach much the same; what rises and falls is summed up per chunk of them, round by round, never too
/// little.
class PriceWatch {
public:
    PriceWatch() = default;
    /// Looks at the first `count` arcs of each group.
    PriceWatch(const TransportArcs& arcs, std::span<const std::int32_t> count);

    /// The groups begin to look at more arcs.
    void widen(const TransportArcs& arcs, std::span<const std::int32_t> count);

    void wake(std::int32_t group) {
        wake_[group] = asleep_never;
        chunk_wake_[group / groups_per_chunk] = asleep_never;
    }

    /// Begins a round over the groups: what has changed since the last one began counts from now on.
    void begin_round();

    /// Ranges of groups to look at one after the other.
    [[nodiscard]] std::int32_t chunks() const noexcept { return static_cast<std::int32_t>(chunk_wake_.size()); }
    [[nodiscard]] static std::int32_t first_of(std::int32_t chunk) noexcept { return chunk * groups_per_chunk; }
    [[nodiscard]] std::int32_t end_of(std::int32_t chunk) const noexcept {
        return std::min(static_cast<std::int32_t>(wake_.size()), (chunk + 1) * groups_per_chunk);
    }
    [[nodiscard]] bool sleeps(std::int32_t chunk) const { return moved_[chunk] <= chunk_wake_[chunk]; }

    [[nodiscard]] bool group_sleeps(std::int32_t group, std::int64_t own_price) const {
        return own_price + fallen_[group / groups_per_chunk] <= wake_[group];
    }
    /// A group was looked at: its next best facility costs `margin` more than its own.
    void looked_at(std::int32_t group, std::int64_t own_price, std::int64_t margin) {
        wake_[group] = own_price + margin + fallen_[group / groups_per_chunk];
    }
    /// All groups of a chunk were: `least` is the least of what is left to each.
    void chunk_looked_at(std::int32_t chunk, std::int64_t least) { chunk_wake_[chunk] = least + moved_[chunk]; }
    [[nodiscard]] std::int64_t left(std::int32_t group, std::int64_t own_price) const {
        return wake_[group] - own_price - fallen_[group / groups_per_chunk];
    }

    /// A price is about to change.
    void change(std::int32_t facility, std::int64_t before, std::int64_t after) {
        Movement& own = movement_[facility];
        if (!own.moved) {
            own = {.low = before, .high = before, .moved = true};
            moved_facilities_.push_back(facility);
        }
        own.low = std::min(own.low, after);
        own.high = std::max(own.high, after);
        own.rise = std::max(own.rise, after - own.low);
        own.fall = std::max(own.fall, own.high - after);
    }

private:
    static constexpr std::int32_t groups_per_chunk = 64;
    static constexpr std::int64_t asleep_never = std::numeric_limits<std::int64_t>::min() / 2;

    /// How a price has moved since the round began: the most that it rose and fell in one go.
    struct Movement {
        std::int64_t low = 0, high = 0, rise = 0, fall = 0;
        bool moved = false;
    };

    /// Per facility, the chunks with a group that looks at it.
    struct Watchers {
        std::vector<std::int64_t> offsets;
        std::vector<std::int32_t> chunk;
    };
    [[nodiscard]] static std::shared_ptr<const Watchers> watchers(const TransportArcs& arcs,
                                                                  std::span<const std::int32_t> count);

    std::shared_ptr<const Watchers> watchers_;
    std::vector<std::int64_t> wake_;        // per group: own price and what has fallen, at which it wakes
    std::vector<std::int64_t> chunk_wake_;  // per chunk: what has moved, at which some group in it may wake
    std::vector<std::int64_t> fallen_;      // per chunk, summed over rounds: the most that a price there fell
    std::vector<std::int64_t> moved_;       // per chunk, summed over rounds: that, and the most that a price rose
    std::vector<Movement> movement_;        // per facility
    std::vector<std::int32_t> moved_facilities_;
    std::vector<std::int64_t> fall_, rise_;  // scratch, per chunk
    std::vector<std::int32_t> moved_chunks_;
};

}  // namespace sheltermap

#pragma GCC diagnostic pop
