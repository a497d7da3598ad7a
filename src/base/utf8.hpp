// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"

#include <cstddef>
#include <string_view>

namespace sheltermap {

/// Whether the bytes are well-formed UTF-8 (no overlong forms, no surrogates).
[[nodiscard]] bool is_utf8(std::string_view bytes) noexcept;
/// The first byte where they are not; npos where they all are.
[[nodiscard]] std::size_t first_not_utf8(std::string_view bytes) noexcept;
/// The same on several threads.
[[nodiscard]] std::size_t first_not_utf8(std::string_view bytes, const Execution& execution);

}  // namespace sheltermap
