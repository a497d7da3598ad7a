// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/version.hpp"

#include "bindings.hpp"

PYBIND11_MODULE(_core, m) {
    using namespace sheltermap::python;
    m.doc() = "The compiled part of sheltermap. Private: use the names of the package.";
    m.attr("__version__") = std::string(sheltermap::version);
    bind_error(m);
    bind_base(m);
    bind_geometry(m);
    bind_geodesy(m);
    bind_index(m);
    bind_reach(m);
    bind_coverage(m);
    bind_districts(m);
    bind_exposure(m);
    bind_planning(m);
    bind_siting(m);
    bind_catchments(m);
    bind_io(m);
    bind_raster(m);
    bind_network(m);
    bind_osm(m);
    bind_travel(m);
}
