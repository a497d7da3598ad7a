// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/exposure/overlap.hpp"
#include "sheltermap/exposure/zones_of_points.hpp"

#include <pybind11/stl.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include <optional>

namespace sheltermap::python {

using namespace pybind11::literals;

void bind_exposure(py::module_& m) {
    m.def(
        "zones_of_points",
        [](const Array<double>& points, const ZoneIndex& zones) {
            const auto places = view_pairs<LonLat>(points, "points");
            ZonesOfPoints found =
                run_cancellable([&](const Execution& execution) { return zones_of_points(places, zones, execution); });
            return py::make_tuple(to_array(std::move(found.offsets)), to_array(std::move(found.zone)),
                                  to_array(std::move(found.known)));
        },
        "points"_a, "zones"_a,
        "(offsets, zone, known): rows of the zones each point lies in, ascending; known is 0 where the point has no "
        "position.");
    m.def(
        "overlap",
        [](const GeometryColumn& features, const GeometryColumn& zones, const Array<std::int64_t>& zone_name,
           bool shapes) {
            const OverlapOptions options{.zone_name = view(zone_name, "zone_name"), .shapes = shapes};
            Overlap found = run_cancellable(
                [&](const Execution& execution) { return overlap(features, zones, options, execution); });
            return py::make_tuple(to_array(std::move(found.offsets)), to_array(std::move(found.zone)),
                                  to_array(std::move(found.amount)), to_array(std::move(found.whole)),
                                  to_array(std::move(found.inside)),
                                  shapes ? std::optional(std::move(found.shape)) : std::nullopt);
        },
        "features"_a, "zones"_a, "zone_name"_a, py::kw_only(), "shapes"_a = false,
        "(offsets, zone, amount, whole, inside, shapes) of polygons or lines in WGS 84: how much of each feature lies "
        "in "
        "which zone, how much it is in all and in any zone, and the GeometryColumn of the pairs' common parts (None "
        "unless asked for). An empty zone_name takes each polygon as a zone of its own.");
}

}  // namespace sheltermap::python
