// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/travel.hpp"

#include "sheltermap/index/neighbour.hpp"
#include "sheltermap/network/edge_part.hpp"
#include "sheltermap/network/paths.hpp"
#include "sheltermap/network/traffic.hpp"
#include "sheltermap/reach/network_reach.hpp"
#include "sheltermap/reach/reached_streets.hpp"
#include "sheltermap/reach/street_flows.hpp"
#include "sheltermap/reach/ways_out.hpp"

#include <pybind11/stl.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include "cost_units.hpp"
#include "edges.hpp"
#include "snaps.hpp"
#include <limits>
#include <optional>

namespace sheltermap::python {
namespace {

using namespace pybind11::literals;

Direction to_direction(const std::string& direction) {
    if (direction == "to") return Direction::to_facility;
    if (direction == "from") return Direction::from_facility;
    throw py::value_error("direction must be 'to' or 'from' the facility, not '" + direction + "'");
}

Traffic to_traffic(const Array<std::int64_t>& edge, const Array<double>& begin_m, const Array<double>& end_m,
                   const Array<double>& speed_factor) {
    const auto edges = view(edge, "edge");
    const auto begin = view(begin_m, "begin_m"), end = view(end_m, "end_m");
    const auto factors = view(speed_factor, "speed_factor");
    if (begin.size() != edges.size() || end.size() != edges.size() || factors.size() != edges.size()) {
        throw py::value_error("traffic: columns of different lengths");
    }
    std::vector<EdgeChange> changes;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        if (edges[i] < 0 || edges[i] > std::numeric_limits<std::int32_t>::max()) {
            throw py::value_error("traffic: there is no edge " + std::to_string(edges[i]));
        }
        changes.push_back({static_cast<std::uint32_t>(edges[i]), begin[i], end[i], factors[i]});
    }
    return Traffic(std::move(changes));
}

py::array_t<bool> closed_at(const Traffic& traffic, const Graph& graph, const Snaps& snaps) {
    py::array_t<bool> closed(static_cast<py::ssize_t>(snaps.rows.size()));
    auto rows = closed.mutable_unchecked<1>();
    for (std::size_t i = 0; i < snaps.rows.size(); ++i) {
        const Snap& snap = snaps.rows[i];
        rows(static_cast<py::ssize_t>(i)) =
            snap.state == SnapState::snapped && traffic.closed_at(graph, snap.edge, snap.offset_m);
    }
    return closed;
}

void bind_traffic(py::module_& m) {
    py::class_<Rows<EdgeChange>> closed(m, "ClosedParts", "Parts of edges that nobody passes, one entry per part.");
    def_row_column<std::int64_t>(closed, "edge", &EdgeChange::edge, "int64.");
    def_row_column<double>(closed, "begin_m", &EdgeChange::begin_m, "float64: along the edge from its first vertex.");
    def_row_column<double>(closed, "end_m", &EdgeChange::end_m, "float64: along the edge.");
    py::class_<Traffic>(m, "Traffic", "The edges that are closed or slower in one question.")
        .def(py::init(&to_traffic), "edge"_a, "begin_m"_a, "end_m"_a, "speed_factor"_a)
        .def(
            "closed_parts",
            [](const Traffic& self) { return Rows<EdgeChange>{{self.closed().begin(), self.closed().end()}}; },
            "What is closed, by edge and along it; parts do not overlap.")
        .def("closed_at", &closed_at, "graph"_a, "snaps"_a, "Which places get on the streets where they are closed.");
}

void bind_network_reach(py::module_& m) {
    py::class_<TravelGraph>(m, "TravelGraph", "A graph with a cost on every way along an edge, for one question.")
        .def(py::init([](const Graph& graph, const Traffic& traffic, const std::string& unit,
                         const std::string& direction, std::optional<double> pace_m_s) {
                 const TravelOptions options{to_unit(unit), to_direction(direction), pace_m_s.value_or(0)};
                 const py::gil_scoped_release unlocked;
                 return std::make_unique<TravelGraph>(graph, traffic, options);
             }),
             "graph"_a, "traffic"_a, "unit"_a, "direction"_a, "pace_m_s"_a = py::none());
    m.def(
        "network_reach",
        [](const TravelGraph& travel, const Snaps& demand, const Snaps& facilities, std::optional<std::size_t> k,
           std::optional<double> limit) {
            NetworkReachOptions options{.k = k.value_or(all_places)};
            if (limit) options.limit = *limit;
            return run_cancellable([&](const Execution& execution) {
                return network_reach(travel, demand.rows, facilities.rows, options, execution);
            });
        },
        "travel"_a, "demand"_a, "facilities"_a, py::kw_only(), "k"_a = 1, "limit"_a = py::none(),
        "Reach along the streets; k None for every facility within the limit, in the unit of the travel.");
}

void bind_reached_streets(py::module_& m) {
    py::class_<Rows<ReachedStretch>> result(
        m, "ReachedStreets", "Parts of edges that one facility is nearest to all along, by edge and along it.");
    def_row_column<std::int64_t>(result, "edge", &ReachedStretch::edge, "int64.");
    def_row_column<std::int64_t>(result, "facility", &ReachedStretch::facility, "int64: row of the nearest.");
    def_row_column<std::int64_t>(result, "limit", &ReachedStretch::limit,
                                 "int64: the first of the ascending limits that the part lies within.");
    def_row_column<double>(result, "begin_m", &ReachedStretch::begin_m,
                           "float64: along the edge from its first vertex.");
    def_row_column<double>(result, "end_m", &ReachedStretch::end_m, "float64: along the edge.");
    def_row_column<double>(result, "begin_cost", &ReachedStretch::begin_cost,
                           "float64: of the way between facility and begin; changes evenly up to end_cost.");
    def_row_column<double>(result, "end_cost", &ReachedStretch::end_cost, "float64.");
    m.def(
        "reached_streets",
        [](const TravelGraph& travel, const Snaps& facilities, const Array<double>& limits) {
            const auto ascending = view(limits, "limits");
            return run_cancellable([&](const Execution& execution) {
                return Rows<ReachedStretch>{reached_streets(travel, facilities.rows, ascending, execution)};
            });
        },
        "travel"_a, "facilities"_a, "limits"_a,
        "The parts of streets within ascending limits of the nearest facility.");
}

std::vector<PathRequest> to_requests(const Array<std::int64_t>& demand_row, const Array<std::int64_t>& facility_row,
                                     const Array<double>& known_cost) {
    const auto from = view(demand_row, "demand_row");
    const auto to = view(facility_row, "facility_row");
    const auto cost = view(known_cost, "known_cost");
    if (from.size() != to.size() || from.size() != cost.size()) {
        throw py::value_error("paths: columns of different lengths");
    }
    std::vector<PathRequest> requests;
    for (std::size_t i = 0; i < from.size(); ++i) requests.push_back({from[i], to[i], cost[i]});
    return requests;
}

void bind_paths(py::module_& m) {
    py::class_<Paths, std::shared_ptr<Paths>> result(
        m, "Paths", "The cheapest ways, in the order they were asked for, in the direction of travel.");
    def_column(result, "cost", &Paths::cost, "float64: with the ways beside the streets; infinity without a way.");
    def_column(result, "offsets", &Paths::offsets,
               "int64, shape (paths + 1,): the edges of path p are edges[offsets[p]:offsets[p + 1]].");
    def_column(result, "edges", &Paths::edges, "uint32: gone along one after another, perhaps in part.");
    result.def_property_readonly(
        "lines", [](const std::shared_ptr<Paths>& self) { return std::shared_ptr<GeometryColumn>(self, &self->lines); },
        "From street point to street point in WGS 84; missing without a way.");
    m.def(
        "shortest_paths",
        [](const TravelGraph& travel, const Snaps& demand, const Snaps& facilities,
           const Array<std::int64_t>& demand_row, const Array<std::int64_t>& facility_row,
           const Array<double>& known_cost) {
            const auto requests = to_requests(demand_row, facility_row, known_cost);
            return run_cancellable([&](const Execution& execution) {
                return shortest_paths(travel, demand.rows, facilities.rows, requests, execution);
            });
        },
        "travel"_a, "demand"_a, "facilities"_a, "demand_row"_a, "facility_row"_a, "known_cost"_a,
        "The cheapest ways of pairs of rows; a known cost is infinity where it is not known.");
}

void bind_ways_out(py::module_& m) {
    py::class_<WaysOut> result(m, "WaysOut", "Ways that leave something, one entry per demand row.");
    def_column(result, "facility", &WaysOut::facility, "int32: row of the cheapest; -1 where no way leads to any.");
    def_column(result, "cost", &WaysOut::cost, "float64: of the whole way; infinity where there is none.");
    def_column(result, "beyond", &WaysOut::beyond,
               "float64: of the part after the last point in a stretch; NaN where the way has no such point.");
    m.def(
        "ways_out",
        [](const TravelGraph& travel, const Snaps& demand, const Snaps& facilities, const Array<std::int64_t>& edge,
           const Array<double>& begin_m, const Array<double>& end_m) {
            auto stretches = to_edge_parts(travel.graph(), edge, begin_m, end_m);
            return run_cancellable([&](const Execution& execution) {
                return ways_out(travel, demand.rows, facilities.rows, std::move(stretches), execution);
            });
        },
        "travel"_a, "demand"_a, "facilities"_a, py::kw_only(), "edge"_a, "begin_m"_a, "end_m"_a,
        "The cheapest way of every row, and what of it lies beyond stretches of edges.");
}

FlowOptions to_flow_options(std::optional<double> limit, const Array<double>& weight) {
    return {.limit = limit.value_or(std::numeric_limits<double>::infinity()), .weight = view(weight, "weight")};
}

void bind_street_flows(py::module_& m) {
    m.def(
        "street_flows",
        [](const TravelGraph& travel, const Snaps& demand, const Snaps& facilities, std::optional<double> limit,
           const Array<double>& weight) {
            const FlowOptions options = to_flow_options(limit, weight);
            return to_array(run_cancellable([&](const Execution& execution) {
                return street_flows(travel, demand.rows, facilities.rows, options, execution);
            }));
        },
        "travel"_a, "demand"_a, "facilities"_a, py::kw_only(), "limit"_a, "weight"_a,
        "People per edge when everybody within the limit goes to the cheapest facility.");
    py::class_<Rows<CriticalEdge>> result(m, "CriticalEdges",
                                          "Edges whose closure alone loses people, most first, ties by edge.");
    def_row_column<std::int64_t>(result, "edge", &CriticalEdge::edge, "int64.");
    def_row_column<double>(result, "lost", &CriticalEdge::lost,
                           "float64: people within the limit now who are not when the edge is closed.");
    def_row_column<double>(result, "using_it", &CriticalEdge::using_it,
                           "float64: people whose way leads along it now.");
    m.def(
        "critical_edges",
        [](const Graph& graph, const Traffic& traffic, const std::string& unit, const std::string& direction,
           const Snaps& demand, const Snaps& facilities, std::optional<double> limit, const Array<double>& weight,
           std::size_t count) {
            const FlowOptions options = to_flow_options(limit, weight);
            const TravelOptions how{to_unit(unit), to_direction(direction)};
            return run_cancellable([&](const Execution& execution) {
                return Rows<CriticalEdge>{
                    critical_edges(graph, traffic, how, demand.rows, facilities.rows, options, count, execution)};
            });
        },
        "graph"_a, "traffic"_a, "unit"_a, "direction"_a, "demand"_a, "facilities"_a, py::kw_only(), "limit"_a,
        "weight"_a, "count"_a, "The edges whose closure alone loses most people.");
}

void bind_places_on_edges(py::module_& m) {
    m.def(
        "edge_parts",
        [](const Graph& graph, const Array<std::int64_t>& edge, const Array<double>& begin_m,
           const Array<double>& end_m) {
            const auto parts = to_edge_parts(graph, edge, begin_m, end_m);
            return run_cancellable([&](const Execution& execution) { return edge_parts(graph, parts, execution); });
        },
        "graph"_a, "edge"_a, "begin_m"_a, "end_m"_a,
        "Lines of parts of edges, from one offset along the edge to another.");
    m.def(
        "offsets_on_segments",
        [](const Graph& graph, const Array<std::int64_t>& edge, const Array<std::int64_t>& segment,
           const Array<double>& places) {
            const auto edges = view(edge, "edge"), segments = view(segment, "segment");
            const auto at = view_pairs<LonLat>(places, "places");
            if (edges.size() != at.size() || segments.size() != at.size()) {
                throw py::value_error("offsets_on_segments: columns of different lengths");
            }
            std::vector<double> offsets(edges.size());
            for (std::size_t i = 0; i < edges.size(); ++i) {
                const auto on = edge_of(graph, edges[i]);
                offsets[i] = nearest_on_segment(graph, on, static_cast<std::size_t>(segments[i]), at[i]).offset_m;
            }
            return to_array(std::move(offsets));
        },
        "graph"_a, "edge"_a, "segment"_a, "places"_a,
        "How far along its edge the nearest point of one of its segments to each place is, in metres.");
}

}  // namespace

void bind_travel(py::module_& m) {
    bind_places_on_edges(m);
    bind_traffic(m);
    bind_network_reach(m);
    bind_reached_streets(m);
    bind_paths(m);
    bind_street_flows(m);
    bind_ways_out(m);
}

}  // namespace sheltermap::python
