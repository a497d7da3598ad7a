// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace sheltermap::io {

/// Reads an ASCII grid through: GDAL takes 0 for a cell that is no number and for those missing in the last row, and
/// passes over what follows them. Throws ReadError, which names the cell.
void require_whole_ascii(const std::filesystem::path& path, const std::string& file_name, std::int64_t columns,
                         std::int64_t rows);

}  // namespace sheltermap::io
