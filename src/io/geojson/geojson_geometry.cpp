// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/geojson_geometry.hpp"

#include "base/excerpt.hpp"
#include "geometry/parts.hpp"
#include "io/checks/refusals.hpp"
#include "io/geojson/json_cursor.hpp"
#include "io/numbers.hpp"
#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <vector>

namespace sheltermap::io {
namespace {

using Ring = std::vector<XY>;
using Part = std::vector<Ring>;

[[noreturn]] void refuse_coordinates(const std::string& detail) {
    throw GeometryRefusal{reason::bad_coordinate, detail};
}

/// Reads the coordinates of one geometry, whose JSON is known to be well-formed.
class CoordinateReader {
public:
    explicit CoordinateReader(std::string_view json) : cursor_(json) {}
    [[nodiscard]] bool has_heights() const noexcept { return has_heights_; }

    XY position() {
        XY at{};
        int numbers = 0;
        list("a position", [&] {
            const double value = number();
            if (numbers == 0) at.x = value;
            if (numbers == 1) at.y = value;
            ++numbers;
        });
        if (numbers < 2) refuse_coordinates("a position has fewer than 2 numbers");
        has_heights_ |= numbers > 2;
        return at;
    }
    Ring positions() {
        Ring ring;
        list("a list of positions", [&] { ring.push_back(position()); });
        return ring;
    }
    Part rings() {
        Part part;
        list("a list of lines or rings", [&] { part.push_back(positions()); });
        return part;
    }
    std::vector<Part> polygons() {
        std::vector<Part> parts;
        list("a list of polygons", [&] { parts.push_back(rings()); });
        return parts;
    }

private:
    template <class Element>
    void list(const char* what, Element element) {
        if (cursor_.peek() != '[')
            refuse_coordinates("expected " + std::string(what) + ", found " + quoted_excerpt(cursor_.skip().raw));
        cursor_.array(element);
    }
    double number() {
        const std::string_view raw = cursor_.skip().raw;
        const Number number = parse_number(raw);
        if (number.is_finite()) return number.real;
        if (number.kind == Number::Kind::out_of_range)
            refuse_coordinates("the coordinate " + std::string(raw) + " is beyond the range of numbers");
        refuse_coordinates("the coordinate " + quoted_excerpt(raw) + " is not a finite number");
    }
    JsonCursor cursor_;
    bool has_heights_ = false;
};

void append_parts(GeometryColumn& column, GeometryType type, const std::vector<Part>& parts) {
    column.begin_row(type);
    for (const Part& part : parts) {
        column.begin_part();
        for (const Ring& ring : part) column.append_ring(ring);
    }
}

/// Each position, or each line, is a part of its own.
template <class Items>
std::vector<Part> parts_of(const Items& items) {
    std::vector<Part> parts;
    for (const auto& item : items) {
        if constexpr (std::is_same_v<Items, Ring>) {
            parts.push_back(Part{Ring{item}});
        } else {
            parts.push_back(Part{item});
        }
    }
    return parts;
}

std::vector<Part> parts_of_type(CoordinateReader& coordinates, GeometryType type) {
    switch (type) {
        case GeometryType::point:
            return {{{coordinates.position()}}};
        case GeometryType::line_string:
            return {{coordinates.positions()}};
        case GeometryType::polygon:
            return {coordinates.rings()};
        case GeometryType::multi_point:
            return parts_of(coordinates.positions());
        case GeometryType::multi_line_string:
            return parts_of(coordinates.rings());
        case GeometryType::multi_polygon:
            return coordinates.polygons();
        case GeometryType::missing:
            break;
    }
    return {};
}

GeometryType type_named(const std::string& type) {
    for (int t = 1; t <= static_cast<int>(GeometryType::multi_polygon); ++t) {
        if (name(static_cast<GeometryType>(t)) == type) return static_cast<GeometryType>(t);
    }
    throw GeometryRefusal{reason::unsupported_geometry, "'" + type + "' is not a type of GeoJSON geometry"};
}

bool is_empty(const std::vector<Part>& parts) {
    for (const Part& part : parts) {
        for (const Ring& ring : part) {
            if (!ring.empty()) return false;
        }
    }
    return true;
}

struct Shape {
    GeometryType type = GeometryType::missing;
    std::vector<Part> parts;
    bool has_heights = false;
};

Shape shape_of(std::string_view geometry);

/// A collection whose parts are all points, all lines or all polygons, as the multiple geometry that it is.
Shape joined(std::string_view list) {
    JsonCursor cursor(list);
    if (cursor.peek() != '[') {
        throw GeometryRefusal{reason::unsupported_geometry,
                              "a GeometryCollection has no list of geometries but " + quoted_excerpt(list)};
    }
    Shape all;
    cursor.array([&] {
        Shape shape = shape_of(cursor.skip().raw);
        all.has_heights |= shape.has_heights;
        if (is_empty(shape.parts)) return;
        const GeometryType kind = part_type(shape.type);
        if (all.type != GeometryType::missing && all.type != kind) {
            throw GeometryRefusal{reason::unsupported_geometry,
                                  "a GeometryCollection mixes types; split it into rows of one type"};
        }
        all.type = kind;
        std::ranges::move(shape.parts, std::back_inserter(all.parts));
    });
    all.type = type_of_parts(all.type, all.parts.size());
    return all;
}

Shape shape_of(std::string_view geometry) {
    JsonCursor cursor(geometry);
    if (cursor.peek() != '{')
        throw GeometryRefusal{reason::bad_coordinate, "the geometry is not an object: " + quoted_excerpt(geometry)};
    std::optional<std::string> type;
    std::string_view coordinates_json, geometries_json;
    cursor.object([&](const JsonValue& member) {
        const std::string key = decoded(member);
        if (key == "type" && cursor.peek() == '"') {
            type = cursor.string();
        } else if (key == "coordinates") {
            coordinates_json = cursor.skip().raw;
        } else if (key == "geometries") {
            geometries_json = cursor.skip().raw;
        } else {
            cursor.skip();
        }
    });
    if (!type) throw GeometryRefusal{reason::unsupported_geometry, "the geometry has no type"};
    if (*type == "GeometryCollection") {
        if (geometries_json.empty()) throw GeometryRefusal{reason::missing_geometry, "the collection is empty"};
        return joined(geometries_json);
    }
    Shape shape{.type = type_named(*type), .parts = {}, .has_heights = false};
    if (coordinates_json.empty()) throw GeometryRefusal{reason::missing_geometry, "the geometry has no coordinates"};
    if (coordinates_json == "[]") return shape;
    CoordinateReader coordinates(coordinates_json);
    shape.parts = parts_of_type(coordinates, shape.type);
    shape.has_heights = coordinates.has_heights();
    return shape;
}

}  // namespace

bool append_geojson(GeometryColumn& column, std::string_view geometry) {
    const Shape shape = shape_of(geometry);
    if (is_empty(shape.parts)) throw GeometryRefusal{reason::missing_geometry, "the geometry is empty"};
    append_parts(column, shape.type, shape.parts);
    return shape.has_heights;
}

}  // namespace sheltermap::io
