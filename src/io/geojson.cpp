// SPDX-License-Identifier: Apache-2.0
#include "geojson.hpp"

#include "crs_choice.hpp"
#include "encoding.hpp"
#include "geojson_geometry.hpp"
#include "json_columns.hpp"
#include "json_cursor.hpp"
#include "refusals.hpp"
#include "text_file.hpp"
#include <algorithm>
#include <map>
#include <set>

namespace sheltermap::io {
namespace {

/// Properties as they are written, column by column.
class Properties {
public:
    /// False where the row has that property already.
    bool add(std::size_t row, const std::string& key, std::string_view value) {
        const auto [found, is_new] = columns_.try_emplace(key, order_.size());
        if (is_new) order_.push_back(found);
        values_.resize(order_.size());
        auto& cells = values_[found->second];
        if (cells.size() > row) return false;
        cells.resize(row + 1);
        cells[row] = value;
        return true;
    }
    [[nodiscard]] bool contains(const std::string& key) const { return columns_.contains(key); }
    void put_into(Layer& layer) {
        for (std::size_t i = 0; i < order_.size(); ++i) {
            values_[i].resize(layer.attributes.rows);
            std::string note;
            layer.attributes.columns.push_back(json_column(order_[i]->first, values_[i], note));
            if (!note.empty()) layer.notes.push_back(note);
        }
    }

private:
    std::map<std::string, std::size_t> columns_;
    std::vector<std::map<std::string, std::size_t>::iterator> order_;
    std::vector<std::vector<std::string_view>> values_;
};

/// Takes features one after the other into a layer.
class FeatureReader {
public:
    FeatureReader(Layer& layer, const std::string& file_name, const ReadOptions& options)
        : layer_(layer), file_name_(file_name), options_(options) {}

    void take_feature(JsonCursor& cursor) {
        if (static_cast<std::int64_t>(rows_) >= options_.max_rows) throw too_many_rows(file_name_, options_);
        fault_ = {};
        if (cursor.peek() != '{') {
            cursor.skip();
            layer_.geometry.append_missing();
            fault_ = {reason::damaged_row, "it is not an object"};
        } else {
            take_members(cursor);
        }
        if (!fault_.detail.empty()) refuse(layer_, rows_, fault_.reason, fault_.detail);
        ++rows_;
    }

    /// A geometry alone is a row without attributes.
    void take_geometry(std::string_view geometry) {
        fault_ = {};
        append(geometry);
        if (!fault_.detail.empty()) refuse(layer_, rows_, fault_.reason, fault_.detail);
        ++rows_;
    }

    void finish() {
        layer_.attributes.rows = rows_;
        ids_.resize(has_ids_ ? rows_ : 0);
        if (has_ids_ && properties_.contains("id")) {
            layer_.notes.push_back("the features' own ids were left out: there is a property 'id' as well");
        } else if (has_ids_) {
            std::string note;
            layer_.attributes.columns.push_back(json_column("id", ids_, note));
            if (!note.empty()) layer_.notes.push_back(note);
        }
        properties_.put_into(layer_);
        if (rows_with_heights_ > 0) {
            layer_.notes.push_back("heights (Z) of " + std::to_string(rows_with_heights_) + " rows were left out");
        }
    }

private:
    void fault(const char* why, const std::string& detail) {
        if (fault_.detail.empty()) fault_ = {why, detail};
    }

    void take_members(JsonCursor& cursor) {
        std::string type;
        std::string_view geometry;
        std::set<std::string> seen;
        cursor.object([&](const std::string& key) {
            if (!seen.insert(key).second) fault(reason::damaged_row, "the member '" + key + "' appears twice");
            if (key == "type" && cursor.peek() == '"') {
                type = cursor.string();
            } else if (key == "geometry") {
                geometry = cursor.skip();
            } else if (key == "properties") {
                take_properties(cursor);
            } else if (key == "id") {
                take_id(cursor.skip());
            } else {
                cursor.skip();
            }
        });
        if (type != "Feature") fault(reason::damaged_row, "its type is '" + type + "', not 'Feature'");
        append(geometry);
    }

    void take_properties(JsonCursor& cursor) {
        const char first = cursor.peek();
        if (first == '{') {
            return cursor.object([&](const std::string& key) {
                if (!properties_.add(rows_, key, cursor.skip()))
                    fault(reason::damaged_row, "the property '" + key + "' appears twice");
            });
        }
        if (cursor.skip() != "null") fault(reason::damaged_row, "its properties are not an object");
    }

