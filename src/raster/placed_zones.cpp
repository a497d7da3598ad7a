// SPDX-License-Identifier: Apache-2.0
#include "placed_zones.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/base/sum.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <numeric>
#include <stdexcept>
#include <string>

namespace sheltermap {
namespace {

constexpr double beyond_all = std::numeric_limits<double>::infinity();

constexpr double farthest = 1e12;  // no CRS has places beyond; areas of such zones would be no numbers

/// Positive for rings that run from the first axis towards the second.
double signed_area(std::span<const XY> ring) {
    Sum doubled;
    for (std::size_t i = 1; i < ring.size(); ++i) {
        const XY from{ring[i - 1].x - ring[0].x, ring[i - 1].y - ring[0].y};
        const XY to{ring[i].x - ring[0].x, ring[i].y - ring[0].y};
        doubled.add(from.x * to.y - to.x * from.y);
    }
    return doubled.value() / 2;
}

}  // namespace

PlacedZones::PlacedZones(const GeometryColumn& zones, const Grid& grid, double turn, const Execution& execution)
    : zones_(zones),
      grid_(grid),
      size_(zones.size()),
      column_in_rows_(zones.size(), grid.step.x / std::abs(grid.step.y)),
      ring_sign_(zones.vertex_offsets.size() - 1),
      least_(zones.size(), {beyond_all, beyond_all}),
      greatest_(zones.size(), {-beyond_all, -beyond_all}) {
    parallel_for(zones.size(), 256, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t zone = begin; zone < end; ++zone) measure(zone, turn > 0);
    });
    for (std::size_t zone = 0; zone < zones.size(); ++zone) place(zone, turn);
    std::ranges::stable_sort(placed_, {}, [](const PlacedZone& each) { return each.window.row; });
}

void PlacedZones::measure(std::size_t zone, bool in_degrees) {
    const GeometryType type = zones_.types[zone];
    if (type == GeometryType::missing) return;
    const bool is_line = type == GeometryType::line_string || type == GeometryType::multi_line_string;
    if (!is_areal(type) && !is_line)
        throw std::invalid_argument("row " + std::to_string(zone + 1) + " of the zones is no polygon and no line");
    XY &least = least_[zone], &greatest = greatest_[zone];
    for (const XY vertex : zones_.row_vertices(zone)) {
        if (!(std::abs(vertex.x) <= farthest && std::abs(vertex.y) <= farthest)) {
            throw CrsError(
                "row " + std::to_string(zone + 1) +
                " of the zones has a vertex that has no place in the raster's CRS; cut the zone to where the "
                "raster is");
        }
        least = {std::min(least.x, vertex.x), std::min(least.y, vertex.y)};
        greatest = {std::max(greatest.x, vertex.x), std::max(greatest.y, vertex.y)};
    }
    if (!is_line) return measure_rings(zone);
    if (in_degrees) column_in_rows_[zone] *= std::cos(std::midpoint(least.y, greatest.y) * std::numbers::pi / 180);
    Sum length;
    const auto first = zones_.ring_offsets[static_cast<std::size_t>(zones_.part_offsets[zone])];
    const auto last = zones_.ring_offsets[static_cast<std::size_t>(zones_.part_offsets[zone + 1])];
    for (auto line = first; line < last; ++line) {
        const auto vertices = zones_.ring(line);
        for (std::size_t i = 1; i < vertices.size(); ++i) {
            length.add(this->length(zone, (vertices[i].x - vertices[i - 1].x) / grid_.step.x,
                                    (vertices[i].y - vertices[i - 1].y) / grid_.step.y));
        }
    }
    size_[zone] = length.value();
}

void PlacedZones::measure_rings(std::size_t zone) {
    Sum area;
    const double cell = grid_.step.x * grid_.step.y;
    for (auto part = zones_.part_offsets[zone]; part < zones_.part_offsets[zone + 1]; ++part) {
        const auto first = zones_.ring_offsets[static_cast<std::size_t>(part)];
        for (auto ring = first; ring < zones_.ring_offsets[static_cast<std::size_t>(part) + 1]; ++ring) {
            const double in_cells = signed_area(zones_.ring(ring)) / cell;
            const bool is_shell = ring == first;
            ring_sign_[static_cast<std::size_t>(ring)] = (in_cells < 0) == is_shell ? 1 : -1;
            area.add(is_shell ? std::abs(in_cells) : -std::abs(in_cells));
        }
    }
    size_[zone] = area.value();
}

void PlacedZones::place(std::size_t zone, double turn) {
    const XY least = least_[zone], greatest = greatest_[zone];
    if (!(least.x <= greatest.x)) return;
    const auto columns = static_cast<double>(grid_.columns), rows = static_cast<double>(grid_.rows);
    double top = (least.y - grid_.corner.y) / grid_.step.y, bottom = (greatest.y - grid_.corner.y) / grid_.step.y;
    if (top > bottom) std::swap(top, bottom);
    // Clamped before they become whole numbers: coordinates may be larger than any of these.
    const bool is_line = !is_areal(zones_.types[zone]);
    const auto end_of = [&](double position, double most) {  // a line may lie on the edge of a cell, and is in it then
        const double clamped = std::clamp(position, 0.0, most);
        return is_line ? std::min(std::floor(clamped) + 1, most) : std::ceil(clamped);
    };
    const double first_row = std::floor(std::clamp(top, 0.0, rows)), end_row = end_of(bottom, rows);
    if (!(first_row < end_row)) return;
    const auto place_shifted = [&](double shift) {
        const double left = (least.x + shift - grid_.corner.x) / grid_.step.x;
        const double right = (greatest.x + shift - grid_.corner.x) / grid_.step.x;
        const double first = std::floor(std::clamp(left, 0.0, columns));
        const double end = end_of(right, columns);
        if (!(first < end)) return;
        placed_.push_back({zone,
                           shift,
                           {.column = static_cast<std::int64_t>(first),
                            .row = static_cast<std::int64_t>(first_row),
                            .columns = static_cast<std::int64_t>(end - first),
                            .rows = static_cast<std::int64_t>(end_row - first_row)}});
    };
    if (turn == 0) return place_shifted(0);
    const double grid_right = grid_.corner.x + columns * grid_.step.x;
    const auto most = static_cast<std::int64_t>(std::floor((grid_right - least.x) / turn));
    auto turns = static_cast<std::int64_t>(std::ceil((grid_.corner.x - greatest.x) / turn));
    for (; turns <= most; ++turns) place_shifted(static_cast<double>(turns) * turn);
}

}  // namespace sheltermap
