// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/geometry_column.hpp"
#include "sheltermap/raster/cell_source.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sheltermap {

/// A zone on a grid, brought there by whole turns round the Earth where it must be. One that lies across the first
/// meridian of a grid is on it twice.
struct PlacedZone {
    std::size_t zone = 0;
    double shift = 0;   ///< added to its eastings
    CellWindow window;  ///< the cells around it that are on the grid
};

/// Zones on a grid: polygons, or lines.
class PlacedZones {
public:
    /// `turn`: degrees round the Earth, 0 in systems in which nothing comes round. Throws std::invalid_argument for
    /// points, CrsError for a vertex that is nowhere on Earth.
    PlacedZones(const GeometryColumn& zones, const Grid& grid, double turn, const Execution& execution);

    [[nodiscard]] const std::vector<PlacedZone>& placed() const noexcept { return placed_; }  ///< ascending by row
    /// The size of a zone: of polygons in cells, of lines their length as `length` tells it.
    [[nodiscard]] double size_of(std::size_t zone) const noexcept { return size_[zone]; }
    /// How long a piece of a line is that goes so many columns and rows, in rows: in degrees by the latitude of the
    /// line's middle, so that pieces add up to the whole.
    [[nodiscard]] double length(std::size_t zone, double columns, double rows) const noexcept {
        return std::hypot(columns * column_in_rows_[zone], rows);
    }
    /// Calls `edge(from, to, sign)` for all edges, in columns and rows from the first cell of the zone's window.
    template <class Edge>
    void for_each_edge(const PlacedZone& placed, Edge edge) const;

private:
    void measure(std::size_t zone, bool in_degrees);
    void measure_rings(std::size_t zone);
    void place(std::size_t zone, double turn);

    const GeometryColumn& zones_;
    Grid grid_;
    std::vector<double> size_, column_in_rows_;  // per zone
    std::vector<double> ring_sign_;              // per ring: of its edges, see CellFractions
    std::vector<XY> least_, greatest_;           // per zone
    std::vector<PlacedZone> placed_;
};

template <class Edge>
void PlacedZones::for_each_edge(const PlacedZone& placed, Edge edge) const {
    // The corner of the nearest cell keeps the digits of small zones.
    const XY corner{grid_.corner.x + static_cast<double>(placed.window.column) * grid_.step.x,
                    grid_.corner.y + static_cast<double>(placed.window.row) * grid_.step.y};
    const auto on_grid = [&](XY at) {
        return XY{(at.x + placed.shift - corner.x) / grid_.step.x, (at.y - corner.y) / grid_.step.y};
    };
    const auto first = zones_.ring_offsets[static_cast<std::size_t>(zones_.part_offsets[placed.zone])];
    const auto last = zones_.ring_offsets[static_cast<std::size_t>(zones_.part_offsets[placed.zone + 1])];
    for (auto r = first; r < last; ++r) {
        const auto ring = zones_.ring(r);
        if (ring.empty()) continue;
        const double sign = ring_sign_[static_cast<std::size_t>(r)];
        XY from = on_grid(ring.front());
        for (const XY vertex : ring.subspan(1)) {
            const XY to = on_grid(vertex);
            edge(from, to, sign);
            from = to;
        }
    }
}

}  // namespace sheltermap
