// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sheltermap {

/// An areal row made ready for many point tests: its edges lie in horizontal bands, so that a test looks only at the
/// edges level with the point. Immutable; copies what it needs.
class PreparedPolygon {
public:
    PreparedPolygon(const GeometryColumn& column, std::size_t row);

    struct Box {
        double min_x, min_y, max_x, max_y;
    };
    /// Only where the row has vertices.
    [[nodiscard]] const Box& envelope() const noexcept { return box_; }

    /// Inside or on the boundary of a ring. Rings count by the even-odd rule.
    [[nodiscard]] bool covers(XY point) const noexcept;

private:
    struct Edge {
        XY from, to;
    };
    [[nodiscard]] std::size_t band_of(double y) const noexcept;
    void collect_edges(const GeometryColumn& column, std::size_t row);
    void sort_into_bands();

    Box box_{};
    double bands_per_unit_ = 0;
    std::vector<Edge> edges_;              // band by band; an edge stands in every band it touches
    std::vector<std::size_t> band_begin_;  // bands + 1
};

}  // namespace sheltermap
