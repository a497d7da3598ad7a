// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string_view>

namespace sheltermap::io {

/// Of the record that ends the directory of a zip archive, without the comment behind it:
/// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, section 4.3.16.
inline constexpr std::size_t archive_end_bytes = 22, longest_archive_comment = 0xFFFF;

/// Where the last whole record that ends a directory begins, among the bytes of an archive or the last of them; npos
/// where none is near enough to the end.
[[nodiscard]] inline std::size_t archive_end_in(std::string_view bytes) noexcept {
    constexpr std::string_view mark("PK\5\6", 4);
    const std::size_t found = bytes.rfind(mark);
    if (found == std::string_view::npos) return found;
    const std::size_t rest = bytes.size() - found;
    const bool is_near = rest >= archive_end_bytes && rest <= archive_end_bytes + longest_archive_comment;
    return is_near ? found : std::string_view::npos;
}

}  // namespace sheltermap::io
