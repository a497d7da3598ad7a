// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/travel.hpp"

#include "sheltermap/index/neighbour.hpp"
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
#include "edges.hpp"
#include "snaps.hpp"
#include <limits>
#include <optional>

namespace sheltermap::python {
namespace {

using namespace pybind11::literals;

CostUnit to_unit(const std::string& unit) {
    if (unit == "metres") return CostUnit::metres;
    if (unit == "seconds") return CostUnit::seconds;
    throw py::value_error("unit must be 'metres' or 'seconds', not '" + unit + "'");
}

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

/// (edge, begin_m, end_m)
py::tuple closed_parts(const Traffic& traffic) {
    std::vector<std::int64_t> edge;
    std::vector<double> begin_m, end_m;
    for (const EdgeChange& each : traffic.closed()) {
        edge.push_back(each.edge);
        begin_m.push_back(each.begin_m);
        end_m.push_back(each.end_m);
    }
    return py::make_tuple(to_array(std::move(edge)), to_array(std::move(begin_m)), to_array(std::move(end_m)));
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

/// (edge, facility, limit, begin_m, end_m, begin_cost, end_cost)
py::tuple to_columns(const std::vector<ReachedStretch>& stretches) {
    std::vector<std::int64_t> edge, facility, limit;
    std::vector<double> begin_m, end_m, begin_cost, end_cost;
    for (const ReachedStretch& each : stretches) {
        edge.push_back(each.edge);
        facility.push_back(each.facility);
        limit.push_back(each.limit);
        begin_m.push_back(each.begin_m);
        end_m.push_back(each.end_m);
        begin_cost.push_back(each.begin_cost);
        end_cost.push_back(each.end_cost);
    }
    return py::make_tuple(to_array(std::move(edge)), to_array(std::move(facility)), to_array(std::move(limit)),
                          to_array(std::move(begin_m)), to_array(std::move(end_m)), to_array(std::move(begin_cost)),
                          to_array(std::move(end_cost)));
}

}  // namespace

void bind_travel(py::module_& m) {
    py::class_<Traffic>(m, "Traffic", "The edges that are closed or slower in one question.")
        .def(py::init(&to_traffic), "edge"_a, "begin_m"_a, "end_m"_a, "speed_factor"_a)
        .def("closed_parts", &closed_parts, "(edge, begin_m, end_m) by edge and along it; they do not overlap.")
        .def("closed_at", &closed_at, "graph"_a, "snaps"_a, "Which places get on the streets where they are closed.");
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
    m.def(
        "reached_streets",
        [](const TravelGraph& travel, const Snaps& facilities, const Array<double>& limits) {
            const auto ascending = view(limits, "limits");
            return to_columns(run_cancellable([&](const Execution& execution) {
                return reached_streets(travel, facilities.rows, ascending, execution);
            }));
        },
        "travel"_a, "facilities"_a, "limits"_a,
        "(edge, facility, limit, begin_m, end_m, begin_cost, end_cost) of the parts of streets within ascending limits "
        "of the nearest facility, by edge and along it; limit is the first that a part lies within.");
    m.def(
        "shortest_paths",
        [](const TravelGraph& travel, const Snaps& demand, const Snaps& facilities,
           const Array<std::int64_t>& demand_row, const Array<std::int64_t>& facility_row,
           const Array<double>& known_cost) {
            const auto from = view(demand_row, "demand_row");
            const auto to = view(facility_row, "facility_row");
            const auto cost = view(known_cost, "known_cost");
            if (from.size() != to.size() || from.size() != cost.size()) {
                throw py::value_error("paths: columns of different lengths");
            }
            std::vector<PathRequest> requests;
            for (std::size_t i = 0; i < from.size(); ++i) requests.push_back({from[i], to[i], cost[i]});
            Paths paths = run_cancellable([&](const Execution& execution) {
                return shortest_paths(travel, demand.rows, facilities.rows, requests, execution);
            });
            return py::make_tuple(to_array(std::move(paths.cost)), to_array(std::move(paths.offsets)),
                                  to_array(std::vector<std::int64_t>(paths.edges.begin(), paths.edges.end())),
                                  std::move(paths.lines));
        },
        "travel"_a, "demand"_a, "facilities"_a, "demand_row"_a, "facility_row"_a, "known_cost"_a,
        "The cheapest ways of pairs of rows: cost, offsets into edges, edges in the order of travel, lines in WGS 84.");
    m.def(
        "street_flows",
        [](const TravelGraph& travel_graph, const Snaps& demand, const Snaps& facilities, std::optional<double> limit,
           const Array<double>& weight) {
            const FlowOptions options{.limit = limit.value_or(std::numeric_limits<double>::infinity()),
                                      .weight = view(weight, "weight")};
            return to_array(run_cancellable([&](const Execution& execution) {
                return street_flows(travel_graph, demand.rows, facilities.rows, options, execution);
            }));
        },
        "travel"_a, "demand"_a, "facilities"_a, py::kw_only(), "limit"_a, "weight"_a,
        "People per edge when everybody within the limit goes to the cheapest facility.");
    m.def(
        "ways_out",
        [](const TravelGraph& travel, const Snaps& demand, const Snaps& facilities, const Array<std::int64_t>& edge,
           const Array<double>& begin_m, const Array<double>& end_m) {
            auto stretches = to_edge_parts(travel.graph(), edge, begin_m, end_m);
            WaysOut found = run_cancellable([&](const Execution& execution) {
                return ways_out(travel, demand.rows, facilities.rows, std::move(stretches), execution);
            });
            return py::make_tuple(to_array(std::move(found.facility)), to_array(std::move(found.cost)),
                                  to_array(std::move(found.beyond)));
        },
        "travel"_a, "demand"_a, "facilities"_a, py::kw_only(), "edge"_a, "begin_m"_a, "end_m"_a,
        "The cheapest way of every row and what of it lies beyond stretches of edges: facility, cost, beyond.");
    m.def(
        "critical_edges",
        [](const Graph& graph, const Traffic& traffic, const std::string& unit, const std::string& direction,
           const Snaps& demand, const Snaps& facilities, std::optional<double> limit, const Array<double>& weight,
           std::size_t count) {
            const FlowOptions options{.limit = limit.value_or(std::numeric_limits<double>::infinity()),
                                      .weight = view(weight, "weight")};
            const TravelOptions how{to_unit(unit), to_direction(direction)};
            const auto found = run_cancellable([&](const Execution& execution) {
                return critical_edges(graph, traffic, how, demand.rows, facilities.rows, options, count, execution);
            });
            std::vector<std::int64_t> edge;
            std::vector<double> lost, using_it;
            for (const CriticalEdge& each : found) {
                edge.push_back(each.edge);
                lost.push_back(each.lost);
                using_it.push_back(each.using_it);
            }
            return py::make_tuple(to_array(std::move(edge)), to_array(std::move(lost)), to_array(std::move(using_it)));
        },
        "graph"_a, "traffic"_a, "unit"_a, "direction"_a, "demand"_a, "facilities"_a, py::kw_only(), "limit"_a,
        "weight"_a, "count"_a, "The edges whose closure alone loses most people: edge, lost, using it.");
}

}  // namespace sheltermap::python
