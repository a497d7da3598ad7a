// SPDX-License-Identifier: Apache-2.0
#include "base/path_text.hpp"
#include "io/files/write_failure.hpp"
#include "io/formats_out.hpp"
#include "io/geopackage/geopackage_rows.hpp"
#include "io/geopackage/sqlite_database.hpp"
#include "io/geopackage/sqlite_pages.hpp"
#include "io/ogr/ogr_writer.hpp"
#include "io/ogr/open.hpp"
#include <memory>
#include <string>
#include <vector>

namespace sheltermap::io {
namespace {

/// Layers that are written together: GDAL opens the file once for them.
using Batch = std::vector<std::shared_ptr<const Layer>>;

/// Small layers until they have rows enough; a large one as the last.
Batch next_batch(const LayerStream& layers) {
    constexpr std::size_t enough = 100'000;
    Batch batch;
    for (std::size_t rows = 0; rows < enough;) {
        auto layer = layers();
        if (layer == nullptr) break;
        rows += layer->attributes.rows;
        batch.push_back(std::move(layer));
    }
    return batch;
}

/// Opens the file as a reader does and has SQLite go through all rows.
void require_readable(const std::filesystem::path& path, const std::filesystem::path& target,
                      std::span<const GeopackageTable> tables) {
    GdalCall call;
    const Source source = locate(path, {});
    const auto dataset = open_dataset(source, source.gdal_names.front(), call);
    SqliteDatabase database(path_text(path));
    for (const GeopackageTable& table : tables) {
        const auto promised = choose_layer(*dataset, source, table.name).GetFeatureCount();
        const std::string said = call.take();
        const std::string geometry = table.geometry.empty() ? "NULL" : sql_quoted(table.geometry);
        SqliteStatement count = database.prepare("SELECT count(*), count(" + geometry + ") FROM " +
                                                 sql_quoted(table.name) + " NOT INDEXED");
        if (!count.step() || count.integer(0) != table.rows || promised != table.rows ||
            count.integer(1) != table.places || !said.empty())
            throw write_failure(target, "what was written cannot be read back " + said);
    }
}

/// Adds tables without rows.
std::vector<GeopackageTable> created(OgrWriter&& writer, const Batch& layers) {
    std::vector<GeopackageTable> tables;
    for (const auto& layer : layers) {
        const GeopackageTable& table = tables.emplace_back(table_for(*layer));
        CPLStringList options;
        options.SetNameValue("FID", table.fid.c_str());
        if (layer->crs) options.SetNameValue("GEOMETRY_NAME", table.geometry.c_str());
        writer.create(*layer, options);
    }
    writer.close();
    return tables;
}

/// Fills tables: what SQL does best by SQL, and the many rows page by page.
void fill(const std::filesystem::path& path, const Batch& layers, std::vector<GeopackageTable>& tables,
          const Execution& execution) {
    SqliteDatabase database(path_text(path));
    // The draft is synced as a whole before it counts, so SQLite need not guard every step of it.
    database.run("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA locking_mode = EXCLUSIVE; BEGIN");
    for (std::size_t i = 0; i < layers.size(); ++i) settle(database, *layers[i], tables[i]);
    database.run("COMMIT");
    database.close();
    SqlitePages pages(path);
    for (std::size_t i = 0; i < layers.size(); ++i) put_rows(pages, *layers[i], tables[i], execution);
    pages.close();
}

}  // namespace

void write_geopackage(const std::filesystem::path& path, const std::filesystem::path& target, const LayerStream& layers,
                      const Execution& execution) {
    std::vector<GeopackageTable> done;
    try {
        for (Batch batch = next_batch(layers); !batch.empty(); batch = next_batch(layers)) {
            auto tables = done.empty() ? created(OgrWriter("GPKG", path, target), batch)
                                       : created(OgrWriter(path, target), batch);
            fill(path, batch, tables, execution);
            done.insert(done.end(), tables.begin(), tables.end());
            batch.clear();  // before the next ones are made
        }
        require_readable(path, target, done);
    } catch (const SqliteFault& fault) {
        throw write_failure(target, fault.what());
    }
}

}  // namespace sheltermap::io
