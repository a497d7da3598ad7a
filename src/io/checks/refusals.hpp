// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/layer.hpp"

#include <cstddef>
#include <string>
#include <vector>

namespace sheltermap::io {

/// Codes of reasons, the same for every format.
namespace reason {
inline constexpr const char* missing_geometry = "missing_geometry";
inline constexpr const char* unsupported_geometry = "unsupported_geometry";
inline constexpr const char* bad_coordinate = "bad_coordinate";
inline constexpr const char* invalid_geometry = "invalid_geometry";
inline constexpr const char* swapped_axes = "swapped_axes";
inline constexpr const char* outside_crs = "outside_crs";
inline constexpr const char* duplicate_id = "duplicate_id";
inline constexpr const char* missing_id = "missing_id";
inline constexpr const char* bad_number = "bad_number";
inline constexpr const char* damaged_row = "damaged_row";
}  // namespace reason

/// Puts a row (counted from 0) on the layer's list.
inline void refuse(Layer& layer, std::size_t row, const char* why, std::string detail) {
    layer.refused.push_back({static_cast<std::int64_t>(row) + 1, {}, why, std::move(detail)});
}

}  // namespace sheltermap::io
