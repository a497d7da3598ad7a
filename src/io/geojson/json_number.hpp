// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/geojson/json_cursor.hpp"
#include <cstddef>
#include <string_view>

namespace sheltermap::io {

/// A number at the start of a JSON text.
struct JsonNumber {
    std::size_t length = 0;  ///< of what was read; 0 where no number stands there that ends as numbers do
    JsonKind kind = JsonKind::missing;
    double value = 0;  ///< where asked for and finite; the same bits as std::from_chars gives
};

/// How long and of what kind the number is that stands at the start of `text`.
[[nodiscard]] JsonNumber json_number(std::string_view text) noexcept;

/// The same with its value.
[[nodiscard]] JsonNumber json_number_value(std::string_view text) noexcept;

}  // namespace sheltermap::io
