// SPDX-License-Identifier: Apache-2.0
#include "geometry/envelope.hpp"

namespace sheltermap {

Envelope envelope(std::span<const XY> vertices) noexcept {
    Envelope box;
    for (const XY at : vertices) box.add(at);
    return box;
}

std::vector<Envelope> envelopes(const GeometryColumn& column, const Execution& execution) {
    constexpr std::size_t rows_at_once = 512;
    std::vector<Envelope> boxes(column.size());
    parallel_for(column.size(), rows_at_once, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) boxes[row] = envelope(column.row_vertices(row));
    });
    return boxes;
}

}  // namespace sheltermap
