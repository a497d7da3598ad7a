// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"
#include "sheltermap/io/runtime.hpp"

#include <cpl_string.h>
#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include "formats_out.hpp"
#include "gdal_call.hpp"
#include "ogr_fields.hpp"
#include "ogr_geometry.hpp"
#include "open.hpp"
#include "text.hpp"
#include "write_failure.hpp"
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace sheltermap::io {
namespace {

/// The one type all rows have; for single and multiple ones of a kind the multiple one; else any.
OGRwkbGeometryType common_type(const Layer& layer) {
    if (!layer.crs) return wkbNone;
    std::set<GeometryType> types(layer.geometry.types.begin(), layer.geometry.types.end());
    types.erase(GeometryType::missing);
    const auto is_only = [&](GeometryType single, GeometryType multiple) {
        return types == std::set{single, multiple};
    };
    if (types.size() == 1) return ogr_type(*types.begin());
    if (is_only(GeometryType::point, GeometryType::multi_point)) return wkbMultiPoint;
    if (is_only(GeometryType::line_string, GeometryType::multi_line_string)) return wkbMultiLineString;
    if (is_only(GeometryType::polygon, GeometryType::multi_polygon)) return wkbMultiPolygon;
    return wkbUnknown;
}

/// By its code where the database knows it: software of another age spells the definition behind a code differently.
bool take_crs(OGRSpatialReference& reference, const Crs& crs) {
    reference.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    constexpr std::string_view epsg = "EPSG:";
    const bool has_code = crs.code().starts_with(epsg);
    if (has_code && reference.importFromEPSG(std::atoi(crs.code().c_str() + epsg.size())) == OGRERR_NONE) return true;
    return reference.importFromWkt(crs.wkt().c_str()) == OGRERR_NONE;
}

/// A name for a column of GDAL's own that no attribute has.
std::string unused_name(const Layer& layer, std::string wanted) {
    std::set<std::string> taken;
    for (const Column& column : layer.attributes.columns) taken.insert(lower(column.name));
    while (taken.contains(wanted)) wanted += "_";
    return wanted;
}

/// One data set being written; what GDAL says on the way becomes an error.
class OgrWriter {
public:
    OgrWriter(const char* driver, const std::filesystem::path& path, std::filesystem::path target)
        : target_(std::move(target)) {
        start_runtime();
        honour_source_date();
        // The draft is synced as a whole before it counts, so SQLite need not guard every step of it.
        call_.set_option("OGR_SQLITE_SYNCHRONOUS", "OFF");
        call_.set_option("OGR_SQLITE_JOURNAL", "MEMORY");
        call_.set_option("OGR_SQLITE_CACHE", "256");  // megabytes: building the index jumps about
        dataset_.reset(
            GetGDALDriverManager()->GetDriverByName(driver)->Create(path.c_str(), 0, 0, 0, GDT_Unknown, nullptr));
        require(dataset_ != nullptr);
    }

    void add(const Layer& layer, CPLStringList options, const Execution& execution) {
        OGRSpatialReference reference;
        if (layer.crs) require(take_crs(reference, *layer.crs));
        const OGRwkbGeometryType type = common_type(layer);
        OGRLayer* out =
            dataset_->CreateLayer(layer.name.c_str(), layer.crs ? &reference : nullptr, type, options.List());
        require(out != nullptr);
        const OgrFields fields(layer.attributes);
        require(fields.create_in(*out));
        const bool in_transaction = dataset_->TestCapability(ODsCTransactions) != 0;
        if (in_transaction) require(dataset_->StartTransaction() == OGRERR_NONE);
        for (std::size_t row = 0; row < layer.attributes.rows; ++row) {
            if (row % rows_per_block == 0 && execution.stop.stop_requested()) throw Cancelled();
            add_row(*out, layer, fields, row, type);
        }
        if (in_transaction) require(dataset_->CommitTransaction() == OGRERR_NONE);
    }

    void close() {
        dataset_.reset();
        require(true);
    }

private:
    void add_row(OGRLayer& out, const Layer& layer, const OgrFields& fields, std::size_t row, OGRwkbGeometryType type) {
        const OGRFeatureUniquePtr feature(OGRFeature::CreateFeature(out.GetLayerDefn()));
        fields.fill(*feature, row);
        if (layer.crs) {
            auto geometry = to_ogr(layer.geometry, row);
            if (geometry && type != wkbUnknown && wkbFlatten(geometry->getGeometryType()) != type) {
                geometry.reset(OGRGeometryFactory::forceTo(geometry.release(), type));
            }
            feature->SetGeometryDirectly(geometry.release());
        }
        require(out.CreateFeature(feature.get()) == OGRERR_NONE);
    }

    /// https://reproducible-builds.org/specs/source-date-epoch/: the date written into a GeoPackage.
    void honour_source_date() {
        const char* epoch = std::getenv("SOURCE_DATE_EPOCH");  // NOLINT(concurrency-mt-unsafe): we never set one
        if (epoch == nullptr) return;
        const std::chrono::sys_seconds time{std::chrono::seconds(std::strtoll(epoch, nullptr, 10))};
        const Column column{"", Times{{std::chrono::microseconds(time.time_since_epoch()).count()}, false}, {1}};
        call_.set_option("OGR_CURRENT_DATE", (cell_text(column, 0) + ".000Z").c_str());
    }

    void require(bool done) {
        const std::string said = call_.take();
        if (done && said.empty()) return;
        throw write_failure(target_, said.empty() ? "GDAL gives no reason" : said);
    }

    std::filesystem::path target_;
    GdalCall call_;
    GDALDatasetUniquePtr dataset_;
};

void require_readable(const std::filesystem::path& path, const std::filesystem::path& target,
                      std::span<const Layer* const> layers) {
    GdalCall call;
    const Source source = locate(path, {});
    const auto dataset = open_dataset(source, source.gdal_names.front(), call);
    for (const Layer* each : layers) {
        const Layer& layer = *each;
        std::size_t rows = 0;
        OGRLayer& back = choose_layer(*dataset, source, source.format == Format::geopackage ? layer.name : "");
        while (const OGRFeatureUniquePtr feature{back.GetNextFeature()}) ++rows;
        const std::string said = call.take();
        if (rows != layer.attributes.rows || !said.empty())
            throw write_failure(target, "what was written cannot be read back " + said);
    }
}

}  // namespace

void write_geopackage(const std::filesystem::path& path, const std::filesystem::path& target,
                      std::span<const Layer* const> layers, const Execution& execution) {
    OgrWriter writer("GPKG", path, target);
    for (const Layer* each : layers) {
        const Layer& layer = *each;
        CPLStringList options;
        options.SetNameValue("FID", unused_name(layer, "fid").c_str());
        if (layer.crs) options.SetNameValue("GEOMETRY_NAME", unused_name(layer, "geom").c_str());
        writer.add(layer, options, execution);
    }
    writer.close();
    require_readable(path, target, layers);
}

void write_flatgeobuf(const std::filesystem::path& path, const std::filesystem::path& target, const Layer& layer,
                      const Execution& execution) {
    const auto missing = std::ranges::find(layer.geometry.types, GeometryType::missing);
    if (!layer.crs || missing != layer.geometry.types.end()) {
        const auto row = missing - layer.geometry.types.begin() + 1;
        throw WriteError(target.string() + " cannot be written: row " + std::to_string(row) +
                         " has no geometry, which FlatGeobuf cannot hold; write .gpkg, or leave such rows out");
    }
    OgrWriter writer("FlatGeobuf", path, target);
    CPLStringList options;
    options.SetNameValue("SPATIAL_INDEX", "NO");  // an index puts the rows in another order
    writer.add(layer, options, execution);
    writer.close();
    const Layer* const only = &layer;
    require_readable(path, target, {&only, 1});
}

}  // namespace sheltermap::io
