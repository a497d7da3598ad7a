// SPDX-License-Identifier: Apache-2.0
#include "nearest_cells.hpp"

#include <boost/polygon/voronoi.hpp>

#include "geometry/geos.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

namespace sheltermap {
namespace {

using Diagram = boost::polygon::voronoi_diagram<double>;
using GridXY = boost::polygon::point_data<std::int32_t>;

constexpr double samples_per_distance = 10;
/// Lines farther apart than this many distances have nothing to do with each other; see `is_contested`.
constexpr double contested_distances = 4;
constexpr std::int64_t no_group = -1;
constexpr std::int64_t several = -2;

/// A line in the plane, with the metres of the plane that the distance is there.
struct PlaneLine {
    std::int64_t group;
    double distance;
    std::vector<XY> vertices;
    double length = 0;
};

std::vector<PlaneLine> in_plane(const GeometryColumn& lines, std::span<const std::int64_t> group, const Mercator& plane,
                                double distance_m) {
    std::vector<PlaneLine> result;
    for (std::size_t row = 0; row < lines.size(); ++row) {
        const auto first = lines.ring_offsets[static_cast<std::size_t>(lines.part_offsets[row])];
        const auto last = lines.ring_offsets[static_cast<std::size_t>(lines.part_offsets[row + 1])];
        for (auto part = first; part < last; ++part) {
            const auto vertices = lines.ring(part);
            PlaneLine line{
                .group = group[row], .distance = distance_m * Mercator::scale(vertices.front().y), .vertices = {}};
            for (const XY vertex : vertices) line.vertices.push_back(plane.from_lonlat(vertex));
            for (std::size_t i = 1; i < line.vertices.size(); ++i) {
                line.length += std::hypot(line.vertices[i].x - line.vertices[i - 1].x,
                                          line.vertices[i].y - line.vertices[i - 1].y);
            }
            result.push_back(std::move(line));
        }
    }
    return result;
}

/// Calls `visit(point)` for points along a line, at most `spacing` apart and half of that from its ends.
template <class Visit>
void sample(const PlaneLine& line, double spacing, Visit visit) {
    const double count = std::max(1.0, std::ceil(line.length / spacing));
    double at = 0;
    double next = line.length / count / 2;
    for (std::size_t i = 1; i < line.vertices.size(); ++i) {
        const XY from = line.vertices[i - 1];
        const XY to = line.vertices[i];
        const double length = std::hypot(to.x - from.x, to.y - from.y);
        for (; next <= at + length && length > 0; next += line.length / count) {
            const double share = (next - at) / length;
            visit(XY{from.x + share * (to.x - from.x), from.y + share * (to.y - from.y)});
        }
        at += length;
    }
}

/// Which groups are in which square of a grid.
class GroupGrid {
public:
    GroupGrid(std::span<const PlaneLine> lines) {
        for (const PlaneLine& line : lines) size_ = std::max(size_, contested_distances * line.distance);
        for (const PlaneLine& line : lines) {
            sample(line, line.distance, [&](XY at) {
                std::int64_t& here = squares_.try_emplace(key(square(at.x), square(at.y)), line.group).first->second;
                if (here != line.group) here = several;
            });
        }
    }

    /// Whether a line of another group may be within three distances: points half a distance from any of the line lie
    /// in squares next to those of the other.
    [[nodiscard]] bool is_contested(const PlaneLine& line) const {
        bool found = false;
        sample(line, line.distance, [&](XY at) {
            for (std::int64_t dx = -1; dx <= 1 && !found; ++dx) {
                for (std::int64_t dy = -1; dy <= 1 && !found; ++dy) {
                    const auto near = squares_.find(key(square(at.x) + dx, square(at.y) + dy));
                    found = near != squares_.end() && near->second != line.group;
                }
            }
        });
        return found;
    }

private:
    [[nodiscard]] std::int64_t square(double coordinate) const {
        return static_cast<std::int64_t>(std::floor(coordinate / size_));
    }
    static std::int64_t key(std::int64_t x, std::int64_t y) { return x * (std::int64_t{1} << 32) + y; }

