// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/geopackage_plain.hpp"

#include "sheltermap/base/error.hpp"

#include "io/checks/refusals.hpp"
#include "io/geopackage/geopackage_cells.hpp"
#include "io/geopackage/geopackage_geometry.hpp"
#include "io/geopackage/sqlite_database.hpp"
#include "io/geopackage/sqlite_watch.hpp"
#include <algorithm>
#include <atomic>
#include <utility>
#include <vector>

namespace sheltermap::io {
namespace {

/// What is read of a table, and how it is asked for.
struct TableQuery {
    std::string table, fid, geometry;  ///< no geometry for a table without
    std::vector<PlainColumn> columns;  ///< empty, to be copied
    bool keeps_ids = false;            ///< the ids become the first column
    std::string sql;
};

std::optional<TableQuery> query_for(OGRLayer& from, const ReadOptions& options) {
    TableQuery query{.table = from.GetName(),
                     .fid = from.GetFIDColumn(),
                     .geometry = from.GetGeometryColumn(),
                     .columns = {},
                     .keeps_ids = !options.id.empty() && options.id == from.GetFIDColumn(),
                     .sql = {}};
    if (query.fid.empty() || (query.geometry.empty() && from.GetGeomType() != wkbNone)) return std::nullopt;
    query.sql =
        "SELECT " + sql_quoted(query.fid) + ", " + (query.geometry.empty() ? "NULL" : sql_quoted(query.geometry));
    OGRFeatureDefn& definition = *from.GetLayerDefn();
    for (int i = 0; i < definition.GetFieldCount(); ++i) {
        auto column = PlainColumn::of(*definition.GetFieldDefn(i));
        if (!column) return std::nullopt;
        query.sql += ", " + sql_quoted(column->column.name);
        query.columns.push_back(std::move(*column));
    }
    query.sql += " FROM " + sql_quoted(query.table) + " WHERE rowid BETWEEN ? AND ? ORDER BY rowid";
    return query;
}

/// Rows in a range of ids.
struct IdRange {
    std::int64_t first_id = 0, last_id = 0;
    std::vector<PlainColumn> columns = {};
    std::vector<std::int64_t> ids = {};
    GeometryColumn geometry = {};
    std::size_t rows = 0;
    std::vector<std::size_t> missing = {};  ///< rows without geometry, counted within the range
};

/// False where a cell is not plain.
bool read_range(const std::string& path, const TableQuery& query, IdRange& range, const std::stop_token& stop) {
    SqliteDatabase database(path, SqliteDatabase::Mode::read_untrusted);
    const SqliteWatch watch(database.handle(), stop);
    SqliteStatement row = database.prepare(query.sql);
    row.bind(1, range.first_id);
    row.bind(2, range.last_id);
    range.columns = query.columns;
    for (; row.step(); ++range.rows) {
        if (row.kind(0) != SQLITE_INTEGER) return false;
        if (query.keeps_ids) range.ids.push_back(row.integer(0));
        if (!query.geometry.empty()) {
            if (row.kind(1) == SQLITE_NULL) {
                range.geometry.append_missing();
                range.missing.push_back(range.rows);
            } else if (row.kind(1) != SQLITE_BLOB || !append_plain_blob(range.geometry, row.blob(1))) {
                return false;
            }
        }
        int index = 2;
        for (PlainColumn& column : range.columns) {
            if (!column.append(row, index++)) return false;
        }
    }
    return true;
}

/// Ranges of ids, each of some 60,000 if they follow one another. None for a view or a virtual table, whose reading
/// may run what somebody put into the file.
std::vector<IdRange> ranges_of(const std::string& path, const TableQuery& query, std::int64_t rows,
                               const std::stop_token& stop) {
    SqliteDatabase database(path, SqliteDatabase::Mode::read_untrusted);
    const SqliteWatch watch(database.handle(), stop);
    const auto is_table =
        database.texts("SELECT 1 FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name = " +
                       sql_quoted(query.table, '\''));
    // Generated columns run expressions too; table_xinfo marks them, hidden is 2 or 3.
    const auto generated =
        database.texts("SELECT name FROM pragma_table_xinfo(" + sql_quoted(query.table, '\'') + ") WHERE hidden > 0");
    if (is_table.empty() || !generated.empty()) return {};
    SqliteStatement ends =
        database.prepare("SELECT min(rowid), max(rowid) FROM " + sql_quoted(query.table) + " NOT INDEXED");
    if (!ends.step() || ends.kind(0) != SQLITE_INTEGER) return {};
    const std::int64_t first = ends.integer(0), last = ends.integer(1);
    constexpr std::int64_t most_id = std::int64_t{1} << 60;
    if (first < -most_id || last > most_id) return {};
    constexpr std::int64_t rows_per_range = 60'000;
    const std::int64_t count = std::min(rows / rows_per_range + 1, last - first + 1);
    const std::int64_t step = (last - first) / count + 1;
    std::vector<IdRange> ranges;
    for (std::int64_t begin = first; begin <= last; begin += step)
        ranges.push_back({.first_id = begin, .last_id = std::min(last, begin + step - 1)});
    return ranges;
}

Layer joined_layer(std::vector<IdRange> ranges, const TableQuery& query, const Execution& execution) {
    Layer layer;
    std::vector<GeometryColumn> geometries;
    std::vector<Column> ids;
    for (IdRange& range : ranges) {
        for (const std::size_t row : range.missing)
            refuse(layer, layer.attributes.rows + row, reason::missing_geometry, "no geometry");
        layer.attributes.rows += range.rows;
        geometries.push_back(std::move(range.geometry));
        ids.push_back({query.fid, range.ids, std::vector<std::uint8_t>(range.ids.size(), 1)});
    }
    if (!query.geometry.empty()) layer.geometry = concatenated(geometries, execution);
    layer.attributes.columns.resize(query.columns.size());
    parallel_for(query.columns.size(), 1, execution, [&](std::size_t i, std::size_t) {
        std::vector<Column> pieces;
        bool has_zones = false;
        for (IdRange& range : ranges) {
            has_zones |= range.columns[i].has_zones;
            pieces.push_back(std::move(range.columns[i].column));
        }
        layer.attributes.columns[i] = joined(std::move(pieces));
        if (auto* times = std::get_if<Times>(&layer.attributes.columns[i].values)) times->utc = has_zones;
    });
    if (query.keeps_ids) layer.attributes.columns.insert(layer.attributes.columns.begin(), joined(std::move(ids)));
    return layer;
}

/// Times with and without a zone in one column are something to be told.
bool mixes_zones(const std::vector<IdRange>& ranges, std::size_t column) {
    bool has_zones = false, lacks_zones = false;
    for (const IdRange& range : ranges) {
        has_zones |= range.columns[column].has_zones;
        lacks_zones |= range.columns[column].lacks_zones;
    }
    return has_zones && lacks_zones;
}

}  // namespace

std::optional<Layer> read_plain_geopackage(const std::string& path, OGRLayer& from, std::int64_t rows,
                                           const ReadOptions& options, const Execution& execution) {
    const auto query = query_for(from, options);
    if (!query) return std::nullopt;
    try {
        std::vector<IdRange> ranges = ranges_of(path, *query, rows, execution.stop);
        std::atomic<bool> is_plain{!ranges.empty()};
        parallel_for(ranges.size(), 1, execution, [&](std::size_t i, std::size_t) {
            if (is_plain && !read_range(path, *query, ranges[i], execution.stop)) is_plain = false;
        });
        if (!is_plain) return std::nullopt;
        for (std::size_t i = 0; i < query->columns.size(); ++i) {
            if (mixes_zones(ranges, i)) return std::nullopt;
        }
        Layer layer = joined_layer(std::move(ranges), *query, execution);
        if (static_cast<std::int64_t>(layer.attributes.rows) != rows) return std::nullopt;
        return layer;
    } catch (const SqliteFault&) {
        if (execution.stop.stop_requested()) throw Cancelled();
        return std::nullopt;
    }
}

}  // namespace sheltermap::io
