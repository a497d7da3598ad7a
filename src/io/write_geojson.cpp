// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"

#include <ogr_geometry.h>

#include "formats_out.hpp"
#include "gdal_call.hpp"
#include "geojson.hpp"
#include "ogr_geometry.hpp"
#include "output_file.hpp"
#include "text_file.hpp"
#include "write_failure.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <memory>
#include <string>

namespace sheltermap::io {
namespace {

constexpr int decimals = 7;  // RFC 7946, section 11.2, finds six enough; seven is a centimetre

std::string coordinate(double degrees) {
    std::array<char, 32> buffer{};
    auto* const end =
        std::to_chars(buffer.data(), buffer.data() + buffer.size(), degrees, std::chars_format::fixed, decimals).ptr;
    std::string text(buffer.data(), end);
    text.erase(text.find_last_not_of('0') + 1);
    if (text.ends_with('.')) text.pop_back();
    return text == "-0" ? "0" : text;
}

std::string json_text(std::string_view text) {
    constexpr std::string_view hexadecimal = "0123456789abcdef";
    std::string out = "\"";
    for (const char c : text) {
        const auto code = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            (out += '\\') += c;
        } else if (code < 0x20) {
            ((out += "\\u00") += hexadecimal[code >> 4U]) += hexadecimal[code & 15U];
        } else {
            out += c;
        }
    }
    return out + '"';
}

std::string json_value(const Column& column, std::size_t row) {
    if (column.valid[row] == 0) return "null";
    const std::string text = cell_text(column, row);
    const auto* reals = std::get_if<std::vector<double>>(&column.values);
    if (reals != nullptr && std::isnan((*reals)[row])) return "null";
    if (reals != nullptr && !std::isfinite((*reals)[row])) {
        throw WriteError("column '" + column.name + "' is infinite in row " + std::to_string(row + 1) +
                         ", which JSON cannot say");
    }
    const bool is_bare = reals != nullptr || std::holds_alternative<std::vector<std::int64_t>>(column.values) ||
                         std::holds_alternative<Booleans>(column.values);
    return is_bare ? text : json_text(text);
}

std::string position(XY at) { return "[" + coordinate(at.x) + "," + coordinate(at.y) + "]"; }

template <class Items, class ToText>
std::string list_of(Items begin, Items end, ToText to_text) {
    std::string out = "[";
    for (auto item = begin; item != end; ++item) out += (item == begin ? "" : ",") + to_text(item);
    return out + "]";
}

double twice_signed_area(std::span<const XY> ring) {
    double sum = 0;
    for (std::size_t i = 1; i < ring.size(); ++i)
        sum += (ring[i].x - ring[0].x) * (ring[i - 1].y - ring[0].y) -
               (ring[i - 1].x - ring[0].x) * (ring[i].y - ring[0].y);
    return -sum;
}

std::string line(std::span<const XY> vertices) {
    return list_of(vertices.begin(), vertices.end(), [](auto at) { return position(*at); });
}

/// Shells run counterclockwise, holes clockwise (RFC 7946, section 3.1.6).
std::string ring(std::span<const XY> vertices, bool is_shell) {
    const bool is_counterclockwise = twice_signed_area(vertices) > 0;
    if (is_counterclockwise == is_shell) return line(vertices);
    return list_of(vertices.rbegin(), vertices.rend(), [](auto at) { return position(*at); });
}

std::string polygon(const GeometryColumn& column, std::int64_t part) {
    const auto first = column.ring_offsets[static_cast<std::size_t>(part)];
    std::string out = "[";
    for (auto i = first; i < column.ring_offsets[static_cast<std::size_t>(part) + 1]; ++i) {
        out += (i == first ? "" : ",") + ring(column.ring(i), i == first);
    }
    return out + "]";
}

std::string coordinates(const GeometryColumn& column, std::size_t row) {
    const GeometryType type = column.types[row];
    const auto part_text = [&](std::int64_t part) {
        const auto vertices =
            is_areal(type) ? std::span<const XY>() : column.ring(column.ring_offsets[static_cast<std::size_t>(part)]);
        if (is_areal(type)) return polygon(column, part);
        return type == GeometryType::point || type == GeometryType::multi_point ? position(vertices.front())
                                                                                : line(vertices);
    };
    const auto first = column.part_offsets[row];
    if (type == GeometryType::point || type == GeometryType::line_string || type == GeometryType::polygon)
        return part_text(first);
    std::string out = "[";
    for (auto part = first; part < column.part_offsets[row + 1]; ++part)
        out += (part == first ? "" : ",") + part_text(part);
    return out + "]";
}

/// A vertex beyond 180°, or an edge longer than half the way round. (An edge from -180° to 180° goes all the way.)
bool crosses_antimeridian(const GeometryColumn& column, std::size_t row) {
    if (std::ranges::any_of(column.row_vertices(row), [](XY at) { return std::abs(at.x) > 180; })) return true;
    const auto jumps = [](XY from, XY to) { return std::abs(to.x - from.x) > 180 && std::abs(to.x - from.x) < 360; };
    for (auto part = column.part_offsets[row]; part < column.part_offsets[row + 1]; ++part) {
        const auto last = column.ring_offsets[static_cast<std::size_t>(part) + 1];
        for (auto i = column.ring_offsets[static_cast<std::size_t>(part)]; i < last; ++i) {
            const auto vertices = column.ring(i);
            if (std::ranges::adjacent_find(vertices, jumps) != vertices.end()) return true;
        }
    }
    return false;
}

/// Cut in two at 180° (RFC 7946, section 3.1.9).
GeometryColumn cut_at_antimeridian(const GeometryColumn& column, std::size_t row) {
    const auto whole = to_ogr(column, row);
    char wrap[] = "WRAPDATELINE=YES";
    char* options[] = {wrap, nullptr};
    const std::unique_ptr<OGRGeometry> cut(OGRGeometryFactory::transformWithOptions(whole.get(), nullptr, options));
    GeometryColumn result;
    const TakenGeometry taken = append_ogr(result, cut.get());
    if (taken.reason != nullptr)
        throw WriteError("row " + std::to_string(row + 1) + " cannot be cut at 180°: " + taken.detail);
    return result;
}

std::string geometry_text(const GeometryColumn& column, std::size_t row) {
    if (column.types[row] == GeometryType::missing) return "null";
    if (!std::ranges::all_of(column.row_vertices(row),
                             [](XY at) { return std::isfinite(at.x) && std::isfinite(at.y); })) {
        throw WriteError("row " + std::to_string(row + 1) + " has no finite position in WGS 84, which GeoJSON needs");
    }
    if (column.types[row] != GeometryType::point && crosses_antimeridian(column, row)) {
        const GeometryColumn cut = cut_at_antimeridian(column, row);
        return "{\"type\":\"" + std::string(name(cut.types[0])) + "\",\"coordinates\":" + coordinates(cut, 0) + "}";
    }
    return "{\"type\":\"" + std::string(name(column.types[row])) + "\",\"coordinates\":" + coordinates(column, row) +
           "}";
}

std::string feature_text(const Layer& layer, const GeometryColumn& lonlat, std::size_t row) {
    std::string out = "{\"type\":\"Feature\",\"properties\":{";
    bool first = true;
    for (const Column& column : layer.attributes.columns) {
        out += (std::exchange(first, false) ? "" : ",") + json_text(column.name) + ":" + json_value(column, row);
    }
    return out + "},\"geometry\":" + (layer.crs ? geometry_text(lonlat, row) : "null") + "}";
}

void require_readable(const std::filesystem::path& path, const std::filesystem::path& target, const Layer& layer,
                      const Execution& execution) {
    const Layer back = read_geojson(text_of(locate(path, {}), {}, execution).view, target.filename().string(),
                                    layer.name, {}, execution);
    const auto missing = layer.crs ? std::ranges::count(layer.geometry.types, GeometryType::missing)
                                   : static_cast<std::ptrdiff_t>(layer.attributes.rows);
    if (back.attributes.rows != layer.attributes.rows || static_cast<std::ptrdiff_t>(back.refused.size()) != missing) {
        throw write_failure(target, "what was written cannot be read back");
    }
}

}  // namespace

void write_geojson(const std::filesystem::path& path, const std::filesystem::path& target, const Layer& layer,
                   const Execution& execution) {
    const GdalCall call;
    const GeometryColumn lonlat = layer.crs ? to_lonlat(layer.geometry, *layer.crs, 0.01, execution) : GeometryColumn();
    OutputFile file(path, target);
    file.write("{\"type\":\"FeatureCollection\",\"name\":" + json_text(layer.name) + ",\"features\":[\n");
    for (std::size_t row = 0; row < layer.attributes.rows; ++row) {
        if (row % rows_per_block == 0 && execution.stop.stop_requested()) throw Cancelled();
        file.write((row == 0 ? "" : ",\n") + feature_text(layer, lonlat, row));
    }
    file.write("\n]}\n");
    file.close();
    require_readable(path, target, layer, execution);
}

}  // namespace sheltermap::io
