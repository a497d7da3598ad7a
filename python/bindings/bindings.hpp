// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>

namespace sheltermap::python {

void bind_error(pybind11::module_& m);
void bind_base(pybind11::module_& m);
void bind_geometry(pybind11::module_& m);
void bind_geodesy(pybind11::module_& m);
void bind_index(pybind11::module_& m);
void bind_reach(pybind11::module_& m);
void bind_coverage(pybind11::module_& m);
void bind_districts(pybind11::module_& m);
void bind_exposure(pybind11::module_& m);
void bind_planning(pybind11::module_& m);
void bind_siting(pybind11::module_& m);
void bind_catchments(pybind11::module_& m);
void bind_io(pybind11::module_& m);
void bind_raster(pybind11::module_& m);
void bind_network(pybind11::module_& m);
void bind_osm(pybind11::module_& m);
void bind_travel(pybind11::module_& m);

}  // namespace sheltermap::python
