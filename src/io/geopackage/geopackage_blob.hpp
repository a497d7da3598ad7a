// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap::io {

/// Makes a row's geometry as GeoPackage stores it (OGC 12-128, clause 2.1.3): a header, with the envelope unless it is
/// a point, and well-known binary.
class GeopackageBlob {
public:
    GeopackageBlob(const GeometryColumn& column, std::int32_t srs_id) : column_(column), srs_id_(srs_id) {}
    /// The bytes of a row that is not missing, valid until the next call; `type` is its own or the multiple one of it.
    [[nodiscard]] std::span<const std::byte> of(std::size_t row, GeometryType type);

private:
    template <class Number>
    void put(Number number);
    void put_geometry_header(GeometryType type);
    void put_vertices(std::span<const XY> vertices);
    void put_part(std::int64_t part, GeometryType type);
    const GeometryColumn& column_;
    std::int32_t srs_id_;
    std::vector<std::byte> bytes_;
};

}  // namespace sheltermap::io
