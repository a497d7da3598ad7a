// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/read_geopackage.hpp"

#include "sheltermap/base/error.hpp"

#include "io/checks/refusals.hpp"
#include "io/clear_time.hpp"
#include "io/gdal_call.hpp"
#include "io/geopackage/geopackage_cells.hpp"
#include "io/geopackage/geopackage_geometry.hpp"
#include "io/geopackage/sqlite_database.hpp"
#include "io/geopackage/sqlite_watch.hpp"
#include "io/ogr/ogr_columns.hpp"
#include <algorithm>
#include <stdexcept>
#include <string_view>
#include <utility>
#include <vector>

namespace sheltermap::io {
namespace {

/// What is read of a table, and how it is asked for.
struct TableQuery {
    std::string table, fid, geometry;          ///< no fid for a view without, no geometry for a table without
    std::vector<DeclaredColumn> columns = {};  ///< empty, to be copied
    std::vector<std::string> left_out = {};    ///< columns of bytes
    bool keeps_ids = false;                    ///< the ids become the first column
    std::vector<std::string> times = {};       ///< columns of times
    std::vector<std::string> days = {};        ///< columns of dates
    std::string sql = {};
};

TableQuery query_for(OGRLayer& from, const ReadOptions& options) {
    TableQuery query{.table = from.GetName(), .fid = from.GetFIDColumn(), .geometry = from.GetGeometryColumn()};
    query.keeps_ids = !options.id.empty() && options.id == query.fid;
    const auto name_or_null = [](const std::string& name) { return name.empty() ? "NULL" : sql_quoted(name); };
    query.sql = "SELECT " + name_or_null(query.fid) + ", " + name_or_null(query.geometry);
    OGRFeatureDefn& definition = *from.GetLayerDefn();
    for (int i = 0; i < definition.GetFieldCount(); ++i) {
        const OGRFieldDefn& field = *definition.GetFieldDefn(i);
        if (field.GetType() == OFTBinary) {
            query.left_out.emplace_back(field.GetNameRef());
            continue;
        }
        query.sql += ", " + sql_quoted(field.GetNameRef());
        query.columns.push_back(declared_column(field, field.GetNameRef()));
        if (field.GetType() == OFTDateTime) query.times.emplace_back(field.GetNameRef());
        if (field.GetType() == OFTDate) query.days.emplace_back(field.GetNameRef());
    }
    query.sql += " FROM " + sql_quoted(query.table);
    return query;
}

/// Some rows, one after the other.
struct RowRange {
    explicit RowRange(const TableQuery& query) : columns(query.columns), ids(query.fid, std::vector<std::int64_t>{}) {}
    std::int64_t first_id = 0, last_id = 0;
    std::vector<DeclaredColumn> columns;
    DeclaredColumn ids;
    GeometryColumn geometry = {};
    std::vector<RefusedRow> refused = {};  ///< counted within the range, from 0
    std::size_t rows = 0, rows_with_heights = 0;
    std::string fault = {};  ///< why the reading stopped at its end, empty where it did not
};

TakenGeometry take_geometry(const SqliteStatement& row, GeometryColumn& column, GdalCall& call) {
    TakenGeometry taken;
    if (row.kind(1) == SQLITE_BLOB) {
        if (append_plain_blob(column, row.blob(1))) return taken;
        taken = append_blob(column, row.blob(1));
        const std::string said = call.take();
        if (said.empty()) return taken;
        column.truncate(column.size() - 1);
        taken = {.reason = reason::damaged_row, .detail = "the bytes of its geometry: " + said};
    } else {
        taken.reason = row.kind(1) == SQLITE_NULL ? reason::missing_geometry : reason::damaged_row;
        taken.detail = row.kind(1) == SQLITE_NULL ? "no geometry" : "what stands for its geometry is none";
    }
    column.append_missing();
    return taken;
}

void read_rows(SqliteStatement& row, const TableQuery& query, RowRange& range, const ReadOptions& options,
               const Execution& execution) {
    GdalCall call;
    try {
        for (; row.step(); ++range.rows) {
            if (range.rows % rows_per_block == 0 && execution.stop.stop_requested()) throw Cancelled();
            if (static_cast<std::int64_t>(range.rows) > options.max_rows) return;  // said by whoever counts them
            if (query.keeps_ids) append_cell(range.ids, row, 0);
            if (!query.geometry.empty()) {
                const TakenGeometry taken = take_geometry(row, range.geometry, call);
                range.rows_with_heights += taken.has_heights ? 1 : 0;
                if (taken.reason != nullptr)
                    range.refused.push_back({static_cast<std::int64_t>(range.rows), {}, taken.reason, taken.detail});
            }
            int index = 2;
            for (DeclaredColumn& column : range.columns) append_cell(column, row, index++);
        }
    } catch (const std::invalid_argument& fault) {
        range.fault = fault.what();
    }
}

/// Whether ids tell rows apart: not in a view or a virtual table, whose reading may run what somebody put into the
/// file.
bool is_cut_by_ids(SqliteDatabase& database, const TableQuery& query) {
    const auto is_table =
        database.texts("SELECT 1 FROM sqlite_master WHERE type = 'table' AND rootpage > 0 AND name = " +
                       sql_quoted(query.table, '\''));
    // Generated columns run expressions too; table_xinfo marks them, hidden is 2 or 3.
    const auto generated =
        database.texts("SELECT name FROM pragma_table_xinfo(" + sql_quoted(query.table, '\'') + ") WHERE hidden > 0");
    return !query.fid.empty() && !is_table.empty() && generated.empty();
}

void require_cut_by_ids(SqliteDatabase& database, const TableQuery& query, const std::string& where) {
    if (is_cut_by_ids(database, query)) return;
    throw ReadError(where +
                    " is a view, or a table whose rows have no ids or whose columns are computed: it cannot be "
                    "read a piece at a time; read it in one piece, or save it as a table of its own (in QGIS: "
                    "Export, Save Features As)");
}

/// Ranges of ids, each of some 60,000 if they follow one another. None where ids do not tell rows apart.
std::vector<RowRange> ranges_of(const std::string& path, const TableQuery& query, std::int64_t rows,
                                const std::string& where, const ReadOptions& options, const std::stop_token& stop) {
    SqliteDatabase database(path, SqliteDatabase::Mode::read_untrusted);
    const SqliteWatch watch(database.handle(), stop);
    if (options.ids) require_cut_by_ids(database, query, where);
    if (!is_cut_by_ids(database, query)) return {};
    SqliteStatement ends =
        database.prepare("SELECT min(rowid), max(rowid) FROM " + sql_quoted(query.table) + " NOT INDEXED");
    if (!ends.step() || ends.kind(0) != SQLITE_INTEGER) return {};
    std::int64_t first = ends.integer(0), last = ends.integer(1);
    if (options.ids) {
        first = std::max(first, options.ids->first);
        last = std::min(last, options.ids->last);
    }
    constexpr std::int64_t most_id = std::int64_t{1} << 60;
    if (first < -most_id || last > most_id || first > last) return {};
    constexpr std::int64_t rows_per_range = 60'000;
    const std::int64_t count = std::min(rows / rows_per_range + 1, last - first + 1);
    const std::int64_t step = (last - first) / count + 1;
    std::vector<RowRange> ranges;
    for (std::int64_t begin = first; begin <= last; begin += step) {
        ranges.emplace_back(query);
        ranges.back().first_id = begin;
        ranges.back().last_id = std::min(last, begin + step - 1);
    }
    return ranges;
}

/// All rows of a table on several threads; nothing where that cannot be done.
std::vector<RowRange> read_table(const std::string& path, const TableQuery& query, std::int64_t rows,
                                 const std::string& where, const ReadOptions& options, const Execution& execution) {
    try {
        std::vector<RowRange> ranges = ranges_of(path, query, rows, where, options, execution.stop);
        parallel_for(ranges.size(), 1, execution, [&](std::size_t i, std::size_t) {
            SqliteDatabase database(path, SqliteDatabase::Mode::read_untrusted);
            const SqliteWatch watch(database.handle(), execution.stop);
            SqliteStatement row = database.prepare(query.sql + " WHERE rowid BETWEEN ? AND ? ORDER BY rowid");
            row.bind(1, ranges[i].first_id);
            row.bind(2, ranges[i].last_id);
            read_rows(row, query, ranges[i], options, execution);
        });
        return ranges;
    } catch (const SqliteFault&) {  // told again, with the rows before it, by the one reader below
        return {};
    }
}

std::vector<RowRange> read_through(GDALDataset& dataset, const TableQuery& query, const ReadOptions& options,
                                   const Execution& execution) {
    std::vector<RowRange> all;
    RowRange& range = all.emplace_back(query);
    try {
        const std::string some = options.ids ? " WHERE rowid BETWEEN " + std::to_string(options.ids->first) + " AND " +
                                                   std::to_string(options.ids->last) + " ORDER BY rowid"
                                             : "";
        SqliteStatement row(static_cast<sqlite3*>(dataset.GetInternalHandle("SQLITE_HANDLE")), query.sql + some);
        read_rows(row, query, range, options, execution);
    } catch (const SqliteFault& fault) {
        range.fault = std::string("the database cannot be read further: ") + fault.what();
    }
    return all;
}

void require_no_fault(const std::vector<RowRange>& ranges, const std::string& where, std::size_t rows) {
    for (const RowRange& range : ranges) {
        rows += range.rows;
        if (!range.fault.empty()) throw ReadError(where + ", row " + std::to_string(rows + 1) + ", " + range.fault);
    }
}

/// Whether something is true of any cell of a column.
template <class Condition>
bool holds_any(SqliteDatabase& database, const std::string& table, const std::string& column, Condition is_meant) {
    SqliteStatement cell = database.prepare("SELECT " + sql_quoted(column) + " FROM " + sql_quoted(table) +
                                            " NOT INDEXED WHERE " + sql_quoted(column) + " IS NOT NULL");
    while (cell.step()) {
        if (is_meant(cell.bytes_of_text(0))) return true;
    }
    return false;
}

bool says_zone(std::string_view text) {
    const auto time = clear_time(text);
    return time && time->has_zone;
}

bool is_day(std::string_view text) { return clear_date(text).has_value(); }

Layer joined_layer(std::vector<RowRange> ranges, const TableQuery& query, const Execution& execution) {
    Layer layer;
    std::vector<GeometryColumn> geometries;
    std::size_t rows_with_heights = 0;
    for (RowRange& range : ranges) {
        for (RefusedRow& row : range.refused)
            refuse(layer, layer.attributes.rows + static_cast<std::size_t>(row.row), row.reason.c_str(), row.detail);
        layer.attributes.rows += range.rows;
        rows_with_heights += range.rows_with_heights;
        geometries.push_back(std::move(range.geometry));
    }
    if (!query.geometry.empty()) layer.geometry = concatenated(geometries, execution);
    layer.attributes.columns.resize(query.columns.size());
    std::vector<std::vector<std::string>> notes(query.columns.size());
    parallel_for(query.columns.size(), 1, execution, [&](std::size_t i, std::size_t) {
        DeclaredColumn all = query.columns[i];
        for (RowRange& range : ranges) all.join(std::move(range.columns[i]));
        layer.attributes.columns[i] = std::move(all).finish(notes[i]);
    });
    for (const auto& name : query.left_out)
        layer.notes.push_back("column '" + name + "' holds binary data and was left out");
    for (const auto& of_column : notes) layer.notes.insert(layer.notes.end(), of_column.begin(), of_column.end());
    if (rows_with_heights > 0) layer.notes.push_back(heights_note(rows_with_heights));
    if (query.keeps_ids) {
        DeclaredColumn all(query.fid, std::vector<std::int64_t>{});
        for (RowRange& range : ranges) all.join(std::move(range.ids));
        layer.attributes.columns.insert(layer.attributes.columns.begin(), std::move(all).finish(layer.notes));
    }
    return layer;
}

}  // namespace

Layer read_geopackage_rows(const std::string& path, GDALDataset& dataset, OGRLayer& from, std::int64_t promised,
                           const std::string& where, const ReadOptions& options, const Execution& execution) {
    const TableQuery query = query_for(from, options);
    std::vector<RowRange> ranges = read_table(path, query, promised, where, options, execution);
    if (ranges.empty()) ranges = read_through(dataset, query, options, execution);
    require_no_fault(ranges, where, options.ids ? static_cast<std::size_t>(options.ids->before) : 0);
    return joined_layer(std::move(ranges), query, execution);
}

TableRanges geopackage_ranges(const std::string& path, OGRLayer& from, const std::string& where,
                              std::int64_t rows_per_range, const Execution& execution) {
    const TableQuery query = query_for(from, {});
    TableRanges found;
    try {
        SqliteDatabase database(path, SqliteDatabase::Mode::read_untrusted);
        const SqliteWatch watch(database.handle(), execution.stop);
        require_cut_by_ids(database, query, where);
        SqliteStatement row =
            database.prepare("SELECT rowid FROM " + sql_quoted(query.table) + " NOT INDEXED ORDER BY rowid");
        for (std::int64_t before = 0; row.step(); ++before) {
            const std::int64_t id = row.integer(0);
            if (before % rows_per_range == 0) found.ranges.push_back({.first = id, .before = before});
            found.ranges.back().last = id;
            ++found.ranges.back().rows;
        }
        for (const std::string& column : query.times) {
            if (holds_any(database, query.table, column, says_zone)) found.zoned_times.push_back(column);
        }
        for (const std::string& column : query.days) {
            if (holds_any(database, query.table, column, is_day)) found.days.push_back(column);
        }
    } catch (const SqliteFault& fault) {
        if (execution.stop.stop_requested()) throw Cancelled();
        throw ReadError(where + " cannot be read: " + fault.what());
    }
    return found;
}

}  // namespace sheltermap::io
