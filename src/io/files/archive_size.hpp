// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/files/byte_file.hpp"
#include <cstdint>

namespace sheltermap::io {

/// How many members a zip archive says it has, the larger number where it says two; 0 where nothing says so. Read from
/// its end, before anybody lists them all.
[[nodiscard]] std::uint64_t members_in_archive(const ByteFile& archive);

}  // namespace sheltermap::io
