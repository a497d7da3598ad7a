// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/geojson_geometry.hpp"
#include "io/geojson/json_cursor.hpp"
#include "io/geojson/json_number.hpp"
#include <array>
#include <string_view>
#include <utility>

namespace sheltermap::io {
namespace {

/// A cursor over what is hoped to be plain: whatever is not says false, and nothing is thrown.
class PlainCursor {
public:
    explicit PlainCursor(std::string_view rest) : rest_(rest) {}
    [[nodiscard]] std::size_t position() const noexcept { return at_; }
    [[nodiscard]] bool has_heights() const noexcept { return has_heights_; }

    bool take(char character) noexcept {
        pass_blanks();
        if (at_ >= rest_.size() || rest_[at_] != character) return false;
        ++at_;
        return true;
    }
    bool take(std::string_view word) noexcept {
        pass_blanks();
        if (!rest_.substr(at_).starts_with(word)) return false;
        at_ += word.size();
        return true;
    }
    bool number(double& value) noexcept {
        pass_blanks();
        const JsonNumber number = json_number_value(rest_.substr(at_));
        if (number.length == 0 || number.kind == JsonKind::odd_number) return false;
        at_ += number.length;
        value = number.value;
        return true;
    }
    bool position(XY& at) noexcept {
        if (!take('[') || !number(at.x) || !take(',') || !number(at.y)) return false;
        while (take(',')) {
            double height = 0;
            if (!number(height)) return false;
            has_heights_ = true;
        }
        return take(']');
    }
    /// A list of at least one item.
    template <class Item>
    bool list(Item item) {
        if (!take('[')) return false;
        do {
            if (!item()) return false;
        } while (take(','));
        return take(']');
    }

private:
    void pass_blanks() noexcept {
        while (at_ < rest_.size() &&
               (rest_[at_] == ' ' || rest_[at_] == '\n' || rest_[at_] == '\r' || rest_[at_] == '\t'))
            ++at_;
    }
    std::string_view rest_;
    std::size_t at_ = 0;
    bool has_heights_ = false;
};

/// Takes the coordinates of one geometry into the column, as far as they are plain.
class PlainCoordinateReader {
public:
    PlainCoordinateReader(PlainCursor& from, GeometryColumn& column) : from_(from), column_(column) {}

    bool of(GeometryType type) {
        column_.begin_row(type);
        switch (type) {
            case GeometryType::point:
                return point();
            case GeometryType::line_string:
                return line();
            case GeometryType::polygon:
                return polygon();
            case GeometryType::multi_point:
                return from_.list([this] { return point(); });
            case GeometryType::multi_line_string:
                return from_.list([this] { return line(); });
            case GeometryType::multi_polygon:
                return from_.list([this] { return polygon(); });
            case GeometryType::missing:
                break;
        }
        return false;
    }

private:
    bool point() {
        XY at{};
        if (!from_.position(at)) return false;
        column_.begin_part();
        column_.append_ring({&at, 1});
        return true;
    }
    bool line() {
        column_.begin_part();
        return ring();
    }
    bool polygon() {
        column_.begin_part();
        return from_.list([this] { return ring(); });
    }
    bool ring() {
        const bool is_plain = from_.list([this] {
            XY at{};
            if (!from_.position(at)) return false;
            column_.vertices.push_back(at);
            return true;
        });
        ++column_.ring_offsets.back();
        column_.vertex_offsets.push_back(static_cast<std::int64_t>(column_.vertices.size()));
        return is_plain;
    }
    PlainCursor& from_;
    GeometryColumn& column_;
};

GeometryType plain_type(PlainCursor& from) {
    constexpr std::array<std::pair<std::string_view, GeometryType>, 6> types{{
        {R"("Point")", GeometryType::point},
        {R"("MultiPolygon")", GeometryType::multi_polygon},
        {R"("Polygon")", GeometryType::polygon},
        {R"("LineString")", GeometryType::line_string},
        {R"("MultiLineString")", GeometryType::multi_line_string},
        {R"("MultiPoint")", GeometryType::multi_point},
    }};
    for (const auto& [word, type] : types) {
        if (from.take(word)) return type;
    }
    return GeometryType::missing;
}

}  // namespace

std::optional<bool> append_plain_geojson(GeometryColumn& column, JsonCursor& cursor) {
    PlainCursor from(cursor.rest());
    if (!from.take('{') || !from.take(R"("type")") || !from.take(':')) return std::nullopt;
    const GeometryType type = plain_type(from);
    if (type == GeometryType::missing || !from.take(',') || !from.take(R"("coordinates")") || !from.take(':'))
        return std::nullopt;
    const std::size_t row = column.size();
    if (!PlainCoordinateReader(from, column).of(type) || !from.take('}')) {
        column.truncate(row);
        return std::nullopt;
    }
    cursor.advance(from.position());
    return from.has_heights();
}

}  // namespace sheltermap::io
