// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/geopackage_geometry.hpp"

#include "io/checks/refusals.hpp"
#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <optional>
#include <utility>

namespace sheltermap::io {
namespace {

/// Reads well-known binary front to back; nothing is thrown, and no count is believed.
class WkbCursor {
public:
    explicit WkbCursor(std::span<const std::byte> bytes) : rest_(bytes) {}
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }

    template <class Number>
    bool take(Number& number) noexcept {
        if (rest_.size() < sizeof number) return false;
        std::memcpy(&number, rest_.data(), sizeof number);
        rest_ = rest_.subspan(sizeof number);
        return true;
    }
    bool pass(std::size_t bytes) noexcept {
        if (rest_.size() < bytes) return false;
        rest_ = rest_.subspan(bytes);
        return true;
    }
    /// A count of items of at least so many bytes each; not 0.
    bool count(std::uint32_t& items, std::size_t bytes_each) noexcept {
        return take(items) && items > 0 && items <= rest_.size() / bytes_each;
    }
    bool header(GeometryType& type) noexcept {
        std::uint8_t order = 0;
        std::uint32_t code = 0;
        if (!take(order) || order != 1 || !take(code)) return false;
        if (code < 1 || code > static_cast<std::uint32_t>(GeometryType::multi_polygon)) return false;
        type = static_cast<GeometryType>(code);  // the codes are in this order
        return true;
    }
    bool append_vertices(GeometryColumn& column, std::size_t count) {
        const std::size_t first = column.vertices.size();
        if (rest_.size() / sizeof(XY) < count) return false;
        column.vertices.resize(first + count);
        std::memcpy(column.vertices.data() + first, rest_.data(), count * sizeof(XY));
        rest_ = rest_.subspan(count * sizeof(XY));
        ++column.ring_offsets.back();
        column.vertex_offsets.push_back(static_cast<std::int64_t>(column.vertices.size()));
        return true;
    }

private:
    std::span<const std::byte> rest_;
};

/// One point, line or polygon, whose header was read.
bool append_part(GeometryColumn& column, WkbCursor& from, GeometryType type) {
    column.begin_part();
    std::uint32_t rings = 1;
    if (type == GeometryType::polygon && !from.count(rings, sizeof(std::uint32_t))) return false;
    for (std::uint32_t ring = 0; ring < rings; ++ring) {
        std::uint32_t vertices = 1;
        if (type != GeometryType::point && !from.count(vertices, sizeof(XY))) return false;
        if (!from.append_vertices(column, vertices)) return false;
    }
    // A point of NaN is how an empty one is written.
    return type != GeometryType::point || !std::isnan(column.vertices.back().x);
}

bool append(GeometryColumn& column, WkbCursor& from) {
    GeometryType type{};
    if (!from.header(type)) return false;
    column.begin_row(type);
    if (type <= GeometryType::polygon) return append_part(column, from, type) && from.at_end();
    std::uint32_t parts = 0;
    constexpr std::size_t least_part = 5;  // its header
    if (!from.count(parts, least_part)) return false;
    constexpr std::array singles{GeometryType::point, GeometryType::line_string, GeometryType::polygon};
    const auto single =
        singles.at(static_cast<std::size_t>(type) - static_cast<std::size_t>(GeometryType::multi_point));
    for (std::uint32_t part = 0; part < parts; ++part) {
        GeometryType found{};
        if (!from.header(found) || found != single || !append_part(column, from, single)) return false;
    }
    return from.at_end();
}

/// What stands before the well-known binary.
struct BlobHeader {
    std::uint8_t flags = 0;
    std::size_t bytes = 0;
};

std::optional<BlobHeader> header_of(std::span<const std::byte> blob) {
    constexpr std::array<std::size_t, 8> envelope_bytes{0, 32, 48, 48, 64, 0, 0, 0};
    std::array<char, 4> head{};  // "GP", version, flags
    std::int32_t srs_id = 0;
    WkbCursor from(blob);
    if (!from.take(head) || !from.take(srs_id) || head[0] != 'G' || head[1] != 'P' || head[2] != 0) return std::nullopt;
    BlobHeader header{.flags = static_cast<std::uint8_t>(head[3])};
    const unsigned envelope = (header.flags >> 1U) & 7U;
    header.bytes = sizeof head + sizeof srs_id + envelope_bytes.at(envelope);
    if (envelope > 4 || header.bytes > blob.size()) return std::nullopt;
    return header;
}

}  // namespace

bool append_plain_blob(GeometryColumn& column, std::span<const std::byte> blob) {
    constexpr std::uint8_t little_endian = 1, unusual = 0xF0;  // empty, extended, reserved
    const auto header = header_of(blob);
    if (std::endian::native != std::endian::little || !header || (header->flags & little_endian) == 0 ||
        (header->flags & unusual) != 0)
        return false;
    WkbCursor from(blob.subspan(header->bytes));
    const std::size_t row = column.size();
    if (append(column, from)) return true;
    column.truncate(row);
    return false;
}

TakenGeometry append_blob(GeometryColumn& column, std::span<const std::byte> blob) {
    const auto header = header_of(blob);
    OGRGeometry* made = nullptr;
    if (header) {
        const auto binary = blob.subspan(header->bytes);
        if (OGRGeometryFactory::createFromWkb(binary.data(), nullptr, &made, binary.size()) != OGRERR_NONE) {
            OGRGeometryFactory::destroyGeometry(std::exchange(made, nullptr));
        }
    }
    const std::unique_ptr<OGRGeometry> geometry(made);
    if (geometry) return append_ogr(column, geometry.get());
    column.append_missing();
    return {.reason = reason::damaged_row, .detail = "the bytes of its geometry are none that a GeoPackage may hold"};
}

}  // namespace sheltermap::io
