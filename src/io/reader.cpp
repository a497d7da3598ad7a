// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/reader.hpp"

#include "sheltermap/base/error.hpp"

#include "base/path_text.hpp"
#include "io/csv/csv.hpp"
#include "io/features.hpp"
#include "io/files/text_file.hpp"
#include "io/geojson/geojson.hpp"
#include "io/geopackage/sqlite_watch.hpp"
#include "io/ogr/open.hpp"
#include <algorithm>
#include <new>
#include <stdexcept>

namespace sheltermap::io {
namespace {

/// Of a source with several data sets (shapefiles in an archive) the one the layer is named after.
const std::string& choose_data_set(const Source& source, const std::string& layer) {
    if (source.gdal_names.size() == 1) return source.gdal_names.front();
    const auto stem = [](const std::string& name) { return path_text(path_named(name).stem()); };
    const auto found = std::ranges::find(source.gdal_names, layer, stem);
    if (found != source.gdal_names.end()) return *found;
    std::string names;
    for (const auto& name : source.gdal_names) names += (names.empty() ? "'" : ", '") + stem(name) + "'";
    throw ReadError(source.file_name +
                    (layer.empty() ? " has several layers: " : " has no layer '" + layer + "'; it has ") + names +
                    (layer.empty() ? "; name one with layer=" : ""));
}

void require_only_layer(const std::string& asked, const Source& source) {
    const std::string only = path_text(source.path.stem());
    if (!asked.empty() && asked != only)
        throw ReadError(source.file_name + " has no layer '" + asked + "'; it has '" + only + "'");
}

/// An option that would have no effect is a mistake.
void require_fitting(const ReadOptions& options, Format format) {
    const bool has_encoding = format == Format::csv || format == Format::geojson || format == Format::shapefile;
    if (!options.encoding.empty() && !has_encoding) {
        throw std::invalid_argument("encoding is for CSV, GeoJSON and Shapefile; this format says its own");
    }
    if ((!options.x.empty() || !options.y.empty()) && format != Format::csv && format != Format::spreadsheet)
        throw std::invalid_argument("x and y are for tables: CSV, spreadsheets, lists in JSON");
    if (options.ids && format != Format::geopackage)
        throw std::invalid_argument("ranges of ids are for GeoPackages: rows of other files are read in one piece");
}

/// Reads through GDAL. A view of a GeoPackage runs what somebody put into the file, which need not come to an end.
Layer read_watched(GDALDataset& dataset, OGRLayer& layer, const Source& source, const std::string& gdal_name,
                   const ReadOptions& options, GdalCall& call, const Execution& execution) {
    constexpr std::int64_t fewest_steps = 100'000'000, steps_per_row = 20;
    const bool is_database = source.format == Format::geopackage;
    const SqliteWatch watch(is_database ? static_cast<sqlite3*>(dataset.GetInternalHandle("SQLITE_HANDLE")) : nullptr,
                            execution.stop, std::max(fewest_steps, steps_per_row * options.max_rows));
    try {
        return read_features(dataset, layer, source, gdal_name, options, call, execution);
    } catch (const ReadError&) {
        if (execution.stop.stop_requested()) throw Cancelled();
        if (!watch.gave_up()) throw;
        throw ReadError("layer '" + std::string(layer.GetName()) + "' in " + source.file_name +
                        " does not come to an end: it is a view, or larger than can be read; save it as a table of its "
                        "own (in QGIS: Export, Save Features As)");
    }
}

Layer read_unchecked(const Source& source, const ReadOptions& options, const Execution& execution) {
    require_fitting(options, source.format);
    if (is_read_by_python(source.format))
        throw ReadError(source.file_name + " is read by sheltermap's Python package only; convert it to GeoPackage");
    if (source.format == Format::csv || source.format == Format::geojson) {
        require_only_layer(options.layer, source);
        if (source.format == Format::csv) return read_csv(source, options, execution);
        return read_geojson(text_of(source, options.encoding, execution).view, source.file_name,
                            path_text(source.path.stem()), options, execution);
    }
    GdalCall call;
    const std::string& gdal_name = choose_data_set(source, options.layer);
    const auto dataset = open_dataset(source, gdal_name, call);
    const std::string layer = source.format == Format::shapefile ? std::string() : options.layer;
    return read_watched(*dataset, choose_layer(*dataset, source, layer), source, gdal_name, options, call, execution);
}

}  // namespace

Layer read_layer(const std::filesystem::path& path, const ReadOptions& options, const Execution& execution) {
    try {
        const Source source = locate(path, options);
        return check_rows(read_unchecked(source, options, execution), source.file_name, options, execution);
    } catch (const std::filesystem::filesystem_error& error) {  // no permission, a disk that fails
        throw ReadError(path_text(path) + " cannot be read: " + error.code().message());
    } catch (const std::bad_alloc&) {
        throw ReadError(path_text(path) +
                        " does not fit into memory; split it, or convert it to GeoPackage and read it by layers");
    }
}

TableRanges ranges_by_id(const std::filesystem::path& path, const ReadOptions& options, std::int64_t rows_per_range,
                         const Execution& execution) {
    if (rows_per_range < 1) throw std::invalid_argument("a range has one row at least");
    try {
        const Source source = locate(path, {.ids = IdRange{}});  // of any size
        if (source.format != Format::geopackage)
            throw std::invalid_argument(source.file_name + " is no GeoPackage, whose rows alone are told apart by ids");
        GdalCall call;
        const std::string& gdal_name = source.gdal_names.front();
        const auto dataset = open_dataset(source, gdal_name, call);
        return feature_ranges(choose_layer(*dataset, source, options.layer), source, gdal_name, rows_per_range, call,
                              execution);
    } catch (const std::filesystem::filesystem_error& error) {
        throw ReadError(path_text(path) + " cannot be read: " + error.code().message());
    }
}

Layer read_geojson_text(std::string_view text, const std::string& name, const ReadOptions& options,
                        const Execution& execution) {
    require_fitting(options, Format::geojson);
    return check_rows(read_geojson(text, name, name, options, execution), name, options, execution);
}

std::filesystem::path readable_file(const std::filesystem::path& path, const ReadOptions& options) {
    const Source source = locate(path, options);
    require_fitting(options, source.format);
    if (source.format != Format::spreadsheet) require_only_layer(options.layer, source);  // its layers are its sheets
    return source.path;
}

std::vector<std::string> layer_names(const std::filesystem::path& path) {
    const Source source = locate(path, {});
    if (source.format == Format::csv || source.format == Format::geojson || is_read_by_python(source.format))
        return {path_text(source.path.stem())};
    std::vector<std::string> spatial, tables;
    GdalCall call;
    for (const auto& gdal_name : source.gdal_names) {
        const auto dataset = open_dataset(source, gdal_name, call);
        for (OGRLayer* layer : dataset->GetLayers())
            (layer->GetGeomType() != wkbNone ? spatial : tables).emplace_back(layer->GetName());
    }
    spatial.insert(spatial.end(), tables.begin(), tables.end());
    return spatial;
}

}  // namespace sheltermap::io
