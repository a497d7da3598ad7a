// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/graph.hpp"

#include <utility>

namespace sheltermap {

Graph::Graph(std::shared_ptr<const void> memory, const GraphColumns<ReadColumn>& columns, GraphInfo info)
    : memory_(std::move(memory)), columns_(columns), info_(std::make_shared<const GraphInfo>(std::move(info))) {}

std::span<const Arc> Graph::arcs(std::uint32_t node) const noexcept {
    const std::uint32_t begin = columns_.arc_begin[node];
    return columns_.arcs.subspan(begin, columns_.arc_begin[node + 1] - begin);
}

std::span<const GridPoint> Graph::vertices(std::uint32_t edge) const noexcept {
    const std::uint64_t begin = columns_.vertex_begin[edge];
    return columns_.vertices.subspan(begin, columns_.vertex_begin[edge + 1] - begin);
}

std::string_view Graph::name(std::uint32_t edge) const noexcept {
    const std::uint32_t number = columns_.name[edge];
    const std::uint32_t begin = columns_.name_begin[number];
    return {columns_.name_text.data() + begin, columns_.name_begin[number + 1] - begin};
}

}  // namespace sheltermap
