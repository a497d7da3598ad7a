// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geometry/geometry_column.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace sheltermap {
namespace {

bool has_equal_neighbours(const std::vector<std::int64_t>& offsets) {
    return std::ranges::adjacent_find(offsets) != offsets.end();
}

std::size_t rings_of(const GeometryColumn& column, std::size_t row) {
    const auto first = static_cast<std::size_t>(column.part_offsets[row]);
    const auto last = static_cast<std::size_t>(column.part_offsets[row + 1]);
    return static_cast<std::size_t>(column.ring_offsets[last] - column.ring_offsets[first]);
}

void append_filled_parts(GeometryColumn& kept, const GeometryColumn& from, std::size_t row) {
    for (auto part = from.part_offsets[row]; part < from.part_offsets[row + 1]; ++part) {
        const auto first = from.ring_offsets[static_cast<std::size_t>(part)];
        const auto last = from.ring_offsets[static_cast<std::size_t>(part) + 1];
        if (from.vertex_offsets[static_cast<std::size_t>(first)] == from.vertex_offsets[static_cast<std::size_t>(last)])
            continue;
        kept.begin_part();
        for (auto ring = first; ring < last; ++ring) {
            if (ring == first || !from.ring(ring).empty()) kept.append_ring(from.ring(ring));
        }
    }
}

}  // namespace

std::vector<std::size_t> drop_empty_parts(GeometryColumn& column) {
    std::vector<std::size_t> changed;
    if (!has_equal_neighbours(column.vertex_offsets) && !has_equal_neighbours(column.ring_offsets)) return changed;
    GeometryColumn kept;
    for (std::size_t row = 0; row < column.size(); ++row) {
        const std::size_t rings = kept.vertex_offsets.size(), parts = kept.ring_offsets.size();
        kept.begin_row(column.types[row]);
        append_filled_parts(kept, column, row);
        if (kept.part_offsets[row] == kept.part_offsets[row + 1]) kept.types[row] = GeometryType::missing;
        if (kept.ring_offsets.size() - parts !=
                static_cast<std::size_t>(column.part_offsets[row + 1] - column.part_offsets[row]) ||
            kept.vertex_offsets.size() - rings != rings_of(column, row))
            changed.push_back(row);
    }
    column = std::move(kept);
    return changed;
}

}  // namespace sheltermap
