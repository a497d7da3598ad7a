// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/paths.hpp"

#include "sheltermap/network/edge_part.hpp"

#include "base/not_finite.hpp"
#include "network/edge_line.hpp"
#include "network/search.hpp"
#include <algorithm>
#include <cmath>
#include <numeric>
#include <stdexcept>

namespace sheltermap {
namespace {

struct Path {
    double cost = infinity;
    std::vector<EdgePart> parts;  ///< from the demand's side to the facility's
};

/// Traces ways back along one search.
class Tracer {
public:
    Tracer(const TravelCosts& travel, const SingleSearch& search, const Snap& facility)
        : travel_(travel), c_(travel.graph().columns()), search_(search), facility_(facility) {}

    [[nodiscard]] Path from(const Snap& demand) const {
        const auto ends = travel_.ends_of_demand(demand);
        const double length = c_.length_m[demand.edge];
        const double along = travel_.along_edge(demand, facility_) + travel_.offroad(facility_);
        const double by_from = ends.from + search_.cost(c_.edge_from[demand.edge]);
        const double by_to = ends.to + search_.cost(c_.edge_to[demand.edge]);
        Path path{.cost = std::min({along, by_from, by_to}), .parts = {}};
        if (std::isinf(path.cost)) return path;
        if (path.cost == along) {
            path.parts.push_back({demand.edge, demand.offset_m, facility_.offset_m});
        } else if (path.cost == by_from) {
            path.parts.push_back({demand.edge, demand.offset_m, 0});
            follow(c_.edge_from[demand.edge], path.parts);
        } else {
            path.parts.push_back({demand.edge, demand.offset_m, length});
            follow(c_.edge_to[demand.edge], path.parts);
        }
        path.cost += travel_.offroad(demand);
        // A place at a junction is on an edge that the way may have nothing to do with.
        const auto nothing = [](const EdgePart& part) { return part.begin_m == part.end_m; };
        if (!std::all_of(path.parts.begin(), path.parts.end(), nothing)) std::erase_if(path.parts, nothing);
        return path;
    }

private:
    void follow(std::uint32_t node, std::vector<EdgePart>& parts) const {
        while (search_.previous(node).node != Predecessor::none) {
            const auto [next, edge] = search_.previous(node);
            const bool along = c_.edge_from[edge] == node;
            parts.push_back({edge, along ? 0 : c_.length_m[edge], along ? c_.length_m[edge] : 0});
            node = next;
        }
        const auto ends = travel_.ends_of_facility(facility_);
        const bool at_from = node == c_.edge_from[facility_.edge];
        const bool at_to = node == c_.edge_to[facility_.edge];
        const bool in_by_from = at_from && (!at_to || ends.from <= ends.to);
        parts.push_back({facility_.edge, in_by_from ? 0 : c_.length_m[facility_.edge], facility_.offset_m});
    }

    const TravelCosts& travel_;
    const GraphColumns<ReadColumn>& c_;
    const SingleSearch& search_;
    const Snap& facility_;
};

/// A cost with room for the rounding of its sum, so that the way it is of is found again.
double rounded_up(double cost) { return cost * (1 + 1e-9) + 1e-6; }

void append_line(const Graph& graph, const Path& path, bool backwards, GeometryColumn& lines) {
    if (path.parts.empty()) {
        lines.append_missing();
        return;
    }
    std::vector<XY> line;
    for (const EdgePart& part : path.parts) append_edge_part(graph, part.edge, part.begin_m, part.end_m, line);
    if (line.size() == 1) line.push_back(line.front());
    if (backwards) std::reverse(line.begin(), line.end());
    lines.begin_row(GeometryType::line_string);
    lines.begin_part();
    lines.append_ring(line);
}

}  // namespace

Paths shortest_paths(const TravelGraph& travel_graph, std::span<const Snap> demand, std::span<const Snap> facilities,
                     std::span<const PathRequest> requests, const Execution& execution) {
    const TravelCosts& travel = travel_graph.costs();
    const auto in_rows = [](std::int64_t row, std::size_t rows) {
        return row >= 0 && static_cast<std::size_t>(row) < rows;
    };
    for (const PathRequest& each : requests) {
        if (in_rows(each.demand, demand.size()) && in_rows(each.facility, facilities.size())) continue;
        throw std::invalid_argument("paths: there is no pair of rows " + std::to_string(each.demand) + " and " +
                                    std::to_string(each.facility));
    }
    std::vector<std::size_t> order(requests.size());
    std::iota(order.begin(), order.end(), 0U);
    std::stable_sort(order.begin(), order.end(),
                     [&](std::size_t a, std::size_t b) { return requests[a].facility < requests[b].facility; });
    std::vector<std::size_t> groups;  // where another facility begins
    for (std::size_t i = 0; i < order.size(); ++i) {
        if (i == 0 || requests[order[i]].facility != requests[order[i - 1]].facility) groups.push_back(i);
    }
    groups.push_back(order.size());

    std::vector<Path> found(requests.size());
    constexpr std::size_t facilities_per_block = 8;
    parallel_for(groups.size() - 1, facilities_per_block, execution, [&](std::size_t begin, std::size_t end) {
        SingleSearch search(travel);
        for (std::size_t group = begin; group < end; ++group) {
            const std::span rows(order.data() + groups[group], order.data() + groups[group + 1]);
            const Snap& facility = facilities[static_cast<std::size_t>(requests[rows.front()].facility)];
            if (facility.state != SnapState::snapped) continue;
            double limit = 0;
            for (const std::size_t row : rows) limit = std::max(limit, rounded_up(requests[row].known_cost));
            search.run(seeds_of(travel, {&facility, 1}), limit, execution.stop);
            const Tracer tracer(travel, search, facility);
            for (const std::size_t row : rows) {
                const Snap& place = demand[static_cast<std::size_t>(requests[row].demand)];
                if (place.state == SnapState::snapped) found[row] = tracer.from(place);
            }
        }
    });

    const bool backwards = travel.options().direction == Direction::from_facility;
    Paths paths;
    for (Path& path : found) {
        append_line(travel.graph(), path, backwards, paths.lines);
        if (backwards) std::reverse(path.parts.begin(), path.parts.end());
        for (const EdgePart& part : path.parts) paths.edges.push_back(part.edge);
        paths.cost.push_back(path.cost);
        paths.offsets.push_back(static_cast<std::int64_t>(paths.edges.size()));
    }
    return paths;
}

}  // namespace sheltermap
