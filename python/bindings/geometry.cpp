// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geometry/dissolve.hpp"
#include "sheltermap/geometry/geometry_column.hpp"
#include "sheltermap/geometry/validity.hpp"

#include <pybind11/stl.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace sheltermap::python {

namespace {

using namespace pybind11::literals;

GeometryType geometry_type(const std::string& type_name) {
    for (int t = 0; t <= static_cast<int>(GeometryType::multi_polygon); ++t) {
        if (name(static_cast<GeometryType>(t)) == type_name) return static_cast<GeometryType>(t);
    }
    throw py::value_error("unknown geometry type '" + type_name + "'");
}

using Offsets = Array<std::int64_t>;

/// The rows of one type as NumPy arrays.
struct PieceArrays {
    std::string type;
    Offsets rows;
    Array<double> coordinates;
    Offsets vertex_offsets, ring_offsets, part_offsets;

    [[nodiscard]] GeometryPieceView view() const {
        return {.type = geometry_type(type),
                .rows = python::view(rows, "rows"),
                .vertices = view_pairs<XY>(coordinates, "coordinates"),
                .vertex_offsets = python::view(vertex_offsets, "vertex_offsets"),
                .ring_offsets = python::view(ring_offsets, "ring_offsets"),
                .part_offsets = python::view(part_offsets, "part_offsets")};
    }
};

GeometryColumn to_column(std::size_t rows, const std::vector<PieceArrays>& pieces) {
    std::vector<GeometryPieceView> views;
    for (const PieceArrays& piece : pieces) views.push_back(piece.view());
    return unlocked([&] { return assemble(rows, views); });
}

std::vector<PieceArrays> to_pieces(const GeometryColumn& column) {
    std::vector<PieceArrays> pieces;
    for (GeometryPiece& piece : split_by_type(column)) {
        pieces.push_back({std::string(name(piece.type)), to_array(std::move(piece.rows)),
                          to_pair_array(std::move(piece.vertices)), to_array(std::move(piece.vertex_offsets)),
                          to_array(std::move(piece.ring_offsets)), to_array(std::move(piece.part_offsets))});
    }
    return pieces;
}

py::array_t<std::int8_t> to_type_ids(const GeometryColumn& column) {
    constexpr std::array<std::int8_t, 7> ids{-1, 0, 1, 3, 4, 5, 6};  // in the order of GeometryType
    std::vector<std::int8_t> found(column.size());
    std::ranges::transform(column.types, found.begin(),
                           [&](GeometryType type) { return ids[static_cast<std::size_t>(type)]; });
    return to_array(std::move(found));
}

void bind_piece(py::module_& m) {
    py::class_<PieceArrays>(m, "GeometryPiece",
                            "The rows of one type in a column, as GeoArrow writes them; offsets that a type does not "
                            "have are empty.")
        .def(py::init<std::string, Offsets, Array<double>, Offsets, Offsets, Offsets>(), "type"_a, "rows"_a,
             "coordinates"_a, "vertex_offsets"_a, "ring_offsets"_a, "part_offsets"_a)
        .def_readonly("type", &PieceArrays::type, "'Point', 'MultiPolygon', ….")
        .def_readonly("rows", &PieceArrays::rows, "int64: the row each entry belongs to, ascending.")
        .def_readonly("coordinates", &PieceArrays::coordinates, "float64, shape (n, 2).")
        .def_readonly("vertex_offsets", &PieceArrays::vertex_offsets, "int64: of lines and rings.")
        .def_readonly("ring_offsets", &PieceArrays::ring_offsets, "int64: of polygons.")
        .def_readonly("part_offsets", &PieceArrays::part_offsets, "int64: of rows of several parts.");
}

void bind_column(py::module_& m) {
    py::class_<GeometryColumn, std::shared_ptr<GeometryColumn>>(
        m, "GeometryColumn",
        "A column of two-dimensional geometries as flat arrays: rows hold parts, parts hold "
        "rings, rings hold vertices. Immutable from Python but for drop_empty_parts.")
        .def(py::init(&to_column), "rows"_a, "pieces"_a,
             "A column of `rows` rows from one piece per geometry type; rows no piece speaks of are missing.")
        .def("__len__", &GeometryColumn::size)
        .def("drop_empty_parts", &drop_empty_parts,
             "Leaves out holes and parts without a vertex, which say nothing; returns the rows that were changed.")
        .def_property_readonly("type_ids", &to_type_ids,
                               "int8 per row, as shapely counts: -1 missing, 0 Point, 1 LineString, 3 Polygon, 4 "
                               "MultiPoint, 5 MultiLineString, 6 MultiPolygon.")
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
            "row"_a, "A polygon row made valid, as a column of one row; GeometryError where nothing is left.");
}

}  // namespace

void bind_geometry(py::module_& m) {
    bind_piece(m);
    bind_column(m);
    m.def(
        "dissolved", &dissolved, "column"_a, py::call_guard<py::gil_scoped_release>(),
        "The union of all polygons of a column as a column of one row, missing where there are none. Polygons must be "
        "valid.");
    m.def(
        "cut_at_antimeridian",
        [](const GeometryColumn& column, std::size_t row) {
            if (row >= column.size()) throw py::index_error("row out of range");
            return cut_at_antimeridian(column, row);
        },
        "column"_a, "row"_a,
        "A polygon row whose longitudes run up to 360 degrees beyond [-180, 180], cut at the antimeridian and moved "
        "back "
        "into it, as a column of one row. The polygon must be valid.");
}

}  // namespace sheltermap::python
