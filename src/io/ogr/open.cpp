// SPDX-License-Identifier: Apache-2.0
#include "io/ogr/open.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/io/runtime.hpp"

#include "io/ogr/integrity.hpp"
#include <array>
#include <vector>

namespace sheltermap::io {
namespace {

struct Driver {
    const char* name;
    std::vector<const char*> open_options;
};

Driver driver_of(Format format) {
    switch (format) {
        case Format::geopackage:
            return {"GPKG", {"LIST_ALL_TABLES=NO"}};
        case Format::shapefile:
            // Texts stay as the bytes in the file: GDAL would drop what it cannot convert.
            return {"ESRI Shapefile", {"ENCODING="}};
        case Format::flatgeobuf:
            return {"FlatGeobuf", {"VERIFY_BUFFERS=YES"}};
        case Format::file_geodatabase:
            return {"OpenFileGDB", {}};
        case Format::geojson:
        case Format::csv:
        case Format::geoparquet:
        case Format::spreadsheet:
        case Format::kml:
            break;  // read without GDAL
    }
    throw std::logic_error("no GDAL driver reads this format here");
}

std::string names_of(const std::vector<OGRLayer*>& layers) {
    std::string names;
    for (OGRLayer* layer : layers) names += (names.empty() ? "'" : ", '") + std::string(layer->GetName()) + "'";
    return names;
}

}  // namespace

GDALDatasetUniquePtr open_dataset(const Source& source, const std::string& gdal_name, GdalCall& call) {
    start_runtime();
    require_whole(source, gdal_name);
    Driver driver = driver_of(source.format);
    driver.open_options.push_back(nullptr);
    const std::array<const char*, 2> allowed{driver.name, nullptr};
    GDALDatasetUniquePtr dataset(GDALDataset::Open(gdal_name.c_str(),
                                                   GDAL_OF_VECTOR | GDAL_OF_READONLY | GDAL_OF_VERBOSE_ERROR,
                                                   allowed.data(), driver.open_options.data(), nullptr));
    const std::string said = call.take();
    if (!dataset) {
        throw ReadError(source.file_name + " cannot be read as " + driver.name + (said.empty() ? "" : ": " + said));
    }
    if (!said.empty()) throw ReadError(source.file_name + " is damaged: " + said);
    return dataset;
}

OGRLayer& choose_layer(GDALDataset& dataset, const Source& source, const std::string& name) {
    std::vector<OGRLayer*> all;
    std::vector<OGRLayer*> spatial;
    for (OGRLayer* layer : dataset.GetLayers()) {
        if (!name.empty() && name == layer->GetName()) return *layer;
        all.push_back(layer);
        if (layer->GetGeomType() != wkbNone) spatial.push_back(layer);
    }
    if (all.empty()) throw ReadError(source.file_name + " holds no layer");
    if (!name.empty()) {
        throw ReadError(source.file_name + " has no layer '" + name + "'; it has " + names_of(all));
    }
    if (spatial.size() == 1) return *spatial.front();
    if (all.size() == 1) return *all.front();
    throw ReadError(source.file_name + " has several layers: " + names_of(spatial.empty() ? all : spatial) +
                    "; name one with layer=");
}

}  // namespace sheltermap::io
