// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/geopackage_blob.hpp"

#include "geometry/envelope.hpp"
#include "geometry/parts.hpp"
#include <bit>
#include <cstring>

namespace sheltermap::io {
namespace {

constexpr bool is_little_endian = std::endian::native == std::endian::little;

bool is_multiple(GeometryType type) {
    return type == GeometryType::multi_point || type == GeometryType::multi_line_string ||
           type == GeometryType::multi_polygon;
}

}  // namespace

template <class Number>
void GeopackageBlob::put(Number number) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + sizeof number);
    std::memcpy(bytes_.data() + at, &number, sizeof number);
}

/// Byte order and type; the codes of well-known binary are in the order of GeometryType.
void GeopackageBlob::put_geometry_header(GeometryType type) {
    put(static_cast<std::uint8_t>(is_little_endian ? 1 : 0));
    put(static_cast<std::uint32_t>(type));
}

void GeopackageBlob::put_vertices(std::span<const XY> vertices) {
    const std::size_t at = bytes_.size();
    bytes_.resize(at + vertices.size_bytes());
    std::memcpy(bytes_.data() + at, vertices.data(), vertices.size_bytes());
}

void GeopackageBlob::put_part(std::int64_t part, GeometryType type) {
    const auto first = column_.ring_offsets[static_cast<std::size_t>(part)];
    const auto last = column_.ring_offsets[static_cast<std::size_t>(part) + 1];
    put_geometry_header(type);
    if (type == GeometryType::polygon) put(static_cast<std::uint32_t>(last - first));
    for (auto i = first; i < last; ++i) {
        const auto vertices = column_.ring(i);
        if (type != GeometryType::point) put(static_cast<std::uint32_t>(vertices.size()));
        put_vertices(vertices);
    }
}

std::span<const std::byte> GeopackageBlob::of(std::size_t row, GeometryType type) {
    bytes_.clear();
    const bool has_envelope = type != GeometryType::point;
    put('G');
    put('P');
    put(std::uint8_t{0});  // version 1
    put(static_cast<std::uint8_t>((is_little_endian ? 1 : 0) | (has_envelope ? 2 : 0)));
    put(srs_id_);
    if (has_envelope) {
        const Envelope box = envelope(column_.row_vertices(row));
        for (const double bound : {box.min_x, box.max_x, box.min_y, box.max_y}) put(bound);
    }
    const auto first = column_.part_offsets[row];
    const auto last = column_.part_offsets[row + 1];
    if (is_multiple(type)) {
        put_geometry_header(type);
        put(static_cast<std::uint32_t>(last - first));
    }
    for (auto part = first; part < last; ++part) put_part(part, part_type(type));
    return bytes_;
}

}  // namespace sheltermap::io