    double size_ = 1;
    std::unordered_map<std::int64_t, std::int64_t> squares_;
};

/// Sites of the diagram on a grid of whole numbers, the four last far away on all sides: no other cell is open.
struct Sites {
    std::vector<GridXY> at;
    std::vector<std::int64_t> group;
    double per_metre = 1;
};

Sites sites_of(std::span<const PlaneLine> lines) {
    constexpr double cell_per_metre = 100;  // a site is right within 1 cm
    constexpr double farthest_site = 4e8;   // and the corners of the world lie at 2e9, within 32 bits
    constexpr std::int32_t corner = 2'000'000'000;
    const GroupGrid grid(lines);
    std::vector<std::pair<XY, std::int64_t>> samples;
    double farthest = 0;
    for (const PlaneLine& line : lines) {
        const double spacing = line.distance / (grid.is_contested(line) ? samples_per_distance : 1);
        sample(line, spacing, [&](XY at) {
            samples.emplace_back(at, line.group);
            farthest = std::max({farthest, std::abs(at.x), std::abs(at.y)});
        });
    }
    Sites sites;
    sites.per_metre = std::min(cell_per_metre, farthest_site / farthest);
    std::vector<std::tuple<std::int32_t, std::int32_t, std::int64_t>> order;
    order.reserve(samples.size());
    for (const auto& [at, group] : samples) {
        order.emplace_back(static_cast<std::int32_t>(std::lround(at.x * sites.per_metre)),
                           static_cast<std::int32_t>(std::lround(at.y * sites.per_metre)), group);
    }
    std::sort(order.begin(), order.end());
    for (const auto& [x, y, group] : order) {  // where several share a point it is the lowest group's
        if (!sites.at.empty() && sites.at.back() == GridXY(x, y)) continue;
        sites.at.emplace_back(x, y);
        sites.group.push_back(group);
    }
    for (const auto& [x, y] : {std::pair{-corner, -corner}, {-corner, corner}, {corner, -corner}, {corner, corner}}) {
        sites.at.emplace_back(x, y);
        sites.group.push_back(no_group);
    }
    return sites;
}

/// The edges between cells of different groups: per group those around its own cells, each a line of two vertices.
std::vector<GeometryColumn> borders(const Sites& sites, std::size_t groups) {
    Diagram diagram;
    boost::polygon::construct_voronoi(sites.at.begin(), sites.at.end(), &diagram);
    std::vector<GeometryColumn> result(groups);
    for (auto& border : result) border.begin_row(GeometryType::multi_line_string);
    for (const auto& edge : diagram.edges()) {
        const std::int64_t group = sites.group[edge.cell()->source_index()];
        if (group == no_group || group == sites.group[edge.twin()->cell()->source_index()]) continue;
        const std::array<XY, 2> line{{{edge.vertex0()->x() / sites.per_metre, edge.vertex0()->y() / sites.per_metre},
                                      {edge.vertex1()->x() / sites.per_metre, edge.vertex1()->y() / sites.per_metre}}};
        if (line[0] == line[1]) continue;
        GeometryColumn& border = result[static_cast<std::size_t>(group)];
        border.begin_part();
        border.append_ring(line);
    }
    return result;
}

}  // namespace

GeometryColumn nearest_cells(const GeometryColumn& lines, std::span<const std::int64_t> group, std::size_t groups,
                             const Mercator& plane, double distance_m, const Execution& execution) {
    const auto flat = in_plane(lines, group, plane, distance_m);
    const auto around = borders(sites_of(flat), groups);
    std::vector<GeometryColumn> cells(groups);
    parallel_for(groups, 1, execution, [&](std::size_t each, std::size_t) {
        if (around[each].ring_offsets.size() == 1) return cells[each].append_missing();
        const GeosGeometry area =
            checked(GEOSBuildArea_r(geos().handle, to_geos(around[each], 0).get()), "cells of a Voronoi diagram");
        append_geos_parts(cells[each], area.get(), GeometryType::multi_polygon);
    });
    return concatenated(cells, execution);
}

}  // namespace sheltermap
