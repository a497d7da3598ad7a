// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geodesy/crs.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace sheltermap::io {

/// ASCII letters in small; others stay as they are.
[[nodiscard]] std::string lower(std::string_view text);

/// The shortest text that reads back as the same number, in every locale.
[[nodiscard]] std::string number_text(double value);
[[nodiscard]] std::string number_text(std::int64_t value);

/// How messages call a CRS: by its code, else by its name.
[[nodiscard]] std::string label(const Crs& crs);

}  // namespace sheltermap::io
