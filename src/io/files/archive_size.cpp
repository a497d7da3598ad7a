// SPDX-License-Identifier: Apache-2.0
#include "io/files/archive_size.hpp"

#include "io/files/archive_end.hpp"
#include <algorithm>
#include <string_view>

namespace sheltermap::io {

/// https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.14 to 4.3.16
std::uint64_t members_in_archive(const ByteFile& archive) {
    constexpr std::uint64_t locator_bytes = 20, zip64_end_bytes = 56;
    constexpr std::string_view locator_mark("PK\6\7", 4), zip64_mark("PK\6\6", 4);
    const std::uint64_t searched = std::min<std::uint64_t>(archive.size(), archive_end_bytes + longest_archive_comment);
    const std::string tail = archive.bytes(archive.size() - searched, searched);
    const std::size_t found = archive_end_in(tail);
    if (found == std::string::npos) return 0;
    const std::uint64_t end = archive.size() - searched + found;
    const std::uint64_t members = archive.little_endian<std::uint16_t>(end + 10);
    if (end < locator_bytes || archive.bytes(end - locator_bytes, locator_mark.size()) != locator_mark) return members;
    const auto zip64_end = archive.little_endian<std::uint64_t>(end - locator_bytes + 8);
    const bool is_inside = archive.size() >= zip64_end_bytes && zip64_end <= archive.size() - zip64_end_bytes;
    if (!is_inside || archive.bytes(zip64_end, zip64_mark.size()) != zip64_mark) return members;
    return std::max(members, archive.little_endian<std::uint64_t>(zip64_end + 32));
}

}  // namespace sheltermap::io
