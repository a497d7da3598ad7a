// SPDX-License-Identifier: Apache-2.0
#include "boundary.hpp"

#include "base/memory.hpp"
#include "geometry/eastward_ray.hpp"
#include "geometry/orientation.hpp"
#include "geometry/ray_beside.hpp"
#include <algorithm>
#include <limits>
#include <stdexcept>

namespace sheltermap {
namespace {

constexpr std::size_t rows_at_once = 128;

std::size_t ring_count(const GeometryColumn& column, std::size_t row) {
    return static_cast<std::size_t>(column.ring_offsets[static_cast<std::size_t>(column.part_offsets[row + 1])] -
                                    column.ring_offsets[static_cast<std::size_t>(column.part_offsets[row])]);
}

}  // namespace

const Boundary::Ring& Boundary::ring_of(std::uint32_t edge) const noexcept {
    return rings_.size() == 1 ? rings_.front() : *std::ranges::upper_bound(rings_, edge, {}, &Ring::end);
}

void Boundary::prefetch() const noexcept {
    constexpr std::size_t most = 32;  // of a large polygon only some boxes are looked at
    const std::size_t nodes = std::min<std::size_t>(level_begin_[levels_], most);
    const auto* const bytes = reinterpret_cast<const char*>(nodes_);
    for (std::size_t byte = 0; byte < nodes * sizeof(Node); byte += 64) sheltermap::prefetch(bytes + byte);
}

template <class Ray>
bool Boundary::follow(std::size_t level, std::size_t first, std::size_t last, XY point, Ray& ray) const noexcept {
    for (std::size_t i = first; i < last; ++i) {
        const Node& node = nodes_[level_begin_[level] + i];
        if (point.y < node.box.min_y || point.y > node.box.max_y || point.x > node.box.max_x) continue;
        const bool in_one_ring = level == 0 || &ring_of(node.begin) == &ring_of(node.end - 1);
        if (point.x < node.box.min_x && in_one_ring) {
            ray.passes(vertices_[node.begin], vertices_[node.end]);
        } else if (level > 0) {
            const std::size_t end = std::min((i + 1) * width, level_size(level - 1));
            if (follow(level - 1, i * width, end, point, ray)) return true;
        } else {
            bool on_edge = false;
            for (std::uint32_t edge = node.begin; edge < node.end; ++edge) {
                on_edge |= ray.meets(vertices_[edge], vertices_[edge + 1]);
            }
            if (on_edge) return true;
        }
    }
    return false;
}

Location Boundary::locate(XY point) const noexcept {
    if (!box_.holds(point)) return Location::outside;
    EastwardRay ray(point);
    if (follow(levels_ - 1, 0, level_size(levels_ - 1), point, ray)) return Location::boundary;
    return ray.inside() ? Location::inside : Location::outside;
}

bool Boundary::holds_beside(XY from, XY towards, bool left) const noexcept {
    if (!box_.holds(from)) return false;
    RayBeside ray(from, towards, left);
    static_cast<void>(follow(levels_ - 1, 0, level_size(levels_ - 1), from, ray));
    return ray.inside();
}

void BoundaryStorage::make(Boundary& boundary, const GeometryColumn& column, std::size_t row, Boundary::Ring* rings,
                           Boundary::Node* nodes) {
    boundary.vertices_ = column.row_vertices(row);
    boundary.rings_ = {rings, ring_count(column, row)};
    boundary.nodes_ = nodes;
    if (boundary.vertices_.size() > std::numeric_limits<std::uint32_t>::max()) {
        throw std::length_error("a polygon of more than 2^32 - 1 vertices");
    }
    std::uint32_t begin = 0;
    std::uint32_t size = 0;
    for (auto part = column.part_offsets[row]; part < column.part_offsets[row + 1]; ++part) {
        const auto shell = column.ring_offsets[static_cast<std::size_t>(part)];
        for (auto r = shell; r < column.ring_offsets[static_cast<std::size_t>(part) + 1]; ++r) {
            const auto ring = column.ring(r);
            const auto end = begin + static_cast<std::uint32_t>(ring.size());
            *rings++ = {end, runs_counter_clockwise(ring) == (r == shell) ? 1.0 : -1.0};
            for (std::uint32_t edge = begin; edge + 1 < end; edge += Boundary::width) {
                const std::uint32_t last = std::min<std::uint32_t>(edge + Boundary::width, end - 1);
                nodes[size++] = {envelope(ring.subspan(edge - begin, last + 1 - edge)), edge, last};
            }
            begin = end;
        }
    }
    std::uint32_t level_begin = 0;
    boundary.levels_ = 0;
    while (size > 0) {
        boundary.level_begin_[boundary.levels_++] = level_begin;
        boundary.level_begin_[boundary.levels_] = level_begin + size;
        if (size <= Boundary::width) break;
        const Boundary::Node* const below = nodes + level_begin;
        level_begin += size;
        Boundary::Node* const above = nodes + level_begin;
        for (std::uint32_t i = 0; i < size; ++i) {
            if (i % Boundary::width == 0) above[i / Boundary::width] = below[i];
            above[i / Boundary::width].box.add(below[i].box);
            above[i / Boundary::width].end = below[i].end;
        }
        size = (size - 1) / static_cast<std::uint32_t>(Boundary::width) + 1;
    }
    boundary.box_ = {};
    if (boundary.levels_ == 0) return;
    for (std::uint32_t i = level_begin; i < level_begin + size; ++i) boundary.box_.add(nodes[i].box);
}

std::size_t BoundaryStorage::node_count(const GeometryColumn& column, std::size_t row) {
    const auto first = column.ring_offsets[static_cast<std::size_t>(column.part_offsets[row])];
    const auto last = column.ring_offsets[static_cast<std::size_t>(column.part_offsets[row + 1])];
    std::size_t level = 0;
    for (auto ring = first; ring < last; ++ring) {
        const std::size_t vertices = column.ring(ring).size();
        if (vertices > 1) level += (vertices - 2) / Boundary::width + 1;
    }
    std::size_t count = level;
    while (level > Boundary::width) count += level = (level + Boundary::width - 1) / Boundary::width;
    return count;
}

BoundaryStorage::BoundaryStorage(const GeometryColumn& column, const Execution& execution)
    : boundaries_(column.size()), rings_(column.vertex_offsets.size() - 1) {
    std::vector<std::size_t> nodes_before(column.size() + 1);
    for (std::size_t row = 0; row < column.size(); ++row) {
        nodes_before[row + 1] = nodes_before[row] + node_count(column, row);
    }
    reserve_in_large_pages(nodes_, nodes_before.back());
    nodes_.resize(nodes_before.back());
    parallel_for(column.size(), rows_at_once, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            const auto first_ring = column.ring_offsets[static_cast<std::size_t>(column.part_offsets[row])];
            make(boundaries_[row], column, row, rings_.data() + first_ring, nodes_.data() + nodes_before[row]);
        }
    });
}

const Boundary& BoundaryStorage::put(const GeometryColumn& column, std::size_t row) {
    boundaries_.resize(1);
    rings_.resize(ring_count(column, row));
    nodes_.resize(node_count(column, row));
    make(boundaries_.front(), column, row, rings_.data(), nodes_.data());
    return boundaries_.front();
}

}  // namespace sheltermap
