// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"

#include "base/path_text.hpp"
#include "io/files/lock_files.hpp"
#include "io/formats_out.hpp"
#include "io/ogr/ogr_writer.hpp"
#include "io/ogr/whole_numbers.hpp"
#include <algorithm>
#include <cmath>
#include <string>

namespace sheltermap::io {
namespace {

constexpr std::size_t name_bytes = 10, text_bytes = 254;  // dBASE III
constexpr int real_width = 24, most_decimals = 15;        // as GDAL has it

[[noreturn]] void refuse_shapefile(const std::filesystem::path& target, const std::string& why) {
    throw WriteError(path_text(target) + " cannot be written: " + why + ", which a Shapefile cannot hold; write .gpkg");
}

/// What would be lost; the Python package makes it fit, and says what that cost.
void require_fitting(const Layer& layer, const std::filesystem::path& target) {
    if (!layer.crs) refuse_shapefile(target, "layer '" + layer.name + "' has no geometries");
    if (common_type(layer) == GeometryType::missing && has_geometries(layer))
        refuse_shapefile(target, "layer '" + layer.name + "' holds geometries of several kinds");
    for (const Column& column : layer.attributes.columns) {
        if (column.name.size() > name_bytes)
            refuse_shapefile(target, "column '" + column.name + "' has a name of more than 10 bytes");
        if (std::holds_alternative<Times>(column.values))
            refuse_shapefile(target, "column '" + column.name + "' holds times of day");
        const auto* texts = std::get_if<Texts>(&column.values);
        for (std::size_t row = 0; texts != nullptr && row < layer.attributes.rows; ++row) {
            if ((*texts)[row].size() <= text_bytes) continue;
            refuse_shapefile(target, "column '" + column.name + "', row " + std::to_string(row + 1) +
                                         ": the text has more than 254 bytes");
        }
    }
}

/// So many decimals as stand in a field of 24 letters beside the largest number, with its sign and the point.
int decimals_beside(const std::vector<double>& numbers, const std::vector<std::uint8_t>& valid) {
    double largest = 1;
    for (std::size_t row = 0; row < numbers.size(); ++row)
        if (valid[row] != 0 && std::isfinite(numbers[row])) largest = std::max(largest, std::abs(numbers[row]));
    const int digits = static_cast<int>(std::floor(std::log10(largest))) + 1;
    return std::clamp(real_width - 2 - digits, 1, most_decimals);
}

/// As wide as the widest, so that nothing depends on the order of rows.
void shapefile_field(OGRFieldDefn& field, const Column& column) {
    if (const auto* numbers = std::get_if<std::vector<std::int64_t>>(&column.values)) {
        const auto range = range_of(*numbers, column.valid);
        field.SetType(type_for(range));
        const auto width = std::max(std::to_string(range.first).size(), std::to_string(range.second).size());
        field.SetWidth(static_cast<int>(width));
        if (field.GetType() == OFTReal) field.SetType(OFTInteger64);  // digit by digit; readers take it for a double
    } else if (const auto* texts = std::get_if<Texts>(&column.values)) {
        std::size_t width = 1;
        for (std::size_t row = 0; row < texts->size(); ++row) width = std::max(width, (*texts)[row].size());
        field.SetWidth(static_cast<int>(width));
    } else if (const auto* reals = std::get_if<std::vector<double>>(&column.values)) {
        field.SetWidth(real_width);
        field.SetPrecision(decimals_beside(*reals, column.valid));
    } else if (std::holds_alternative<Booleans>(column.values)) {
        field.SetSubType(OFSTNone);  // 1 and 0: ArcGIS has no logical fields
        field.SetWidth(1);
    }
}

}  // namespace

void write_shapefile(const std::filesystem::path& path, const std::filesystem::path& target, const Layer& layer,
                     const Execution& execution) {
    require_fitting(layer, target);
    require_unlocked(target);
    OgrWriter writer("ESRI Shapefile", path, target);
    CPLStringList options;
    options.SetNameValue("ENCODING", "UTF-8");
    options.SetNameValue("2GB_LIMIT", "YES");
    if (const std::string day = OgrWriter::source_day(); !day.empty())
        options.SetNameValue("DBF_DATE_LAST_UPDATE", day.c_str());
    writer.fill(writer.create(layer, options, shapefile_field, wkbPoint), layer, execution);
    writer.close();
    const Layer* only = &layer;
    require_rows(path, target, {&only, 1});
}

}  // namespace sheltermap::io
