// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/geopackage_rows.hpp"

#include "sheltermap/base/error.hpp"

#include "base/utf8.hpp"
#include "geometry/envelope.hpp"
#include "io/geopackage/geopackage_blob.hpp"
#include "io/geopackage/sqlite_database.hpp"
#include "io/geopackage/sqlite_pages.hpp"
#include "io/geopackage/sqlite_record.hpp"
#include "io/ogr/ogr_writer.hpp"
#include "io/text.hpp"
#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <future>
#include <set>

namespace sheltermap::io {
namespace {

/// Puts one cell that has a value into a record.
struct PutCell {
    SqliteRecord& record;
    const Column& column;
    std::size_t row;

    void operator()(const std::vector<std::int64_t>& values) const { record.put(values[row]); }
    void operator()(const std::vector<double>& values) const {
        if (std::isnan(values[row])) return record.put_null();
        record.put(values[row]);
    }
    void operator()(const Booleans& flags) const { record.put(std::int64_t{flags.values[row] != 0 ? 1 : 0}); }
    void operator()(const Texts& texts) const {
        if (!is_utf8(texts[row])) {
            throw WriteError("the text of column '" + column.name + "' in row " + std::to_string(row + 1) +
                             " is not UTF-8, which a GeoPackage needs");
        }
        record.put(texts[row]);
    }
    void operator()(const Dates&) const { record.put(std::string_view(cell_text(column, row))); }
    /// To the millisecond, with the sign of UTC where it is known to be in it.
    void operator()(const Times& times) const {
        using namespace std::chrono;
        const auto time = floor<milliseconds>(microseconds(times.microseconds[row]) + microseconds(500));
        const auto second = floor<seconds>(time);
        const Column whole{"", Times{{microseconds(second).count()}, false}, {1}};
        std::array<char, 8> rest{};
        std::snprintf(rest.data(), rest.size(), ".%03d%s", static_cast<int>((time - second).count()),
                      times.utc ? "Z" : "");
        record.put(std::string_view(cell_text(whole, 0) + rest.data()));
    }
};

/// A name for a column of GDAL's own that no attribute has.
std::string unused_name(const Layer& layer, std::string wanted) {
    std::set<std::string> taken;
    for (const Column& column : layer.attributes.columns) taken.insert(lower(column.name));
    while (taken.contains(wanted)) wanted += "_";
    return wanted;
}

/// One number that a query finds.
std::int64_t number(SqliteDatabase& database, const std::string& query) {
    SqliteStatement statement = database.prepare(query);
    if (!statement.step()) throw SqliteFault("nothing is found by " + query);
    return statement.integer(0);
}

std::uint32_t root_of(SqliteDatabase& database, const std::string& table) {
    return static_cast<std::uint32_t>(number(
        database, "SELECT rootpage FROM sqlite_master WHERE type = 'table' AND name = " + sql_quoted(table, '\'')));
}

/// Records have their values in the order of the table's columns.
void require_columns(SqliteDatabase& database, const Layer& layer, const GeopackageTable& table) {
    std::vector<std::string> expected{table.fid};
    if (layer.crs) expected.push_back(table.geometry);
    for (const Column& column : layer.attributes.columns) expected.push_back(column.name);
    if (database.texts("SELECT name FROM pragma_table_info(" + sql_quoted(table.name, '\'') + ")") != expected)
        throw SqliteFault("the table '" + table.name + "' has other columns than its layer");
}

void put_envelope(SqliteDatabase& database, const Layer& layer, const GeopackageTable& table) {
    if (layer.geometry.vertices.empty()) return;
    const Envelope box = envelope(layer.geometry.vertices);
    SqliteStatement update =
        database.prepare("UPDATE gpkg_contents SET min_x = ?, min_y = ?, max_x = ?, max_y = ? WHERE table_name = " +
                         sql_quoted(table.name, '\''));
    int parameter = 1;
    for (const double bound : {box.min_x, box.min_y, box.max_x, box.max_y}) update.bind(parameter++, bound);
    update.step();
}

TreeTable tree_table(SqliteDatabase& database, const GeopackageTable& table) {
    const std::string name = "rtree_" + table.name + "_" + table.geometry;
    const auto bytes = number(database, "SELECT length(data) FROM " + sql_quoted(name + "_node") + " WHERE nodeno = 1");
    return {root_of(database, name + "_node"), root_of(database, name + "_rowid"), root_of(database, name + "_parent"),
            static_cast<std::size_t>(bytes)};
}

}  // namespace

GeopackageTable table_for(const Layer& layer) {
    const auto places =
        std::ranges::count_if(layer.geometry.types, [](GeometryType type) { return type != GeometryType::missing; });
    return {.name = layer.name,
            .fid = unused_name(layer, "fid"),
            .geometry = layer.crs ? unused_name(layer, "geom") : "",
            .type = common_type(layer),
            .rows = static_cast<std::int64_t>(layer.attributes.rows),
            .places = places};
}

void settle(SqliteDatabase& database, const Layer& layer, GeopackageTable& table) {
    require_columns(database, layer, table);
    const std::string name = sql_quoted(table.name, '\''), rows = std::to_string(table.rows);
    table.root = root_of(database, table.name);
    if (layer.crs) {
        table.srs_id = static_cast<std::int32_t>(
            number(database, "SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = " + name));
        table.index = tree_table(database, table);
        put_envelope(database, layer, table);
    }
    database.run("UPDATE gpkg_ogr_contents SET feature_count = " + rows + " WHERE lower(table_name) = lower(" + name +
                 ")");
    // The last number given, which SQLite keeps of tables that give no number twice.
    if (table.rows > 0) database.run("INSERT INTO sqlite_sequence (name, seq) VALUES (" + name + ", " + rows + ")");
}

void put_rows(SqlitePages& pages, const Layer& layer, const GeopackageTable& table, const Execution& execution) {
    auto tree = std::async(execution.threads == 1 ? std::launch::deferred : std::launch::async,
                           [&] { return PackedTree(layer.geometry); });
    SqliteTable rows(pages, table.root);
    SqliteRecord record;
    GeopackageBlob blob(layer.geometry, table.srs_id);
    for (std::size_t row = 0; row < layer.attributes.rows; ++row) {
        if (row % rows_per_block == 0 && execution.stop.stop_requested()) throw Cancelled();
        record.clear();
        record.put_null();  // the row's number, which stands before the record
        if (layer.crs) {
            const GeometryType own = layer.geometry.types[row];
            if (layer.geometry.row_vertices(row).empty()) {
                record.put_null();
            } else {
                record.put(blob.of(row, table.type == GeometryType::missing ? own : table.type));
            }
        }
        for (const Column& column : layer.attributes.columns) {
            if (column.valid[row] == 0) {
                record.put_null();
            } else {
                std::visit(PutCell{record, column, row}, column.values);
            }
        }
        rows.add(static_cast<std::int64_t>(row) + 1, record.bytes());
    }
    rows.finish();
    if (layer.crs) tree.get().put_into(pages, table.index);
}

}  // namespace sheltermap::io
