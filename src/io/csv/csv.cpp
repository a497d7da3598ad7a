// SPDX-License-Identifier: Apache-2.0
#include "io/csv/csv.hpp"

#include "sheltermap/base/error.hpp"

#include "base/path_text.hpp"
#include "base/utf8.hpp"
#include "io/checks/refusals.hpp"
#include "io/csv/csv_columns.hpp"
#include "io/csv/csv_numbers.hpp"
#include "io/csv/csv_syntax.hpp"
#include "io/csv/formula.hpp"
#include "io/files/encoding.hpp"
#include "io/files/text_file.hpp"
#include <map>

namespace sheltermap::io {
namespace {

void require_utf8(const CsvTable& table, const std::string& file_name) {
    for (const std::string& name : table.names) {
        if (!is_utf8(name)) throw ReadError(file_name + ": the name of a column " + encoding_advice());
    }
    for (std::size_t i = 0; i < table.cells.size(); ++i) {
        if (is_utf8(table.cells[i])) continue;
        throw ReadError(file_name + ", row " + std::to_string(i / table.names.size() + 1) + ", column '" +
                        table.names[i % table.names.size()] + "': the text " + encoding_advice());
    }
}

Crs crs_of(const CsvTable& table, const CoordinateColumns& columns, const ReadOptions& options,
           const std::string& file_name) {
    if (!options.crs.empty()) return Crs(options.crs);
    if (columns.named_degrees) return Crs("EPSG:4326");
    throw CrsError(file_name + " has coordinates in the columns '" + table.names[columns.x] + "' and '" +
                   table.names[columns.y] +
                   "' and names no CRS; pass one, for example crs='EPSG:3059' for LKS-92 metres");
}

/// The first fault found in a row is the one told.
using Faults = std::map<std::size_t, std::pair<const char*, std::string>>;

void append_position(const CsvTable& table, std::size_t row, const CoordinateColumns& columns,
                     const CsvNumbers& numbers, Layer& layer, Faults& faults) {
    std::string fault;
    const auto x = coordinate(table, row, columns.x, numbers, fault);
    const auto y = fault.empty() ? coordinate(table, row, columns.y, numbers, fault) : std::nullopt;
    if (x && y && !faults.contains(row)) return layer.geometry.append_point({*x, *y});
    layer.geometry.append_missing();
    if (!fault.empty()) faults.try_emplace(row, reason::bad_coordinate, fault);
    faults.try_emplace(row, reason::missing_geometry, "no coordinates");
}

}  // namespace

Layer read_csv(const Source& source, const ReadOptions& options, const Execution& execution) {
    const KeptText text = text_of(source, options.encoding, execution);
    const CsvTable table = parse_csv(text.view, source.file_name, execution);
    if (static_cast<std::int64_t>(table.rows()) > options.max_rows) throw too_many_rows(source.file_name, options);
    require_utf8(table, source.file_name);
    const CoordinateColumns columns = coordinate_columns(table, options, source.file_name);

    Faults faults;
    for (const auto& [row, why] : table.bad_rows) faults.try_emplace(row, reason::damaged_row, why);
    Layer layer;
    layer.name = path_text(source.path.stem());
    layer.crs = crs_of(table, columns, options, source.file_name);
    layer.attributes.rows = table.rows();
    const CsvNumbers numbers(table, columns, execution);
    layer.notes = table.notes;
    for (std::size_t column = 0; column < table.names.size(); ++column) {
        if (execution.stop.stop_requested()) throw Cancelled();
        if (table.is_void(column)) continue;
        const bool is_position = column == columns.x || column == columns.y;
        layer.attributes.columns.push_back(
            csv_column(table, column, numbers, [&](std::size_t row, const std::string& why) {
                faults.try_emplace(row, is_position ? reason::bad_coordinate : reason::bad_number, why);
            }));
        if (std::string doubt = numbers.doubt(column); !doubt.empty()) layer.notes.push_back(std::move(doubt));
    }
    for (std::size_t row = 0; row < table.rows(); ++row) append_position(table, row, columns, numbers, layer, faults);
    for (auto& [row, fault] : faults) refuse(layer, row, fault.first, std::move(fault.second));
    return layer;
}

Layer csv_cells(std::string_view text, const std::string& name, const Execution& execution) {
    const CsvTable table = parse_csv(text, name, execution);
    require_utf8(table, name);
    Layer layer;
    layer.name = name;
    layer.attributes.rows = table.rows();
    layer.notes = table.notes;
    for (const auto& [row, why] : table.bad_rows) refuse(layer, row, reason::damaged_row, why);
    for (std::size_t column = 0; column < table.names.size(); ++column) {
        if (table.is_void(column)) continue;
        Texts cells;
        std::vector<std::uint8_t> valid(table.rows());
        for (std::size_t row = 0; row < table.rows(); ++row) {
            cells.push_back(unguarded(table.cell(row, column)));
            valid[row] = table.cell(row, column).empty() ? 0 : 1;
        }
        layer.attributes.columns.push_back({table.names[column], std::move(cells), std::move(valid)});
    }
    return layer;
}

}  // namespace sheltermap::io
