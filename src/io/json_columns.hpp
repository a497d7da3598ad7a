// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/table.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace sheltermap::io {

/// A column from JSON values as they are written, one per row; an empty text where a row has none.
///
/// Booleans, whole numbers, numbers or texts where all values are such; lists, objects and mixtures become texts, JSON
/// where they were not texts already, and `note` says so.
[[nodiscard]] Column json_column(const std::string& name, const std::vector<std::string_view>& values,
                                 std::string& note);

}  // namespace sheltermap::io
