// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/raster.hpp"

#include "sheltermap/raster/sampling.hpp"
#include "sheltermap/raster/voids.hpp"
#include "sheltermap/raster/zonal.hpp"

#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include "arrays.hpp"
#include "bindings.hpp"
#include "cancellable.hpp"
#include <filesystem>
#include <limits>
#include <memory>
#include <optional>
#include <string>

namespace sheltermap::python {

namespace {

using namespace pybind11::literals;

void bind_raster_file(py::module_& m) {
    py::class_<io::RasterFile, std::shared_ptr<io::RasterFile>>(
        m, "RasterFile", "A band of a GeoTIFF or of an ASCII grid; its cells are read when they are needed.")
        .def(py::init([](const std::filesystem::path& path, int band, const std::string& crs,
                         std::optional<double> nodata, std::optional<double> lowest) {
                 return unlocked([&] {
                     return std::make_shared<io::RasterFile>(
                         path, io::RasterOptions{.band = band, .crs = crs, .nodata = nodata, .lowest = lowest});
                 });
             }),
             "path"_a, py::kw_only(), "band"_a = 1, "crs"_a = "", "nodata"_a = py::none(), "lowest"_a = py::none(),
             "Opens it and reads its header; ReadError or CrsError where it cannot be used.")
        .def_property_readonly(
            "shape", [](const io::RasterFile& self) { return std::pair(self.grid().rows, self.grid().columns); },
            "Rows and columns.")
        .def_property_readonly(
            "corner", [](const io::RasterFile& self) { return std::pair(self.grid().corner.x, self.grid().corner.y); },
            "Outer corner of the cell in the first column of the first row.")
        .def_property_readonly(
            "step", [](const io::RasterFile& self) { return std::pair(self.grid().step.x, self.grid().step.y); },
            "From a column, and from a row, to the next; the second is negative where rows run southwards.")
        .def_property_readonly("crs", &io::RasterFile::crs)
        .def_property_readonly("nodata", &io::RasterFile::nodata,
                               "The value of cells without one, as it is in the file; None where all have a value.")
        .def_property_readonly("is_whole", &io::RasterFile::is_whole, "Whether the band holds whole numbers.")
        .def_property_readonly("bands", &io::RasterFile::bands, "How many bands the file has.")
        .def_property_readonly(
            "block", [](const io::RasterFile& self) { return std::pair(self.block_rows(), self.block_columns()); },
            "Rows and columns that are read at once.");
}

void bind_zonal(py::module_& m) {
    py::class_<ZonalStatistics> result(m, "ZonalStatistics",
                                       "Statistics of a raster by zones, one entry per zone; NaN for a zone without a "
                                       "geometry. Cells count by the fraction of them in the zone.");
    result.def("__len__", &ZonalStatistics::size);
    def_column(result, "cells", &ZonalStatistics::cells, "float64: cells with a value.");
    def_column(result, "void_cells", &ZonalStatistics::void_cells, "float64: cells without one.");
    def_column(result, "outside_cells", &ZonalStatistics::outside_cells,
               "float64: as many cells as the part outside the raster has room for.");
    def_column(result, "sum", &ZonalStatistics::sum, "float64: of value times fraction.");
    def_column(result, "least", &ZonalStatistics::least, "float64: NaN where no cell has a value.");
    def_column(result, "greatest", &ZonalStatistics::greatest, "float64: NaN where no cell has a value.");
    def_column(result, "area_m2", &ZonalStatistics::area_m2, "float64: of cells with a value.");
    def_column(result, "void_m2", &ZonalStatistics::void_m2, "float64: of cells without one.");
    def_column(result, "outside_m2", &ZonalStatistics::outside_m2, "float64: outside the raster.");
    def_column(result, "class_offsets", &ZonalStatistics::class_offsets,
               "int64, shape (zones + 1,): classes of zone r are class_offsets[r] to class_offsets[r + 1].");
    def_column(result, "class_value", &ZonalStatistics::class_value, "float64: ascending within a zone.");
    def_column(result, "class_cells", &ZonalStatistics::class_cells, "float64: cells of that value.");
    m.def(
        "zonal_statistics",
        [](const GeometryColumn& zones, const io::RasterFile& raster, bool extremes, bool areas, bool classes,
           std::size_t most_classes) {
            const ZonalOptions options{
                .extremes = extremes, .areas = areas, .classes = classes, .most_classes = most_classes};
            return run_cancellable(
                [&](const Execution& execution) { return zonal_statistics(zones, raster, options, execution); });
        },
        "zones"_a, "raster"_a, py::kw_only(), "extremes"_a = false, "areas"_a = false, "classes"_a = false,
        "most_classes"_a = ZonalOptions{}.most_classes,
        "Statistics of a raster by zones: polygons in the raster's CRS, edges straight in it.");
}

void bind_sampling(py::module_& m) {
    m.def(
        "sample_cells",
        [](const Array<double>& places, const io::RasterFile& raster) {
            const auto given = view_pairs<XY>(places, "places");
            Samples found =
                run_cancellable([&](const Execution& execution) { return sample_cells(given, raster, execution); });
            std::vector<std::uint8_t> what(found.what.size());
            std::ranges::transform(found.what, what.begin(),
                                   [](Sampled each) { return static_cast<std::uint8_t>(each); });
            return std::pair(to_array(std::move(found.value)), to_array(std::move(what)));
        },
        "places"_a, "raster"_a,
        "The values of the cells at places in the raster's CRS, shape (n, 2), and what became of each: 0 it has a "
        "value, 1 its cell has none, 2 it lies outside, 3 there is no place.");
}

void bind_voids(py::module_& m) {
    m.def(
        "in_enclosed_void",
        [](const Array<double>& places, const io::RasterFile& raster) {
            const auto given = view_pairs<XY>(places, "places");
            return to_array(run_cancellable(
                [&](const Execution& execution) { return in_enclosed_void(given, raster, execution); }));
        },
        "places"_a, "raster"_a,
        "uint8 per place in the raster's CRS: whether its cell lies in a void that cells with a value enclose.");
    m.def(
        "nearest_values",
        [](const Array<double>& places, const io::RasterFile& raster, double within_m, double above) {
            const auto given = view_pairs<XY>(places, "places");
            NearestValues found = run_cancellable(
                [&](const Execution& execution) { return nearest_values(given, raster, within_m, above, execution); });
            return std::pair(to_array(std::move(found.value)), to_array(std::move(found.distance_m)));
        },
        "places"_a, "raster"_a, "within_m"_a, "above"_a = -std::numeric_limits<double>::infinity(),
        "For places in the raster's CRS the value of the nearest cell that has one above `above`, and the metres to "
        "its "
        "middle; NaN where none is within `within_m`.");
}

}  // namespace

void bind_raster(py::module_& m) {
    bind_raster_file(m);
    bind_zonal(m);
    bind_sampling(m);
    bind_voids(m);
}

}  // namespace sheltermap::python
