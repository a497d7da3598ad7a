// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/geojson.hpp"

#include "base/excerpt.hpp"
#include "base/utf8.hpp"
#include "io/crs_choice.hpp"
#include "io/files/encoding.hpp"
#include "io/files/text_file.hpp"
#include "io/geojson/geojson_features.hpp"
#include "io/geojson/geojson_list.hpp"
#include "io/geojson/geojson_whole.hpp"
#include "io/geojson/json_cursor.hpp"
#include <algorithm>

namespace sheltermap::io {
namespace {

/// The name in the `crs` member of the old GeoJSON; "null" where it says there is none.
std::string named_crs(std::string_view json) {
    if (json == "null") return "null";
    std::string name;
    JsonCursor cursor(json);
    if (cursor.peek() != '{') return {};
    cursor.object([&](const JsonValue& key) {
        if (decoded(key) != "properties" || cursor.peek() != '{') {
            cursor.skip();
            return;
        }
        cursor.object([&](const JsonValue& inner) {
            if (decoded(inner) == "name" && cursor.peek() == '"') {
                name = cursor.string();
            } else {
                cursor.skip();
            }
        });
    });
    return name;
}

/// "EPSG:3059" for "urn:ogc:def:crs:EPSG::3059", a code that also systems younger than PROJ's database are known by.
std::string as_code(const std::string& name) {
    constexpr std::string_view urn = "urn:ogc:def:crs:";
    if (!name.starts_with(urn)) return name;
    const std::string rest = name.substr(urn.size());
    const auto last = rest.rfind(':');
    return last == std::string::npos ? name : rest.substr(0, rest.find(':')) + rest.substr(last);
}

Crs crs_of(std::string_view member, const std::string& file_name, const ReadOptions& options) {
    if (member.empty()) return options.crs.empty() ? Crs("EPSG:4326") : Crs(options.crs);  // RFC 7946, section 4
    const std::string name = named_crs(member);
    if (name.empty())
        throw CrsError(file_name + " names its CRS in a way that is not known; remove its member 'crs' and pass crs=");
    return choose_crs(name == "null" ? std::nullopt : std::optional(Crs(as_code(name))), options.crs, file_name);
}

ReadError not_geojson(const std::string& file_name, const std::string& why) {
    return ReadError(
        file_name + " is not GeoJSON: " + why +
        R"(; GeoJSON begins with {"type": "FeatureCollection", "features": [. Export the layer as GeoJSON )"
        "again, or save a table of places as CSV");
}

ReadError esri_json(const std::string& file_name) {
    return ReadError(file_name + " is Esri JSON, not GeoJSON: ask the service for f=geojson instead of f=json");
}

std::string type_of(const std::string& type) {
    return type.empty() ? "it has no type" : "its type is '" + excerpt(type) + "'";
}

/// The outermost object of the file.
struct RootObject {
    std::string type;
    std::string_view crs;
    bool has_features = false;
    bool is_esri = false;
    std::vector<FeatureBlock> blocks;
    PageSigns signs;
};

RootObject take_root(std::string_view text, const std::string& file_name, const ReadOptions& options,
                     const Execution& execution) {
    RootObject root;
    JsonCursor cursor(text);
    if (cursor.peek() != '{')
        throw not_geojson(file_name, "it is no object but begins with '" + excerpt(cursor.skip().raw) + "'");
    cursor.object([&](const JsonValue& member) {
        const std::string key = decoded(member);
        if (key == "type" && cursor.peek() == '"') {
            root.type = cursor.string();
        } else if (key == "features" && cursor.peek() == '[') {
            if (root.has_features) cursor.fail("a second list of features");
            root.has_features = true;
            root.blocks = take_features(cursor, text, file_name, options, execution);
        } else if (key == "crs") {
            root.crs = cursor.skip().raw;
        } else {
            root.is_esri |= key == "geometryType" || key == "spatialReference";
            root.signs.take(key, cursor.skip());
        }
    });
    cursor.expect_end();
    return root;
}

/// A file may hold one feature or one geometry alone.
FeatureBlock take_single(const std::string& type, std::string_view text, const std::string& file_name) {
    FeatureBlock block;
    FeatureReader reader(block);
    JsonCursor cursor(text);
    const bool is_geometry = type == "GeometryCollection" || type.ends_with("Point") || type.ends_with("LineString") ||
                             type.ends_with("Polygon");
    if (type == "Feature") {
        reader.take_feature(cursor);
    } else if (is_geometry) {
        reader.take_geometry(text);
    } else {
        throw not_geojson(file_name, type_of(type));
    }
    return block;
}

void require_utf8(std::string_view text, const std::string& file_name, const Execution& execution) {
    const std::size_t at = first_not_utf8(text, execution);
    if (at == std::string_view::npos) return;
    const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n') + 1;
    throw ReadError(file_name + ", line " + std::to_string(line) + ": the text " + encoding_advice());
}

[[noreturn]] void throw_located(const JsonFault& fault, std::string_view text, const std::string& file_name) {
    const std::string_view before = text.substr(0, fault.offset);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const auto column = before.size() - (before.rfind('\n') == std::string_view::npos ? 0 : before.rfind('\n') + 1) + 1;
    throw ReadError(file_name + " is not valid GeoJSON at line " + std::to_string(line) + ", column " +
                    std::to_string(column) + ": " + fault.what());
}

}  // namespace

Layer read_geojson(std::string_view text, const std::string& file_name, const std::string& layer_name,
                   const ReadOptions& options, const Execution& execution) {
    require_utf8(text, file_name, execution);
    Layer layer;
    layer.name = layer_name;
    std::vector<FeatureBlock> blocks;
    try {
        RootObject root = take_root(text, file_name, options, execution);
        if (root.has_features != (root.type == "FeatureCollection")) {
            if (root.is_esri) throw esri_json(file_name);
            throw not_geojson(file_name, type_of(root.type) + " and it has " + (root.has_features ? "a" : "no") +
                                             " list of features");
        }
        std::size_t features = 0;
        for (const FeatureBlock& block : root.blocks) features += block.rows;
        if (root.has_features) root.signs.require_whole(features, file_name);
        if (!root.has_features) root.blocks.push_back(take_single(root.type, text, file_name));
        layer.crs = crs_of(root.crs, file_name, options);
        blocks = std::move(root.blocks);
    } catch (const JsonFault& fault) {
        throw_located(fault, text, file_name);
    }
    put_into(layer, std::move(blocks), execution);
    require_few_columns(layer.attributes.columns.size(), file_name);
    return layer;
}

}  // namespace sheltermap::io
