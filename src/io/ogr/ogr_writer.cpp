// SPDX-License-Identifier: Apache-2.0
#include "io/ogr/ogr_writer.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/io/runtime.hpp"

#include "base/path_text.hpp"
#include "io/files/write_failure.hpp"
#include "io/ogr/ogr_fields.hpp"
#include "io/ogr/ogr_geometry.hpp"
#include "io/ogr/open.hpp"
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <set>
#include <string>
#include <string_view>
#include <utility>

namespace sheltermap::io {
namespace {

/// By its code where the database knows it: software of another age spells the definition behind a code differently.
bool take_crs(OGRSpatialReference& reference, const Crs& crs) {
    reference.SetAxisMappingStrategy(OAMS_TRADITIONAL_GIS_ORDER);
    constexpr std::string_view epsg = "EPSG:";
    const bool has_code = crs.code().starts_with(epsg);
    if (has_code && reference.importFromEPSG(std::atoi(crs.code().c_str() + epsg.size())) == OGRERR_NONE) return true;
    return reference.importFromWkt(crs.wkt().c_str()) == OGRERR_NONE;
}

/// GDAL's GeoPackage driver looks behind the code that a definition names.
void require_honest_code(const std::string& said, const Layer& layer, const std::filesystem::path& target) {
    constexpr std::string_view before = "Passed SRS uses ", after = " identification, but its definition is not";
    const auto begin = said.find(before), end = said.find(after);
    if (begin == std::string::npos || end == std::string::npos) return;
    const auto code = said.substr(begin + before.size(), end - begin - before.size());
    throw WriteError(
        path_text(target) + " cannot be written: the reference system of layer '" + layer.name + "', '" +
        layer.crs->name() + "', calls itself " + code +
        " and is defined otherwise; correct its definition, or set the one that is meant: frame.set_crs('" + code +
        "', allow_override=True)");
}

OGRFeatureUniquePtr feature_of(OGRLayer& out, const Layer& layer, const OgrFields& fields, std::size_t row) {
    OGRFeatureUniquePtr feature(OGRFeature::CreateFeature(out.GetLayerDefn()));
    fields.fill(*feature, row);
    if (!layer.crs) return feature;
    auto geometry = to_ogr(layer.geometry, row);
    const OGRwkbGeometryType type = out.GetGeomType();
    if (geometry && type != wkbUnknown && wkbFlatten(geometry->getGeometryType()) != type)
        geometry.reset(OGRGeometryFactory::forceTo(geometry.release(), type));
    feature->SetGeometryDirectly(geometry.release());
    return feature;
}

/// https://reproducible-builds.org/specs/source-date-epoch/: the time written into files; empty where it is not set.
std::string source_time() {
    const char* epoch = std::getenv("SOURCE_DATE_EPOCH");  // NOLINT(concurrency-mt-unsafe): we never set one
    if (epoch == nullptr) return "";
    const std::chrono::sys_seconds time{std::chrono::seconds(std::strtoll(epoch, nullptr, 10))};
    return cell_text({"", Times{{std::chrono::microseconds(time.time_since_epoch()).count()}, false}, {1}}, 0);
}

}  // namespace

/// The one type all rows have; for single and multiple ones of a kind the multiple one; missing where they differ.
GeometryType common_type(const Layer& layer) {
    std::set<GeometryType> types(layer.geometry.types.begin(), layer.geometry.types.end());
    types.erase(GeometryType::missing);
    const auto is_only = [&](GeometryType single, GeometryType multiple) {
        return types == std::set{single, multiple};
    };
    if (types.size() == 1) return *types.begin();
    if (is_only(GeometryType::point, GeometryType::multi_point)) return GeometryType::multi_point;
    if (is_only(GeometryType::line_string, GeometryType::multi_line_string)) return GeometryType::multi_line_string;
    if (is_only(GeometryType::polygon, GeometryType::multi_polygon)) return GeometryType::multi_polygon;
    return GeometryType::missing;
}

bool has_geometries(const Layer& layer) {
    return std::ranges::any_of(layer.geometry.types, [](GeometryType type) { return type != GeometryType::missing; });
}

void require_rows(const std::filesystem::path& path, const std::filesystem::path& target,
                  std::span<const Layer* const> layers) {
    GdalCall call;
    const Source source = locate(path, {});
    const auto dataset = open_dataset(source, source.gdal_names.front(), call);
    for (const Layer* layer : layers) {
        std::size_t rows = 0;
        OGRLayer& back = choose_layer(*dataset, source, layers.size() == 1 ? "" : layer->name);
        while (const OGRFeatureUniquePtr feature{back.GetNextFeature()}) ++rows;
        const std::string said = call.take();
        if (rows != layer->attributes.rows || !said.empty())
            throw write_failure(target, "what was written cannot be read back " + said);
    }
}

OgrWriter::OgrWriter(std::filesystem::path target) : target_(std::move(target)) {
    start_runtime();
    if (const std::string time = source_time(); !time.empty())
        call_.set_option("OGR_CURRENT_DATE", (time + ".000Z").c_str());
    call_.set_option("OGR_SQLITE_SYNCHRONOUS", "OFF");  // the draft is synced as a whole before it counts
    call_.set_option("OGR_SQLITE_JOURNAL", "MEMORY");
}

OgrWriter::OgrWriter(const char* driver, const std::filesystem::path& path, std::filesystem::path target)
    : OgrWriter(std::move(target)) {
    dataset_.reset(GetGDALDriverManager()->GetDriverByName(driver)->Create(path_text(path).c_str(), 0, 0, 0,
                                                                           GDT_Unknown, nullptr));
    require(dataset_ != nullptr);
}

OgrWriter::OgrWriter(const std::filesystem::path& path, std::filesystem::path target) : OgrWriter(std::move(target)) {
    dataset_.reset(GDALDataset::Open(path_text(path).c_str(), GDAL_OF_VECTOR | GDAL_OF_UPDATE));
    require(dataset_ != nullptr);
}

OGRLayer& OgrWriter::create(const Layer& layer, CPLStringList options, const OgrFields::Shape& shape,
                            OGRwkbGeometryType otherwise) {
    const GeometryType common = common_type(layer);
    const OGRwkbGeometryType type = common == GeometryType::missing ? otherwise : ogr_type(common);
    OGRSpatialReference reference;
    if (layer.crs) require(take_crs(reference, *layer.crs));
    OGRLayer* out = dataset_->CreateLayer(layer.name.c_str(), layer.crs ? &reference : nullptr,
                                          layer.crs ? type : wkbNone, options.List());
    const std::string said = call_.take();
    if (layer.crs) require_honest_code(said, layer, target_);
    require(out != nullptr, said);
    require(OgrFields(layer.attributes).create_in(*out, shape));
    return *out;
}

void OgrWriter::add_domain(std::unique_ptr<OGRFieldDomain> domain) {
    std::string why;
    if (!dataset_->AddFieldDomain(std::move(domain), why)) throw write_failure(target_, why);
    require(true);
}

void OgrWriter::fill(OGRLayer& out, const Layer& layer, const Execution& execution) {
    const OgrFields fields(layer.attributes);
    for (std::size_t row = 0; row < layer.attributes.rows; ++row) {
        if (row % rows_per_block == 0 && execution.stop.stop_requested()) throw Cancelled();
        require(out.CreateFeature(feature_of(out, layer, fields, row).get()) == OGRERR_NONE);
    }
}

void OgrWriter::close() {
    dataset_.reset();
    require(true);
}

std::string OgrWriter::source_day() { return source_time().substr(0, 10); }

void OgrWriter::require(bool done) { require(done, call_.take()); }

void OgrWriter::require(bool done, const std::string& said) const {
    if (done && said.empty()) return;
    throw write_failure(target_, said.empty() ? "GDAL gives no reason" : said);
}

}  // namespace sheltermap::io
