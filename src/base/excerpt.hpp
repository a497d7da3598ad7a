// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "base/invisible.hpp"
#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>

namespace sheltermap {

/// The beginning of a text for a message: of its first line as many characters as fit into `bytes` bytes of UTF-8, none
/// of them cut; "…" where more follows. What nobody sees stands by its name.
[[nodiscard]] inline std::string excerpt(std::string_view text, std::size_t bytes = 40) {
    const std::size_t end_of_text = text.find_last_not_of(" \t\r\n") + 1;
    std::size_t end = std::min({text.find_first_of("\r\n"), text.size(), bytes});
    const auto is_continuation = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U; };
    while (end > 0 && end < text.size() && is_continuation(text[end])) --end;
    return visible(text.substr(0, end)) + (end < end_of_text ? "…" : "");
}

/// The same between quotation marks.
[[nodiscard]] inline std::string quoted_excerpt(std::string_view text) { return "'" + excerpt(text) + "'"; }

}  // namespace sheltermap
