// SPDX-License-Identifier: Apache-2.0
#include "io/files/write_failure.hpp"
#include "io/formats_out.hpp"
#include "io/geopackage/geopackage_rows.hpp"
#include "io/geopackage/sqlite_database.hpp"
#include "io/ogr/ogr_writer.hpp"
#include "io/ogr/open.hpp"
#include "io/text.hpp"
#include <algorithm>
#include <set>
#include <string>
#include <vector>

namespace sheltermap::io {
namespace {

/// A name for a column of GDAL's own that no attribute has.
std::string unused_name(const Layer& layer, std::string wanted) {
    std::set<std::string> taken;
    for (const Column& column : layer.attributes.columns) taken.insert(lower(column.name));
    while (taken.contains(wanted)) wanted += "_";
    return wanted;
}

/// Opens the file as a reader does and has SQLite go through all rows.
void require_readable(const std::filesystem::path& path, const std::filesystem::path& target, const Layer& layer,
                      const GeopackageTable& table) {
    GdalCall call;
    const Source source = locate(path, {});
    const auto dataset = open_dataset(source, source.gdal_names.front(), call);
    const auto promised = choose_layer(*dataset, source, layer.name).GetFeatureCount();
    const std::string said = call.take();
    SqliteDatabase database(path.string());
    const std::string geometry = table.geometry.empty() ? "NULL" : sql_quoted(table.geometry);
    SqliteStatement count =
        database.prepare("SELECT count(*), count(" + geometry + ") FROM " + sql_quoted(table.name) + " NOT INDEXED");
    const auto places =
        std::ranges::count_if(layer.geometry.types, [](GeometryType type) { return type != GeometryType::missing; });
    const auto rows = static_cast<std::int64_t>(layer.attributes.rows);
    if (!count.step() || count.integer(0) != rows || promised != rows || count.integer(1) != places || !said.empty())
        throw write_failure(target, "what was written cannot be read back " + said);
}

}  // namespace

void write_geopackage(const std::filesystem::path& path, const std::filesystem::path& target,
                      std::span<const Layer* const> layers, const Execution& execution) {
    OgrWriter writer("GPKG", path, target);
    std::vector<GeopackageTable> tables;
    for (const Layer* layer : layers) {
        tables.push_back({layer->name, unused_name(*layer, "fid"), layer->crs ? unused_name(*layer, "geom") : "",
                          common_type(*layer)});
        CPLStringList options;
        options.SetNameValue("FID", tables.back().fid.c_str());
        if (layer->crs) options.SetNameValue("GEOMETRY_NAME", tables.back().geometry.c_str());
        writer.create(*layer, options);
    }
    writer.close();
    try {
        SqliteDatabase database(path.string());
        // The draft is synced as a whole before it counts, so SQLite need not guard every step of it.
        database.run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN");
        for (std::size_t i = 0; i < layers.size(); ++i) put_rows(database, *layers[i], tables[i], execution);
        database.run("COMMIT");
        database.close();
        for (std::size_t i = 0; i < layers.size(); ++i) require_readable(path, target, *layers[i], tables[i]);
    } catch (const SqliteFault& fault) {
        throw write_failure(target, fault.what());
    }
}

}  // namespace sheltermap::io
