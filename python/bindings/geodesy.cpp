// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geodesy/crs.hpp"
#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geodesy/lonlat_measure.hpp"
#include "sheltermap/geodesy/placement.hpp"

#include <pybind11/stl.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include <algorithm>
#include <limits>
#include <vector>

namespace sheltermap::python {
namespace {

using namespace pybind11::literals;

void bind_crs(py::module_& m) {
    py::class_<Crs>(
        m, "Crs",
        "A coordinate reference system; coordinates always come easting (longitude) first. Takes "
        "'EPSG:3059', 'OGC:CRS84', WKT or PROJJSON; CrsError for anything else. Knows LKS-2020 (EPSG:10305, "
        "EPSG:10306) with every PROJ.")
        .def(py::init<const std::string&>(), "definition"_a)
        .def_property_readonly("name", &Crs::name, "As people call it: 'LKS-92 / Latvia TM'.")
        .def_property_readonly("code", &Crs::code, "'EPSG:3059', or '' where it has none.")
        .def_property_readonly("wkt", &Crs::wkt, "WKT2:2019.")
        .def_property_readonly("is_geographic", &Crs::is_geographic)
        .def_property_readonly("is_lonlat", &Crs::is_lonlat, "Already WGS 84 longitude and latitude.")
        .def_property_readonly(
            "area_of_use",
            [](const Crs& self) -> py::object {
                if (!self.area_of_use()) return py::none();
                const AreaOfUse& area = *self.area_of_use();
                return py::make_tuple(area.west, area.south, area.east, area.north);
            },
            "(west, south, east, north) in degrees, or None where it is not known.")
        .def_property_readonly(
            "false_origin",
            [](const Crs& self) -> py::object {
                if (!self.false_origin()) return py::none();
                return py::make_tuple(self.false_origin()->x, self.false_origin()->y);
            },
            "(easting, northing) that a projection gives the point it is made around; None of other systems.")
        .def("__repr__",
             [](const Crs& self) { return "<Crs " + (self.code().empty() ? self.name() : self.code()) + ">"; });

    m.def(
        "describe_transformation",
        [](const Crs& from, const Crs& to) {
            const TransformationInfo info = describe_transformation(from, to);
            return py::make_tuple(info.name, info.accuracy_m);
        },
        "from_crs"_a, "to_crs"_a,
        "Name and accuracy in metres (None: not stated) of the operation between two systems. CrsError where only a "
        "ballpark transformation is known.");
}

void bind_transformation(py::module_& m) {
    m.def(
        "to_lonlat",
        [](const Array<double>& coordinates, const Crs& crs) {
            const auto given = view_pairs<XY>(coordinates, "coordinates");
            return to_pair_array(
                run_cancellable([&](const Execution& execution) { return to_lonlat(given, crs, execution); }));
        },
        "coordinates"_a, "crs"_a,
        "WGS 84 longitude and latitude of coordinates, shape (n, 2); NaN where a row is not finite or cannot be "
        "transformed.");
    m.def(
        "from_lonlat",
        [](const Array<double>& places, const Crs& crs) {
            const auto given = view_pairs<LonLat>(places, "places");
            return to_pair_array(
                run_cancellable([&](const Execution& execution) { return from_lonlat(given, crs, execution); }));
        },
        "places"_a, "crs"_a, "Coordinates in `crs` of WGS 84 longitudes and latitudes, shape (n, 2).");
    m.def(
        "column_to_lonlat",
        [](const GeometryColumn& column, const Crs& crs, double max_deviation_m) {
            return run_cancellable(
                [&](const Execution& execution) { return to_lonlat(column, crs, max_deviation_m, execution); });
        },
        "column"_a, "crs"_a, "max_deviation_m"_a = 0.01,
        "A column in WGS 84; vertices are added so that no edge is farther than max_deviation_m from the edge in `crs` "
        "it stands for.");
    m.def(
        "column_from_lonlat",
        [](const GeometryColumn& column, const Crs& crs) {
            return run_cancellable([&](const Execution& execution) { return from_lonlat(column, crs, execution); });
        },
        "column"_a, "crs"_a, "A WGS 84 column of any type in `crs`, vertex by vertex.");
    m.def(
        "placement",
        [](const Array<double>& lower, const Array<double>& upper, const Crs& crs) {
            const auto from = view_pairs<XY>(lower, "lower");
            const auto to = view_pairs<XY>(upper, "upper");
            if (!to.empty() && to.size() != from.size())
                throw std::invalid_argument("lower and upper must be of one length, or upper empty");
            const Placement found =
                run_cancellable([&](const Execution& execution) { return placement(from, to, crs, execution); });
            std::vector<std::uint8_t> codes(found.verdicts.size());
            std::ranges::transform(found.verdicts, codes.begin(),
                                   [](Plausibility p) { return static_cast<std::uint8_t>(p); });
            py::list strays;
            for (const StrayRows& each : found.strays)
                strays.append(py::make_tuple(each.rows, each.gap_m, each.fits_swapped));
            return py::make_tuple(to_array(std::move(codes)), strays);
        },
        "lower"_a, "upper"_a, "crs"_a,
        "Of points (upper empty) or boxes, per row: 0 the coordinates can be meant in `crs`, 1 they fit with the axes "
        "swapped, 2 they fit neither way, 3 they are those of no place, 4 degrees where metres belong, 5 kilometres; "
        "and "
        "a list of (rows, gap_m, whether they fit among the others with the axes swapped) for rows far from all "
        "others.");
}

void bind_lonlat_measure(py::module_& m, const char* function, double (*measure)(const GeometryColumn&, std::size_t),
                         const char* text) {
    m.def(
        function,
        [measure](const GeometryColumn& column) {
            std::vector<double> result(column.size(), std::numeric_limits<double>::quiet_NaN());
            for (std::size_t row = 0; row < result.size(); ++row) {
                if (column.types[row] != GeometryType::missing) result[row] = measure(column, row);
            }
            return to_array(std::move(result));
        },
        "column"_a, text);
}

void bind_geodesic_lines(py::module_& m) {
    py::class_<Rows<GeodesicLine>> result(
        m, "GeodesicLines", "Shortest lines along WGS 84; azimuths clockwise from north, NaN without a position.");
    def_row_column<double>(result, "distance_m", &GeodesicLine::distance_m, "float64.");
    def_row_column<double>(result, "azimuth_from_deg", &GeodesicLine::azimuth_from_deg,
                           "float64: where the line begins.");
    def_row_column<double>(result, "azimuth_to_deg", &GeodesicLine::azimuth_to_deg, "float64: where it ends, onwards.");
    m.def(
        "geodesic_line",
        [](const Array<double>& from, const Array<double>& to) {
            const auto a = view_pairs<LonLat>(from, "from");
            const auto b = view_pairs<LonLat>(to, "to");
            return run_cancellable(
                [&](const Execution& execution) { return Rows<GeodesicLine>{geodesic_line(a, b, execution)}; });
        },
        "from_places"_a, "to_places"_a, "The shortest line, pair by pair.");
}

void bind_geodesics(py::module_& m) {
    m.def(
        "geodesic_distance_m",
        [](const Array<double>& from, const Array<double>& to) {
            const auto a = view_pairs<LonLat>(from, "from");
            const auto b = view_pairs<LonLat>(to, "to");
            return to_array(
                run_cancellable([&](const Execution& execution) { return geodesic_distance_m(a, b, execution); }));
        },
        "from_places"_a, "to_places"_a, "Metres along WGS 84, pair by pair; NaN where a place has no position.");
    m.def(
        "geodesic_destination",
        [](const Array<double>& from, const Array<double>& azimuth_deg, const Array<double>& distance_m) {
            const auto places = view_pairs<LonLat>(from, "from");
            const auto azimuths = view(azimuth_deg, "azimuth_deg");
            const auto distances = view(distance_m, "distance_m");
            return to_pair_array(run_cancellable([&](const Execution& execution) {
                return geodesic_destination(places, azimuths, distances, execution);
            }));
        },
        "from_places"_a, "azimuth_deg"_a, "distance_m"_a,
        "Where one gets to along WGS 84, clockwise from north; shape (n, 2).");
}

void bind_measures(py::module_& m) {
    m.def(
        "geodesic_area_m2",
        [](const GeometryColumn& column) {
            return to_array(
                run_cancellable([&](const Execution& execution) { return geodesic_area_m2(column, execution); }));
        },
        "column"_a, "Area per row of a WGS 84 column, edges as geodesics; 0 for points and lines, NaN for missing.");
    m.def(
        "geodesic_length_m",
        [](const GeometryColumn& column) {
            return to_array(
                run_cancellable([&](const Execution& execution) { return geodesic_length_m(column, execution); }));
        },
        "column"_a, "Length of lines, of the boundary of polygons; 0 for points, NaN for missing rows.");
    bind_lonlat_measure(m, "lonlat_area_m2", &lonlat_area_m2,
                        "Area per row of a WGS 84 column, edges as straight in degrees; 0 for other types, NaN for "
                        "missing rows.");
    bind_lonlat_measure(m, "lonlat_length_m", &lonlat_length_m,
                        "Length of lines, edges as straight in degrees; 0 for other types, NaN for missing rows.");
}

}  // namespace

void bind_geodesy(py::module_& m) {
    bind_crs(m);
    bind_transformation(m);
    bind_geodesics(m);
    bind_geodesic_lines(m);
    bind_measures(m);
}

}  // namespace sheltermap::python
