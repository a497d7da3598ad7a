// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"

#include "base/path_text.hpp"
#include "io/csv/csv_syntax.hpp"
#include "io/csv/formula.hpp"
#include "io/files/output_file.hpp"
#include "io/files/text_file.hpp"
#include "io/files/write_failure.hpp"
#include "io/formats_out.hpp"
#include "io/text.hpp"
#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace sheltermap::io {
namespace {

std::string in_quotes(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"') out.push_back('"');
        out.push_back(c);
    }
    return out + '"';
}

std::string safe_text(std::string_view text) { return in_quotes(guarded(text)); }

/// Transformed coordinates are good to a tenth of a millimetre at best: 9 decimals of a degree.
double rounded(double degrees) { return std::round(degrees * 1e9) / 1e9; }

/// The positions of a layer; empty for a table.
std::vector<LonLat> positions_of(const Layer& layer, const std::filesystem::path& target) {
    if (!layer.crs) return {};
    std::vector<XY> points;
    for (std::size_t row = 0; row < layer.geometry.size(); ++row) {
        const GeometryType type = layer.geometry.types[row];
        if (type != GeometryType::point && type != GeometryType::missing) {
            throw WriteError(path_text(target) + " cannot be written: row " + std::to_string(row + 1) + " is a " +
                             std::string(name(type)) + " and CSV holds points only; write .gpkg or .geojson");
        }
        points.push_back(type == GeometryType::point ? layer.geometry.row_vertices(row).front() : XY{NAN, NAN});
    }
    auto places = to_lonlat(points, *layer.crs);
    if (!layer.crs->is_lonlat()) {
        for (LonLat& place : places) place = {rounded(place.lon), rounded(place.lat)};
    }
    return places;
}

/// A column of that name gives way to the position where it says the same.
void require_same(const Column& column, const std::vector<LonLat>& places, double LonLat::* coordinate,
                  const std::filesystem::path& target) {
    const auto* reals = std::get_if<std::vector<double>>(&column.values);
    const auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values);
    const auto value = [&](std::size_t row) {
        if (column.valid[row] == 0 || (reals == nullptr && integers == nullptr)) return static_cast<double>(NAN);
        return reals != nullptr ? (*reals)[row] : static_cast<double>((*integers)[row]);
    };
    for (std::size_t row = 0; row < places.size(); ++row) {
        const double expected = places[row].*coordinate;
        if (std::isnan(expected) ? column.valid[row] == 0 : std::abs(value(row) - expected) < 1e-9) continue;
        throw WriteError(path_text(target) + " cannot be written: the column '" + column.name +
                         "' differs from the position in row " + std::to_string(row + 1) +
                         "; rename or drop the column");
    }
}

class CsvWriter {
public:
    CsvWriter(const Layer& layer, const std::filesystem::path& target)
        : layer_(layer), places_(positions_of(layer, target)) {
        for (const Column& column : layer.attributes.columns) {
            const bool is_position = !places_.empty() && (column.name == "lon" || column.name == "lat");
            if (is_position) {
                require_same(column, places_, column.name == "lon" ? &LonLat::lon : &LonLat::lat, target);
            } else {
                columns_.push_back(&column);
            }
        }
    }

    [[nodiscard]] std::string header() const {
        std::string line;
        for (const Column* column : columns_) line += separator(line) + safe_text(column->name);
        if (layer_.crs) line += separator(line) + "lon,lat";
        return line + "\n";
    }
    [[nodiscard]] std::string row(std::size_t row) const {
        std::string line;
        bool first = true;
        for (const Column* column : columns_) {
            if (!std::exchange(first, false)) line += ',';
            const bool is_text = std::holds_alternative<Texts>(column->values);
            line += is_text ? safe_text(cell_text(*column, row)) : cell_text(*column, row);
        }
        if (layer_.crs) {
            if (!first) line += ',';
            line +=
                has_position(places_[row]) ? number_text(places_[row].lon) + "," + number_text(places_[row].lat) : ",";
        }
        // A line of nothing but delimiters would not count as a row.
        const bool is_blank = line.find_first_not_of(',') == std::string::npos;
        return (is_blank ? "\"\"" : "") + line + "\n";
    }

private:
    static std::string separator(const std::string& line) { return line.empty() ? "" : ","; }
    const Layer& layer_;
    std::vector<LonLat> places_;
    std::vector<const Column*> columns_;
};

}  // namespace

void write_csv(const std::filesystem::path& path, const std::filesystem::path& target, const Layer& layer,
               const Execution& execution) {
    const CsvWriter writer(layer, target);
    OutputFile file(path, target);
    file.write(writer.header());
    for (std::size_t row = 0; row < layer.attributes.rows; ++row) {
        if (row % rows_per_block == 0 && execution.stop.stop_requested()) throw Cancelled();
        file.write(writer.row(row));
    }
    file.close();

    const KeptText text = text_of(locate(path, {}), {}, execution);
    const CsvTable back = parse_csv(text.view, path_text(target.filename()), execution);
    if (back.rows() != layer.attributes.rows || !back.bad_rows.empty())
        throw write_failure(target, "what was written cannot be read back");
}

}  // namespace sheltermap::io
