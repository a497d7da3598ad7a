// SPDX-License-Identifier: Apache-2.0
#include "planning/price_watch.hpp"

#include "planning/transport.hpp"
#include <utility>

// Rows, facilities and nodes are std::int32_t, as in Reach, and index as they are.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsign-conversion"

namespace sheltermap {
namespace {

/// Sums beyond it begin anew, long before they could overflow.
constexpr std::int64_t most_summed = std::int64_t{1} << 60U;

}  // namespace

PriceWatch::PriceWatch(const TransportArcs& arcs, std::span<const std::int32_t> count)
    : watchers_(watchers(arcs, count)), wake_(count.size(), asleep_never), movement_(arcs.facilities + 1) {
    const std::size_t chunks = (count.size() + groups_per_chunk - 1) / groups_per_chunk;
    chunk_wake_.resize(chunks, asleep_never);
    fallen_.resize(chunks, 0);
    moved_.resize(chunks, 0);
    fall_.resize(chunks, 0);
    rise_.resize(chunks, 0);
}

void PriceWatch::widen(const TransportArcs& arcs, std::span<const std::int32_t> count) {
    watchers_ = watchers(arcs, count);
}

std::shared_ptr<const PriceWatch::Watchers> PriceWatch::watchers(const TransportArcs& arcs,
                                                                 std::span<const std::int32_t> count) {
    auto made = std::make_shared<Watchers>();
    made->offsets.assign(arcs.facilities + 1, 0);
    std::vector<std::pair<std::int32_t, std::int32_t>> pairs;  // facility, chunk
    std::vector<std::int32_t> last(arcs.facilities, -1);
    for (std::size_t group = 0; group < count.size(); ++group) {
        const auto chunk = static_cast<std::int32_t>(group / groups_per_chunk);
        const std::int64_t begin = arcs.offsets[group];
        for (std::int64_t arc = begin; arc < begin + count[group]; ++arc) {
            const std::int32_t facility = arcs.facility[arc];
            if (last[facility] == chunk) continue;
            last[facility] = chunk;
            pairs.emplace_back(facility, chunk);
            ++made->offsets[facility + 1];
        }
    }
    for (std::int32_t facility = 0; facility < arcs.facilities; ++facility) {
        made->offsets[facility + 1] += made->offsets[facility];
    }
    made->chunk.resize(pairs.size());
    std::vector<std::int64_t> next(made->offsets.begin(), made->offsets.end() - 1);
    for (const auto& [facility, chunk] : pairs) made->chunk[next[facility]++] = chunk;
    return made;
}

void PriceWatch::begin_round() {
    for (const std::int32_t facility : moved_facilities_) {
        Movement& own = movement_[facility];
        for (std::int64_t each = watchers_->offsets[facility]; each < watchers_->offsets[facility + 1]; ++each) {
            const std::int32_t chunk = watchers_->chunk[each];
            if (fall_[chunk] == 0 && rise_[chunk] == 0) moved_chunks_.push_back(chunk);
            fall_[chunk] = std::max(fall_[chunk], own.fall);
            rise_[chunk] = std::max(rise_[chunk], own.rise);
        }
        own = {};
    }
    moved_facilities_.clear();
    for (const std::int32_t chunk : moved_chunks_) {
        fallen_[chunk] += fall_[chunk];
        moved_[chunk] += fall_[chunk] + rise_[chunk];
        fall_[chunk] = rise_[chunk] = 0;
        if (moved_[chunk] > most_summed) {
            fallen_[chunk] = moved_[chunk] = 0;
            chunk_wake_[chunk] = asleep_never;
            std::fill(wake_.begin() + first_of(chunk), wake_.begin() + end_of(chunk), asleep_never);
        }
    }
    moved_chunks_.clear();
}

}  // namespace sheltermap

#pragma GCC diagnostic pop
