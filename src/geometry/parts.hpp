// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include <cstddef>

namespace sheltermap {

/// What a part of a multiple geometry is; of any other type, itself.
[[nodiscard]] constexpr GeometryType part_type(GeometryType type) noexcept {
    if (type == GeometryType::multi_point) return GeometryType::point;
    if (type == GeometryType::multi_line_string) return GeometryType::line_string;
    return type == GeometryType::multi_polygon ? GeometryType::polygon : type;
}

/// What so many parts of a type are together: one is itself, more are a multiple geometry.
[[nodiscard]] constexpr GeometryType type_of_parts(GeometryType part, std::size_t parts) noexcept {
    if (parts < 2) return part;
    if (part == GeometryType::point) return GeometryType::multi_point;
    return part == GeometryType::line_string ? GeometryType::multi_line_string : GeometryType::multi_polygon;
}

}  // namespace sheltermap
