// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/edge_index.hpp"
#include "sheltermap/network/graph.hpp"
#include "sheltermap/network/joining.hpp"
#include "sheltermap/osm/read_streets.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include "snaps.hpp"
#include <algorithm>
#include <limits>
#include <numeric>

namespace sheltermap::python {
namespace {

using namespace pybind11::literals;

template <class T>
py::array_t<T> copied(std::span<const T> values) {
    return to_array(std::vector<T>(values.begin(), values.end()));
}

py::array_t<double> speeds_kmh(const Graph& graph, bool against) {
    std::vector<double> kmh(graph.edges());
    for (std::uint32_t edge = 0; edge < kmh.size(); ++edge) kmh[edge] = graph.speed_m_s(edge, against) * 3.6;
    return to_array(std::move(kmh));
}

/// Where the vertices of all edges are, and with which those of each begin.
py::tuple vertices(const Graph& graph) {
    const auto& c = graph.columns();
    std::vector<XY> places;
    places.reserve(c.vertices.size());
    for (const GridPoint point : c.vertices) places.push_back({point.place().lon, point.place().lat});
    return py::make_tuple(to_pair_array(std::move(places)),
                          to_array(std::vector<std::int64_t>(c.vertex_begin.begin(), c.vertex_begin.end())));
}

/// The edges with their shapes, in Python's pieces of geometry.
py::dict edge_columns(const Graph& graph) {
    const auto& c = graph.columns();
    const py::tuple drawn = vertices(graph);
    py::list names;
    for (std::size_t i = 0; i + 1 < c.name_begin.size(); ++i) {
        names.append(py::str(c.name_text.data() + c.name_begin[i], c.name_begin[i + 1] - c.name_begin[i]));
    }
    py::dict columns;
    columns["vertices"] = drawn[0];
    columns["vertex_begin"] = drawn[1];
    columns["from_node"] = to_array(std::vector<std::int64_t>(c.edge_from.begin(), c.edge_from.end()));
    columns["to_node"] = to_array(std::vector<std::int64_t>(c.edge_to.begin(), c.edge_to.end()));
    columns["length_m"] = copied(c.length_m);
    columns["forward_kmh"] = speeds_kmh(graph, false);
    columns["backward_kmh"] = speeds_kmh(graph, true);
    columns["flags"] = copied(c.flags);
    columns["layer"] = copied(c.layer);
    columns["name"] = to_array(std::vector<std::int64_t>(c.name.begin(), c.name.end()));
    columns["names"] = names;
    columns["way_id"] = copied(c.way_id);
    return columns;
}

py::array_t<double> sample_of_nodes(const Graph& graph) {
    const auto nodes = graph.columns().node_at;
    std::vector<LonLat> places;
    for (std::size_t i = 0; i < nodes.size(); i += nodes.size() / 10'000 + 1) places.push_back(nodes[i].place());
    return to_pair_array(std::move(places));
}

py::dict counts(const Graph& graph) {
    const GraphInfo& info = graph.info();
    return py::dict("ways_used"_a = info.ways_used, "points_missing"_a = info.points_missing,
                    "ways_outdated"_a = info.ways_outdated, "areas_crossed"_a = info.areas_crossed,
                    "areas_gone_round"_a = info.areas_gone_round, "areas_left_out"_a = info.areas_left_out,
                    "ends_joined"_a = info.ends_joined, "crossings_joined"_a = info.crossings_joined);
}

void bind_graph(py::module_& m) {
    py::class_<Graph>(m, "Graph", "A street network as columns; immutable, copies share the data.")
        .def_property_readonly("nodes", &Graph::nodes)
        .def_property_readonly("edges", &Graph::edges)
        .def_property_readonly("parts", [](const Graph& self) { return self.columns().component_m.size(); })
        .def_property_readonly("length_m",
                               [](const Graph& self) {
                                   const auto& lengths = self.columns().component_m;
                                   return std::accumulate(lengths.begin(), lengths.end(), 0.0);
                               })
        .def_property_readonly("profile", [](const Graph& self) { return self.info().profile; })
        .def_property_readonly("source", [](const Graph& self) { return self.info().source; })
        .def_property_readonly("walking_m_s", [](const Graph& self) { return self.info().walking_m_s; })
        .def_property_readonly("closing_depth_m", [](const Graph& self) { return self.info().closing_depth_m; })
        .def(
            "fragments",
            [](const Graph& self, double least_part_m) {
                const auto& lengths = self.columns().component_m;
                const double largest = lengths.empty() ? 0 : *std::max_element(lengths.begin(), lengths.end());
                return std::count_if(lengths.begin(), lengths.end(),
                                     [&](double each) { return each < std::min(least_part_m, largest); });
            },
            "least_part_m"_a, "How many connected parts are so short that nobody gets on there.")
        .def_property_readonly("counts", &counts, "What was read, joined and left out.")
        .def("edge_columns", &edge_columns, "Everything about the edges, as arrays.")
        .def("vertices", &vertices,
             "float64, shape (n, 2): longitude and latitude of the vertices of all edges; int64: where each begins.")
        .def("sample_of_nodes", &sample_of_nodes,
             "float64, shape (n, 2): longitude and latitude of at most some 10,000 nodes spread over the network.")
        .def("save", &Graph::save, "path"_a, py::call_guard<py::gil_scoped_release>(), "Writes a new file.")
        .def_static(
            "load", [](const std::filesystem::path& path) { return Graph::load(path); }, "path"_a,
            py::call_guard<py::gil_scoped_release>(), "Maps a file that save wrote; ReadError where it is damaged.");
}

void bind_making_graphs(py::module_& m) {
    m.def(
        "graph_from_osm",
        [](const std::filesystem::path& path, const std::string& profile_name, double ends_within_m, bool crossings) {
            const auto& profile = osm::profile(profile_name);
            const JoinOptions joining{.ends_within_m = ends_within_m, .crossings = crossings};
            return run_cancellable(
                [&](const Execution& execution) { return osm::read_streets(path, profile, joining, execution); });
        },
        "path"_a, "profile"_a, py::kw_only(), "ends_within_m"_a, "crossings"_a);
    m.def(
        "graph_from_lines",
        [](const GeometryColumn& lines, const Array<double>& forward_kmh, const Array<double>& backward_kmh,
           const Array<std::uint8_t>& bridge, const Array<std::uint8_t>& tunnel, const Array<std::int8_t>& level,
           const std::vector<std::string>& name, double default_kmh, double ends_within_m, bool crossings,
           const std::string& profile, const std::string& source, double walking_m_s, double closing_depth_m) {
            const LineTraits traits{.forward_kmh = view(forward_kmh, "forward_kmh"),
                                    .backward_kmh = view(backward_kmh, "backward_kmh"),
                                    .bridge = view(bridge, "bridge"),
                                    .tunnel = view(tunnel, "tunnel"),
                                    .level = view(level, "level"),
                                    .name = name,
                                    .default_kmh = default_kmh};
            GraphInfo info{
                .profile = profile, .source = source, .walking_m_s = walking_m_s, .closing_depth_m = closing_depth_m};
            return run_cancellable([&](const Execution& execution) {
                Streets streets = streets_of_lines(lines, traits);
                const JoinOptions joining{.ends_within_m = ends_within_m, .crossings = crossings};
                const Joined joined = join_streets(streets, joining, execution);
                info.ways_used = streets.streets.size();
                info.ends_joined = joined.ends;
                info.crossings_joined = joined.crossings;
                return build_graph(streets, info);
            });
        },
        "lines"_a, py::kw_only(), "forward_kmh"_a, "backward_kmh"_a, "bridge"_a, "tunnel"_a, "level"_a, "name"_a,
        "default_kmh"_a, "ends_within_m"_a, "crossings"_a, "profile"_a, "source"_a, "walking_m_s"_a,
        "closing_depth_m"_a, "Lines of a WGS 84 column; empty arrays and lists for columns the layer does not have.");
}

void bind_unjoined(py::module_& m) {
    m.def(
        "unjoined",
        [](const Graph& graph, double near_m, double way_m) {
            Unjoined found = run_cancellable([&](const Execution& execution) {
                return unjoined(graph, {.near_m = near_m, .way_m = way_m}, execution);
            });
            return py::make_tuple(to_pair_array(std::move(found.ends)), to_pair_array(std::move(found.crossings)));
        },
        "graph"_a, py::kw_only(), "near_m"_a, "way_m"_a,
        "float64, shape (n, 2), twice: dead ends near a street they do not lead to, and crossings without a vertex.");
}

void bind_profiles(py::module_& m) {
    m.def(
        "profile_speeds",
        [](const std::string& profile_name) {
            py::dict speeds;
            for (const auto& rule : osm::profile(profile_name).classes) {
                speeds[py::str(std::string(rule.value))] =
                    py::make_tuple(rule.kmh, rule.use == osm::ClassRule::Use::if_allowed);
            }
            return speeds;
        },
        "profile"_a, "Class of way: (km/h, whether a tag must allow it).");
    py::list names;
    for (const auto& profile : osm::profiles()) names.append(std::string(profile.name));
    m.attr("PROFILES") = py::tuple(names);
    m.attr("STREET_FLAGS") = py::dict("bridge"_a = street_bridge, "tunnel"_a = street_tunnel, "ferry"_a = street_ferry,
                                      "no_entry"_a = street_no_entry, "roundabout"_a = street_roundabout,
                                      "barrier"_a = street_barrier, "across"_a = street_across);
}

double when_snapped(const Snap& snap, double value) {
    return snap.state == SnapState::snapped ? value : std::numeric_limits<double>::quiet_NaN();
}

void bind_snapping(py::module_& m) {
    py::class_<Snaps>(m, "Snaps", "Where places get on the streets, one entry per place.")
        .def("__len__", [](const Snaps& self) { return self.rows.size(); })
        .def_property_readonly(
            "edge",
            [](const Snaps& self) {
                return column_of<std::int64_t>(self.rows, [](const Snap& snap) {
                    return snap.state == SnapState::snapped ? static_cast<std::int64_t>(snap.edge) : -1;
                });
            },
            "int64: the edge, -1 where not snapped.")
        .def_property_readonly(
            "offset_m",
            [](const Snaps& self) {
                return column_of<double>(self.rows, [](const Snap& s) { return when_snapped(s, s.offset_m); });
            },
            "float64: from the edge's first vertex; NaN where not snapped.")
        .def_property_readonly(
            "offroad_m",
            [](const Snaps& self) {
                return column_of<double>(self.rows, [](const Snap& s) { return when_snapped(s, s.offroad_m); });
            },
            "float64: between the place and the street; NaN where not snapped.")
        .def_property_readonly(
            "at",
            [](const Snaps& self) {
                std::vector<LonLat> at(self.rows.size());
                std::transform(self.rows.begin(), self.rows.end(), at.begin(), [](const Snap& s) {
                    return LonLat{when_snapped(s, s.at.lon), when_snapped(s, s.at.lat)};
                });
                return to_pair_array(std::move(at));
            },
            "float64, shape (n, 2): the point of the street.");
}

void bind_edge_index(py::module_& m) {
    py::class_<EdgeIndex>(m, "EdgeIndex", "The nearest point of the streets to a place.")
        .def(py::init([](const Graph& graph, double least_part_m) {
                 const py::gil_scoped_release unlocked;
                 return std::make_unique<EdgeIndex>(graph, least_part_m);
             }),
             "graph"_a, "least_part_m"_a)
        .def("__len__", &EdgeIndex::size)
        .def(
            "snap",
            [](const EdgeIndex& self, const Array<double>& places, double max_m) {
                const auto given = view_pairs<LonLat>(places, "places");
                return run_cancellable(
                    [&](const Execution& execution) { return Snaps{self.snap(given, {.max_m = max_m}, execution)}; });
            },
            "places"_a, py::kw_only(), "max_m"_a)
        .def(
            "nearer_fragments",
            [](const EdgeIndex& self, const Array<double>& places, const Snaps& snaps, double max_m) {
                const auto given = view_pairs<LonLat>(places, "places");
                return to_array(run_cancellable([&](const Execution& execution) {
                    return self.nearer_fragments(given, snaps.rows, {.max_m = max_m}, execution);
                }));
            },
            "places"_a, "snaps"_a, py::kw_only(), "max_m"_a,
            "float64: metres to a fragment that is nearer than where a place was snapped to; NaN where none is.");
}

}  // namespace

void bind_network(py::module_& m) {
    bind_graph(m);
    bind_making_graphs(m);
    bind_unjoined(m);
    bind_profiles(m);
    bind_snapping(m);
    bind_edge_index(m);
}

}  // namespace sheltermap::python