    void take_id(std::string_view raw) {
        if (raw.starts_with('{') || raw.starts_with('['))
            return fault(reason::damaged_row, "its id is neither a text nor a number");
        ids_.resize(rows_ + 1);
        ids_[rows_] = raw;
        has_ids_ = true;
    }

    void append(std::string_view geometry) {
        if (geometry.empty() || geometry == "null") fault(reason::missing_geometry, "no geometry");
        try {
            if (fault_.detail.empty()) {
                if (append_geojson(layer_.geometry, geometry)) ++rows_with_heights_;
                return;
            }
        } catch (const GeometryRefusal& refusal) {
            fault(refusal.reason, refusal.detail);
        }
        layer_.geometry.append_missing();
    }

    Layer& layer_;
    const std::string& file_name_;
    const ReadOptions& options_;
    std::size_t rows_ = 0;
    GeometryRefusal fault_{};
    Properties properties_;
    std::vector<std::string_view> ids_;
    bool has_ids_ = false;
    std::size_t rows_with_heights_ = 0;
};

/// The name in the `crs` member of the old GeoJSON; "null" where it says there is none.
std::string named_crs(std::string_view json) {
    if (json == "null") return "null";
    std::string name;
    JsonCursor cursor(json);
    if (cursor.peek() != '{') return {};
    cursor.object([&](const std::string& key) {
        if (key != "properties" || cursor.peek() != '{') {
            cursor.skip();
            return;
        }
        cursor.object([&](const std::string& inner) {
            if (inner == "name" && cursor.peek() == '"') {
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
    return rest.substr(0, rest.find(':')) + rest.substr(rest.rfind(':'));
}

Crs crs_of(std::string_view member, const std::string& file_name, const ReadOptions& options) {
    if (member.empty()) return options.crs.empty() ? Crs("EPSG:4326") : Crs(options.crs);  // RFC 7946, section 4
    const std::string name = named_crs(member);
    if (name.empty())
        throw CrsError(file_name + " names its CRS in a way that is not known; remove its member 'crs' and pass crs=");
    return choose_crs(name == "null" ? std::nullopt : std::optional(Crs(as_code(name))), options.crs, file_name);
}

/// The outermost object of the file.
struct Root {
    std::string type;
    std::string_view crs;
    bool has_features = false;
};

Root take_root(JsonCursor& cursor, FeatureReader& reader) {
    Root root;
    cursor.object([&](const std::string& key) {
        if (key == "type" && cursor.peek() == '"') {
            root.type = cursor.string();
        } else if (key == "features" && cursor.peek() == '[' && !root.has_features) {
            root.has_features = true;
            cursor.array([&] { reader.take_feature(cursor); });
        } else if (key == "crs") {
            root.crs = cursor.skip();
        } else {
            cursor.skip();
        }
    });
    cursor.expect_end();
    return root;
}

/// A file may hold one feature or one geometry alone.
void take_single(const std::string& type, std::string_view text, const std::string& file_name, FeatureReader& reader) {
    JsonCursor cursor(text);
    if (type == "Feature") return reader.take_feature(cursor);
    const bool is_geometry = type == "GeometryCollection" || type.ends_with("Point") || type.ends_with("LineString") ||
                             type.ends_with("Polygon");
    if (!is_geometry) throw ReadError(file_name + " is not GeoJSON: its type is '" + type + "'");
    reader.take_geometry(text);
}

void require_utf8(std::string_view text, const std::string& file_name) {
    const std::size_t at = first_not_utf8(text);
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
                   const ReadOptions& options) {
    require_utf8(text, file_name);
    Layer layer;
    layer.name = layer_name;
    FeatureReader reader(layer, file_name, options);
    try {
        JsonCursor cursor(text);
        if (cursor.peek() != '{')
            throw JsonFault("expected an object, found '" + std::string(text.substr(0, 20)) + "'", 0);
        const Root root = take_root(cursor, reader);
        if (root.has_features != (root.type == "FeatureCollection")) {
            throw ReadError(file_name + " is not GeoJSON: its type is '" + root.type + "' and it has " +
                            (root.has_features ? "a" : "no") + " list of features");
        }
        if (!root.has_features) take_single(root.type, text, file_name, reader);
        layer.crs = crs_of(root.crs, file_name, options);
    } catch (const JsonFault& fault) {
        throw_located(fault, text, file_name);
    }
    reader.finish();
    return layer;
}

}  // namespace sheltermap::io
