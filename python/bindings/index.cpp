// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/linked_places.hpp"
#include "sheltermap/index/place_index.hpp"
#include "sheltermap/index/shape_index.hpp"
#include "sheltermap/index/zone_index.hpp"

#include <pybind11/stl.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"

namespace sheltermap::python {

using namespace pybind11::literals;

namespace {

template <class Index>
py::list find_as_tuples(const Index& self, double lon, double lat, std::size_t k, double max_distance_m) {
    py::list found;
    for (const Neighbour& n : self.find({lon, lat}, {.k = k, .max_distance_m = max_distance_m})) {
        found.append(py::make_tuple(n.row, n.distance_m));
    }
    return found;
}

void bind_place_index(py::module_& m) {
    py::class_<PlaceIndex>(m, "PlaceIndex",
                           "Which of a fixed set of places is closest, along the WGS 84 ellipsoid; exact. Places "
                           "without a position (NaN) are never found. Immutable, usable from any thread.")
        .def(py::init([](const Array<double>& places) {
                 const auto given = view_pairs<LonLat>(places, "places");
                 const py::gil_scoped_release unlocked;
                 return std::make_unique<PlaceIndex>(given);
             }),
             "places"_a)
        .def("__len__", &PlaceIndex::size)
        .def_property_readonly("with_position", &PlaceIndex::with_position)
        .def("find", &find_as_tuples<PlaceIndex>, "lon"_a, "lat"_a, py::kw_only(), "k"_a = 1,
             "max_distance_m"_a = std::numeric_limits<double>::infinity(),
             "List of (row, distance_m), closest first, ties by row.");
}

void bind_shape_index(py::module_& m) {
    py::class_<ShapeIndex>(m, "ShapeIndex",
                           "Which of a fixed set of points, lines and polygons (in WGS 84) is closest, along the "
                           "ellipsoid; 0 inside a polygon. Immutable, usable from any thread.")
        .def(py::init([](const GeometryColumn& shapes) {
                 const py::gil_scoped_release unlocked;
                 return std::make_unique<ShapeIndex>(shapes);
             }),
             "shapes"_a)
        .def("__len__", &ShapeIndex::size)
        .def_property_readonly("with_position", &ShapeIndex::with_position)
        .def("find", &find_as_tuples<ShapeIndex>, "lon"_a, "lat"_a, py::kw_only(), "k"_a = 1,
             "max_distance_m"_a = std::numeric_limits<double>::infinity(),
             "List of (row, distance_m), closest first, ties by row.");
}

void bind_zone_index(py::module_& m) {
    py::class_<ZoneIndex>(m, "ZoneIndex",
                          "In which of a fixed set of zones (polygons in WGS 84) a point lies; a point on a boundary "
                          "lies inside. Immutable, usable from any thread.")
        .def(py::init([](std::shared_ptr<GeometryColumn> zones) {
                 return std::make_unique<ZoneIndex>(run_cancellable(
                     [&](const Execution& execution) { return ZoneIndex(std::move(zones), execution); }));
             }),
             "zones"_a)
        .def("__len__", &ZoneIndex::size)
        .def(
            "find", [](const ZoneIndex& self, double lon, double lat) { return self.find({lon, lat}); }, "lon"_a,
            "lat"_a, "Rows of the zones, ascending.");
}

}  // namespace

void bind_index(py::module_& m) {
    bind_place_index(m);
    bind_shape_index(m);
    bind_zone_index(m);
    m.def(
        "linked_places",
        [](const Array<double>& places, double distance_m) {
            const auto given = view_pairs<LonLat>(places, "places");
            return to_array(run_cancellable(
                [&](const Execution& execution) { return linked_places(given, distance_m, execution); }));
        },
        "places"_a, "distance_m"_a,
        "Number of each place's group by single linkage within distance_m, groups numbered in the order of their "
        "smallest rows; -1 for places without a position.");
}

}  // namespace sheltermap::python
