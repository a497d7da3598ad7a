// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include <pybind11/pybind11.h>

#include <string>

namespace sheltermap::python {

/// From "Point", "MultiPolygon", …; ValueError for another name.
GeometryType geometry_type(const std::string& type_name);
/// A column from Python's pieces: tuples (type, rows, coordinates, vertex_offsets, ring_offsets, part_offsets).
GeometryColumn to_column(std::size_t rows, const pybind11::sequence& pieces);
/// The pieces of a column as such tuples of NumPy arrays.
pybind11::list to_pieces(const GeometryColumn& column);

}  // namespace sheltermap::python
