// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/arrow.hpp"
#include "sheltermap/io/atomic.hpp"
#include "sheltermap/io/reader.hpp"
#include "sheltermap/io/runtime.hpp"
#include "sheltermap/io/writer.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>
#include <pybind11/typing.h>

#include "bindings.hpp"
#include "cancellable.hpp"
#include <algorithm>
#include <iterator>
#include <map>
#include <memory>
#include <optional>

namespace sheltermap::python {
namespace {

namespace py = pybind11;
using namespace pybind11::literals;
using std::filesystem::path;

constexpr const char* stream_capsule = "arrow_array_stream";  // the name the Arrow PyCapsule interface prescribes

py::capsule to_capsule(std::shared_ptr<const io::Table> table) {
    auto stream = std::make_unique<ArrowArrayStream>(io::export_table(std::move(table)));
    return py::capsule(stream.release(), stream_capsule, [](PyObject* capsule) {
        auto* held = static_cast<ArrowArrayStream*>(PyCapsule_GetPointer(capsule, stream_capsule));
        if (held->release != nullptr) held->release(held);
        delete held;
    });
}

/// A copy of what an object offers as an Arrow stream.
io::Table from_stream(const py::object& source) {
    const py::object capsule = source.attr("__arrow_c_stream__")();
    void* stream = PyCapsule_GetPointer(capsule.ptr(), stream_capsule);
    if (stream == nullptr) throw py::error_already_set();
    return io::import_table(static_cast<ArrowArrayStream*>(stream));
}

void bind_table(py::module_& m) {
    py::class_<io::Table, std::shared_ptr<io::Table>>(m, "Table",
                                                      "Attributes of a layer; speaks the Arrow stream protocol.")
        .def_static("from_stream", &from_stream, "source"_a,
                    "A copy of anything with __arrow_c_stream__ whose columns are numbers, texts, booleans, dates or "
                    "times[us]; ValueError, naming the column, for another type.")
        .def(
            "__arrow_c_stream__",
            [](const std::shared_ptr<io::Table>& self, const py::object&) { return to_capsule(self); },
            "requested_schema"_a = py::none(), "The columns as an Arrow stream that shares this table's memory.")
        .def(py::init([](std::size_t rows) { return io::Table{.rows = rows, .columns = {}}; }), "rows"_a,
             "A table without columns.")
        .def(
            "add",
            [](io::Table& self, const py::object& source) {
                io::Table more = from_stream(source);
                if (more.rows != self.rows) {
                    throw py::value_error("the columns have " + std::to_string(more.rows) + " rows, the table " +
                                          std::to_string(self.rows));
                }
                std::ranges::move(more.columns, std::back_inserter(self.columns));
            },
            "source"_a, "Adds the columns of what from_stream takes; ValueError where they have more rows, or fewer.")
        .def("__len__", [](const io::Table& self) { return self.rows; })
        .def_property_readonly(
            "width", [](const io::Table& self) { return self.columns.size(); }, "Number of columns.");
}

io::Layer new_layer(std::string name, const std::optional<Crs>& crs, io::Table& attributes,
                    std::optional<GeometryColumn*> geometry) {
    return {.name = std::move(name),
            .crs = crs,
            .attributes = std::move(attributes),
            .geometry = geometry ? std::move(**geometry) : GeometryColumn()};
}

void bind_words(py::module_& m) {
    py::class_<io::ColumnWords>(m, "ColumnWords", "What a column is called, and what the codes in it say.")
        .def(py::init([](std::string label, std::vector<std::pair<std::string, std::string>> codes) {
                 return io::ColumnWords{std::move(label), std::move(codes)};
             }),
             "label"_a = "", "codes"_a = std::vector<std::pair<std::string, std::string>>{});
    py::class_<io::LayerWords>(m, "LayerWords", "What a layer and its columns are called.")
        .def(py::init([](std::string title, std::map<std::string, io::ColumnWords> columns,
                         std::pair<std::string, std::string> yes_no) {
                 return io::LayerWords{std::move(title), std::move(columns), std::move(yes_no)};
             }),
             "title"_a = "", "columns"_a = std::map<std::string, io::ColumnWords>{},
             "yes_no"_a = std::pair<std::string, std::string>{"yes", "no"});
}

void bind_layer(py::module_& m) {
    py::class_<io::RefusedRow>(m, "RefusedRow", "A row that cannot be used, and why.")
        .def(py::init([](std::int64_t row, std::string reason, std::string detail) {
                 return io::RefusedRow{row, {}, std::move(reason), std::move(detail)};
             }),
             "row"_a, "reason"_a, "detail"_a)
        .def_readonly("row", &io::RefusedRow::row, "Counted from 1.")
        .def_readonly("id", &io::RefusedRow::id)
        .def_readonly("reason", &io::RefusedRow::reason, "A short code.")
        .def_readonly("detail", &io::RefusedRow::detail, "One sentence.");

    py::class_<io::Layer, std::shared_ptr<io::Layer>>(m, "Layer", "A table with geometries.")
        .def(py::init(&new_layer), "name"_a, "crs"_a, "table"_a, "geometry"_a,
             "crs and geometry are None for a table without geometries. Table and geometry move into the layer and are "
             "empty afterwards.")
        .def_readonly("name", &io::Layer::name)
        .def_readonly("crs", &io::Layer::crs, "None for a table without geometries.")
        .def_property_readonly(
            "table",
            [](const std::shared_ptr<io::Layer>& self) { return std::shared_ptr<io::Table>(self, &self->attributes); })
        .def_readonly("geometry", &io::Layer::geometry)
        .def_readwrite("id_column", &io::Layer::id_column, "Which column names its rows; empty for none.")
        .def_readwrite("words", &io::Layer::words, "What it and its columns are called, where a format can hold that.")
        .def_readwrite("refused", &io::Layer::refused, "Rows that cannot be used, in order; their geometry is missing.")
        .def_readonly("repaired", &io::Layer::repaired, "Rows, from 1, whose geometry was made valid.")
        .def_readonly("emptied", &io::Layer::emptied, "Rows, from 1, that lost holes and parts without a vertex.")
        .def_readonly("notes", &io::Layer::notes, "What was left out or mended without refusing a row.");
}

io::InvalidGeometry invalid_policy(const std::string& word) {
    if (word == "refuse") return io::InvalidGeometry::refuse;
    if (word == "repair") return io::InvalidGeometry::repair;
    throw py::value_error("invalid must be 'refuse' or 'repair', not '" + word + "'");
}

void bind_ranges(py::module_& m) {
    py::class_<io::IdRange>(m, "IdRange", "Some rows of a GeoPackage's table: those whose ids lie between two.")
        .def(py::init([](std::int64_t first, std::int64_t last, std::int64_t rows, std::int64_t before) {
                 return io::IdRange{first, last, rows, before};
             }),
             "first"_a, "last"_a, "rows"_a, "before"_a)
        .def_readonly("first", &io::IdRange::first)
        .def_readonly("last", &io::IdRange::last, "The last id that is within.")
        .def_readonly("rows", &io::IdRange::rows, "How many rows the table has there.")
        .def_readonly("before", &io::IdRange::before, "How many it has before these.");
    py::class_<io::TableRanges>(m, "TableRanges", "How a GeoPackage's table is read a piece at a time.")
        .def_readonly("ranges", &io::TableRanges::ranges, "All rows, in the order of their ids.")
        .def_readonly("zoned_times", &io::TableRanges::zoned_times, "Columns of times of which some say their zone.")
        .def_readonly("days", &io::TableRanges::days, "Columns of dates that hold any.");
}

void bind_reading(py::module_& m) {
    bind_ranges(m);
    py::class_<io::ReadOptions>(m, "ReadOptions", "How a layer is read; see sheltermap.read.")
        .def(py::init([](std::string layer, std::string crs, std::string encoding, std::string x, std::string y,
                         std::string id, const std::string& invalid, const std::optional<io::IdRange>& ids,
                         bool strict) {
                 return io::ReadOptions{.layer = std::move(layer),
                                        .crs = std::move(crs),
                                        .encoding = std::move(encoding),
                                        .x = std::move(x),
                                        .y = std::move(y),
                                        .id = std::move(id),
                                        .invalid = invalid_policy(invalid),
                                        .ids = ids,
                                        .strict = strict};
             }),
             py::kw_only(), "layer"_a = "", "crs"_a = "", "encoding"_a = "", "x"_a = "", "y"_a = "", "id"_a = "",
             "invalid"_a = "refuse", "ids"_a = std::nullopt, "strict"_a = true);

    m.def(
        "read_layer",
        [](const path& file, const io::ReadOptions& options) {
            return run_cancellable(
                [&](const Execution& execution) { return io::read_layer(file, options, execution); });
        },
        "path"_a, "options"_a, "Reads a vector file.");
    m.def(
        "ranges_by_id",
        [](const path& file, const io::ReadOptions& options, std::int64_t rows_per_range) {
            return run_cancellable(
                [&](const Execution& execution) { return io::ranges_by_id(file, options, rows_per_range, execution); });
        },
        "path"_a, "options"_a, "rows_per_range"_a,
        "Cuts a GeoPackage's table into ranges of so many rows, the last of fewer; ReadError for a view.");
    m.def("readable_file", &io::readable_file, "path"_a, "options"_a,
          "The absolute path of a file that somebody else is to read, once it has passed the checks of a path.");
    m.def(
        "read_geojson_text",
        [](const std::string& text, const std::string& name, const io::ReadOptions& options) {
            return run_cancellable(
                [&](const Execution& execution) { return io::read_geojson_text(text, name, options, execution); });
        },
        "text"_a, "name"_a, "options"_a, "Reads a GeoJSON text; `name` stands for it in messages.");
    m.def(
        "csv_cells",
        [](const std::string& text, const std::string& name) {
            return run_cancellable([&](const Execution& execution) { return io::csv_cells(text, name, execution); });
        },
        "text"_a, "name"_a,
        "The cells of a CSV text as they stand: a table of texts; `name` stands for it in messages.");
    m.def("page_limit_note", &io::page_limit_note, "rows"_a,
          "What is to be said of exactly as many rows as services hand out at once; empty for any other number.");
    m.def("require_few_columns", &io::require_few_columns, "columns"_a, "file_name"_a,
          "ReadError where a table has more columns than a spreadsheet can.");
    m.def("layer_names", &io::layer_names, "path"_a, py::call_guard<py::gil_scoped_release>(),
          "Names of the layers in a file, those with geometries first.");
    m.def(
        "check_rows",
        [](io::Layer& layer, const std::string& source, const io::ReadOptions& options) {
            return run_cancellable([&](const Execution& execution) {
                return io::check_rows(std::move(layer), source, options, execution);
            });
        },
        "layer"_a, "source"_a, "options"_a,
        "The checks of read_layer, for a layer that did not come from a file: the layer with what they refuse or mend. "
        "What is given moves into it and is empty afterwards.");
}

void bind_writing(py::module_& m) {
    m.def(
        "write_layers",
        [](const path& file, const py::typing::Iterable<io::Layer>& layers) {
            const py::iterator given = py::iter(layers);
            run_asking([&](const Execution& execution, Asked& asked) {
                const auto next = [&] {
                    std::shared_ptr<const io::Layer> layer;
                    asked([&] {
                        const auto found = py::reinterpret_steal<py::object>(PyIter_Next(given.ptr()));
                        if (PyErr_Occurred() != nullptr) throw py::error_already_set();
                        if (found) layer = found.cast<std::shared_ptr<io::Layer>>();
                    });
                    return layer;
                };
                io::write_layers(file, next, execution);
                return true;
            });
        },
        "path"_a, "layers"_a,
        "Writes layers to one file, whole or not at all. A GeoPackage asks for a large one when the ones before are "
        "written and let go.");
    m.def("sibling_for", &io::sibling_for, "target"_a, "A new name beside the target, to write to before replace().");
    m.def("replace", &io::replace, "fresh"_a, "target"_a, py::call_guard<py::gil_scoped_release>(),
          "Puts a file or folder in the place of another in one step.");
}

}  // namespace

void bind_io(py::module_& m) {
    bind_table(m);
    bind_words(m);
    bind_layer(m);
    bind_reading(m);
    bind_writing(m);
    m.def(
        "start_runtime",
        [](const path& proj_data, const path& gdal_data) { io::start_runtime({proj_data, gdal_data}); },
        "proj_data"_a = "", "gdal_data"_a = "",
        "Registers drivers and points PROJ and GDAL to the folders of their data, by default those it was built with. "
        "The first call counts; SheltermapError where a folder has no proj.db or another GDAL answers.");
    m.def(
        "runtime_versions",
        [] {
            const auto versions = io::runtime_versions();
            return std::map<std::string, std::string>{{"gdal", versions.gdal},
                                                      {"geos", versions.geos},
                                                      {"proj", versions.proj},
                                                      {"proj_data", versions.proj_data}};
        },
        "Versions of the libraries underneath, and where PROJ's database lies.");
}

}  // namespace sheltermap::python
