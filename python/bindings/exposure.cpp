// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/exposure/overlap.hpp"
#include "sheltermap/exposure/zones_of_points.hpp"

#include <pybind11/stl.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include <memory>

namespace sheltermap::python {

namespace {

using namespace pybind11::literals;

void bind_zones_of_points(py::module_& m) {
    py::class_<ZonesOfPoints> result(m, "ZonesOfPoints",
                                     "The zones each point lies in, row after row, ascending by zone row (compressed "
                                     "sparse rows).");
    result.def("__len__", &ZonesOfPoints::size);
    def_column(result, "offsets", &ZonesOfPoints::offsets,
               "int64, shape (points + 1,): zones of point r are offsets[r] to offsets[r + 1].");
    def_column(result, "zone", &ZonesOfPoints::zone, "int32: row of the zone, per pair.");
    def_column(result, "known", &ZonesOfPoints::known, "uint8, shape (points,): 0 where the point has no position.");
    m.def(
        "zones_of_points",
        [](const Array<double>& points, const ZoneIndex& zones) {
            const auto places = view_pairs<LonLat>(points, "points");
            return run_cancellable(
                [&](const Execution& execution) { return zones_of_points(places, zones, execution); });
        },
        "points"_a, "zones"_a, "Which zones every point lies in.");
}

void bind_overlap(py::module_& m) {
    py::class_<Overlap, std::shared_ptr<Overlap>> result(
        m, "Overlap",
        "How much of each feature lies in which zone, feature after feature, ascending by zone (compressed sparse "
        "rows); square metres of polygons, metres of lines.");
    result.def("__len__", &Overlap::size);
    def_column(result, "offsets", &Overlap::offsets,
               "int64, shape (features + 1,): pairs of feature r are offsets[r] to offsets[r + 1].");
    def_column(result, "zone", &Overlap::zone, "int64: the zone's name, or its row, per pair.");
    def_column(result, "amount", &Overlap::amount, "float64: of the feature in the zone, more than 0, per pair.");
    def_column(result, "whole", &Overlap::whole, "float64, shape (features,): of the feature; NaN without a geometry.");
    def_column(result, "inside", &Overlap::inside,
               "float64, shape (features,): in any zone, each square metre once; NaN without a geometry.");
    result.def_property_readonly(
        "shape",
        [](const std::shared_ptr<Overlap>& self) { return std::shared_ptr<GeometryColumn>(self, &self->shape); },
        "Per pair the part of the feature in the zone; without rows unless asked for.");
    m.def(
        "overlap",
        [](const GeometryColumn& features, const GeometryColumn& zones, const Array<std::int64_t>& zone_name,
           bool shapes) {
            const OverlapOptions options{.zone_name = view(zone_name, "zone_name"), .shapes = shapes};
            return run_cancellable(
                [&](const Execution& execution) { return overlap(features, zones, options, execution); });
        },
        "features"_a, "zones"_a, "zone_name"_a, py::kw_only(), "shapes"_a = false,
        "Overlap of polygons or lines with zones, all in WGS 84. An empty zone_name takes each polygon as a zone of "
        "its "
        "own.");
}

}  // namespace

void bind_exposure(py::module_& m) {
    bind_zones_of_points(m);
    bind_overlap(m);
}

}  // namespace sheltermap::python
