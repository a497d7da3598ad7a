// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cpl_port.h>

#include "io/files/byte_file.hpp"
#include <cstdint>
#include <string>
#include <string_view>

namespace sheltermap::io {

/// The file of the set with this ending (".dbf"), which may be written in capitals. Throws ReadError where it is
/// missing.
[[nodiscard]] ByteFile shapefile_member(const std::string& shp, std::string_view ending);

/// The encoding of the texts in a shapefile, from what GDAL says of its .cpg file and language byte; empty for UTF-8
/// and where neither tells. The byte 0x57 ("ANSI") tells nothing: it means whatever the writer's machine used.
[[nodiscard]] std::string shapefile_encoding(CSLConstList metadata);

/// Rows of the .dbf that are marked as deleted; GDAL counts them and does not return them.
[[nodiscard]] std::int64_t deleted_records(const std::string& shp);

}  // namespace sheltermap::io
