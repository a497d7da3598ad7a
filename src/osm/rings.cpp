// SPDX-License-Identifier: Apache-2.0
#include "rings.hpp"

#include <algorithm>
#include <cstddef>
#include <iterator>
#include <unordered_map>

namespace sheltermap::osm {

std::optional<std::vector<std::vector<std::int64_t>>> joined_rings(std::span<const std::vector<std::int64_t>> ways) {
    std::unordered_multimap<std::int64_t, std::size_t> ending_at;
    std::vector<bool> used(ways.size(), false);
    for (std::size_t i = 0; i < ways.size(); ++i) {
        if (ways[i].size() < 2) return std::nullopt;
        ending_at.emplace(ways[i].front(), i);
        ending_at.emplace(ways[i].back(), i);
    }
    std::vector<std::vector<std::int64_t>> rings;
    for (std::size_t first = 0; first < ways.size(); ++first) {
        if (used[first]) continue;
        used[first] = true;
        std::vector<std::int64_t> ring = ways[first];
        while (ring.front() != ring.back()) {
            const auto [begin, end] = ending_at.equal_range(ring.back());
            const auto next = std::find_if(begin, end, [&](const auto& each) { return !used[each.second]; });
            if (next == end) return std::nullopt;
            used[next->second] = true;
            const auto& way = ways[next->second];
            if (way.front() == ring.back()) {
                ring.insert(ring.end(), std::next(way.begin()), way.end());
            } else {
                ring.insert(ring.end(), std::next(way.rbegin()), way.rend());
            }
        }
        rings.push_back(std::move(ring));
    }
    return rings;
}

}  // namespace sheltermap::osm
