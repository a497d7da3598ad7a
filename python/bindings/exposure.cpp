// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/exposure/zones_of_points.hpp"

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"

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
}

}  // namespace sheltermap::python
