// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/geopackage_rows.hpp"

#include "sheltermap/base/error.hpp"

#include "base/utf8.hpp"
#include "geometry/envelope.hpp"
#include "io/geopackage/geopackage_blob.hpp"
#include "io/geopackage/geopackage_index.hpp"
#include "io/geopackage/sqlite_database.hpp"
#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <future>

namespace sheltermap::io {
namespace {

/// Binds one cell that has a value.
struct BindCell {
    SqliteStatement& statement;
    int parameter;
    const Column& column;
    std::size_t row;
    std::string& kept;  ///< bytes that must stay until the step

    void operator()(const std::vector<std::int64_t>& values) const { statement.bind(parameter, values[row]); }
    void operator()(const std::vector<double>& values) const {
        if (std::isnan(values[row])) return statement.bind_null(parameter);
        statement.bind(parameter, values[row]);
    }
    void operator()(const Booleans& flags) const {
        statement.bind(parameter, std::int64_t{flags.values[row] != 0 ? 1 : 0});
    }
    void operator()(const Texts& texts) const {
        if (!is_utf8(texts[row])) {
            throw WriteError("the text of column '" + column.name + "' in row " + std::to_string(row + 1) +
                             " is not UTF-8, which a GeoPackage needs");
        }
        statement.bind(parameter, texts[row]);
    }
    void operator()(const Dates&) const { bind_kept(cell_text(column, row)); }
    /// To the millisecond, with the sign of UTC where it is known to be in it.
    void operator()(const Times& times) const {
        using namespace std::chrono;
        const auto time = floor<milliseconds>(microseconds(times.microseconds[row]) + microseconds(500));
        const auto second = floor<seconds>(time);
        const Column whole{"", Times{{microseconds(second).count()}, false}, {1}};
        std::array<char, 8> rest{};
        std::snprintf(rest.data(), rest.size(), ".%03d%s", static_cast<int>((time - second).count()),
                      times.utc ? "Z" : "");
        bind_kept(cell_text(whole, 0) + rest.data());
    }
    void bind_kept(std::string text) const {
        kept = std::move(text);
        statement.bind(parameter, std::string_view(kept));
    }
};

std::string insertion(const Layer& layer, const GeopackageTable& table) {
    std::string columns = sql_quoted(table.fid);
    std::string places = "?";
    const auto add = [&](const std::string& name) {
        columns += ", " + sql_quoted(name);
        places += ", ?";
    };
    if (layer.crs) add(table.geometry);
    for (const Column& column : layer.attributes.columns) add(column.name);
    return "INSERT INTO " + sql_quoted(table.name) + " (" + columns + ") VALUES (" + places + ")";
}

std::int32_t srs_id(SqliteDatabase& database, const GeopackageTable& table) {
    const auto found =
        database.texts("SELECT srs_id FROM gpkg_geometry_columns WHERE table_name = " + sql_quoted(table.name, '\''));
    if (found.empty()) throw SqliteFault("the table is not among those with geometries");
    return std::stoi(found.front());
}

void insert_rows(SqliteDatabase& database, const Layer& layer, const GeopackageTable& table,
                 const Execution& execution) {
    SqliteStatement statement = database.prepare(insertion(layer, table));
    GeopackageBlob blob(layer.geometry, layer.crs ? srs_id(database, table) : 0);
    std::vector<std::string> kept(layer.attributes.columns.size());
    for (std::size_t row = 0; row < layer.attributes.rows; ++row) {
        if (row % rows_per_block == 0 && execution.stop.stop_requested()) throw Cancelled();
        int parameter = 1;
        statement.bind(parameter++, static_cast<std::int64_t>(row) + 1);
        if (layer.crs) {
            const GeometryType own = layer.geometry.types[row];
            if (layer.geometry.row_vertices(row).empty()) {
                statement.bind_null(parameter++);
            } else {
                statement.bind(parameter++, blob.of(row, table.type == GeometryType::missing ? own : table.type));
            }
        }
        for (std::size_t i = 0; i < layer.attributes.columns.size(); ++i, ++parameter) {
            const Column& column = layer.attributes.columns[i];
            if (column.valid[row] == 0) {
                statement.bind_null(parameter);
            } else {
                std::visit(BindCell{statement, parameter, column, row, kept[i]}, column.values);
            }
        }
        statement.step();
    }
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

}  // namespace

void put_rows(SqliteDatabase& database, const Layer& layer, const GeopackageTable& table, const Execution& execution) {
    const std::string of_table = "type = 'trigger' AND tbl_name = " + sql_quoted(table.name, '\'');
    const auto names = database.texts("SELECT name FROM sqlite_master WHERE " + of_table);
    const auto triggers = database.texts("SELECT sql FROM sqlite_master WHERE " + of_table);
    for (const std::string& name : names) database.run("DROP TRIGGER " + sql_quoted(name));
    auto tree = std::async(execution.threads == 1 ? std::launch::deferred : std::launch::async,
                           [&] { return PackedTree(layer.geometry); });
    insert_rows(database, layer, table, execution);
    if (layer.crs) {
        tree.get().put_into(database, "rtree_" + table.name + "_" + table.geometry);
        put_envelope(database, layer, table);
    }
    database.run("UPDATE gpkg_ogr_contents SET feature_count = " + std::to_string(layer.attributes.rows) +
                 " WHERE lower(table_name) = lower(" + sql_quoted(table.name, '\'') + ")");
    for (const std::string& trigger : triggers) database.run(trigger);
}

}  // namespace sheltermap::io
