// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <ogrsf_frmts.h>

#include <cstdint>
#include <utility>
#include <vector>

namespace sheltermap::io {

/// The least and the greatest of the numbers that are there; 0 and 0 where none is.
[[nodiscard]] std::pair<std::int64_t, std::int64_t> range_of(const std::vector<std::int64_t>& numbers,
                                                             const std::vector<std::uint8_t>& valid);

/// The type in which formats without whole numbers of 64 bits hold such numbers digit by digit: one of 32 bits, else a
/// double, else text.
[[nodiscard]] OGRFieldType type_for(std::pair<std::int64_t, std::int64_t> range);

}  // namespace sheltermap::io
