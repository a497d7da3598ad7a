// SPDX-License-Identifier: Apache-2.0
#include "geometry.hpp"

#include "sheltermap/geometry/dissolve.hpp"
#include "sheltermap/geometry/validity.hpp"

#include <pybind11/stl.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include <algorithm>
#include <iterator>

namespace sheltermap::python {

namespace {

using Offsets = Array<std::int64_t>;
/// Type, rows, coordinates, vertex_offsets, ring_offsets, part_offsets.
using Piece = std::tuple<std::string, Offsets, Array<double>, Offsets, Offsets, Offsets>;

GeometryPieceView to_view(const Piece& piece) {
    const auto& [type, rows, coordinates, vertex, ring, part] = piece;
    return {.type = geometry_type(type),
            .rows = view(rows, "rows"),
            .vertices = view_pairs<XY>(coordinates, "coordinates"),
            .vertex_offsets = view(vertex, "vertex_offsets"),
            .ring_offsets = view(ring, "ring_offsets"),
            .part_offsets = view(part, "part_offsets")};
}

}  // namespace

GeometryType geometry_type(const std::string& type_name) {
    for (int t = 0; t <= static_cast<int>(GeometryType::multi_polygon); ++t) {
        if (name(static_cast<GeometryType>(t)) == type_name) return static_cast<GeometryType>(t);
    }
    throw py::value_error("unknown geometry type '" + type_name + "'");
}

GeometryColumn to_column(std::size_t rows, const py::sequence& pieces) {
    std::vector<Piece> arrays;  // kept while they are looked at
    for (const auto& piece : pieces) arrays.push_back(py::cast<Piece>(piece));
    std::vector<GeometryPieceView> views;
    std::ranges::transform(arrays, std::back_inserter(views), to_view);
    return unlocked([&] { return assemble(rows, views); });
}

py::list to_pieces(const GeometryColumn& column) {
    py::list pieces;
    for (GeometryPiece& piece : split_by_type(column)) {
        pieces.append(py::make_tuple(std::string(name(piece.type)), to_array(std::move(piece.rows)),
                                     to_pair_array(std::move(piece.vertices)),
                                     to_array(std::move(piece.vertex_offsets)), to_array(std::move(piece.ring_offsets)),
                                     to_array(std::move(piece.part_offsets))));
    }
    return pieces;
}

void bind_geometry(py::module_& m) {
    py::class_<GeometryColumn, std::shared_ptr<GeometryColumn>>(
        m, "GeometryColumn",
        "A column of two-dimensional geometries as flat arrays: rows hold parts, parts hold "
        "rings, rings hold vertices. Immutable from Python.")
        .def(py::init([](std::size_t rows, const py::sequence& pieces) { return to_column(rows, pieces); }),
             py::arg("rows"), py::arg("pieces"),
             "A column of `rows` rows from pieces (type, rows, coordinates, vertex_offsets, ring_offsets, "
             "part_offsets), one per geometry type; rows no piece speaks of are missing.")
        .def("__len__", &GeometryColumn::size)
        .def("pieces", &to_pieces, "The column taken apart by geometry type; missing rows are left out.")
        .def(
            "faults",
            [](const GeometryColumn& self) {
                std::vector<std::string> faults(self.size());
                for (std::size_t row = 0; row < self.size(); ++row) faults[row] = geometry_fault(self, row);
                return faults;
            },
            "For every row why it cannot be used; an empty text where it can.")
        .def(
            "repaired",
            [](const GeometryColumn& self, std::size_t row) {
                if (row >= self.size()) throw py::index_error("row out of range");
                return repaired_polygon(self, row);
            },
            py::arg("row"), "A polygon row made valid, as a column of one row; GeometryError where nothing is left.");

    m.def(
        "dissolved", &dissolved, py::arg("column"), py::call_guard<py::gil_scoped_release>(),
        "The union of all polygons of a column as a column of one row, missing where there are none. Polygons must be "
        "valid.");
    m.def(
        "cut_at_antimeridian",
        [](const GeometryColumn& column, std::size_t row) {
            if (row >= column.size()) throw py::index_error("row out of range");
            return cut_at_antimeridian(column, row);
        },
        py::arg("column"), py::arg("row"),
        "A polygon row whose longitudes run up to 360 degrees beyond [-180, 180], cut at the antimeridian and moved "
        "back "
        "into it, as a column of one row. The polygon must be valid.");
}

}  // namespace sheltermap::python
