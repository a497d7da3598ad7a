// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/files/byte_file.hpp"
#include <cstdint>
#include <string>
#include <vector>

namespace sheltermap::io {

/// What this library needs from a FlatGeobuf header (header.fbs, version 3; offsets as FlatBuffers lays them out).
struct FlatGeobufHeader {
    std::uint64_t features_count = 0;             ///< 0: not known to the writer
    std::uint64_t features_offset = 0;            ///< where the features begin
    std::string crs;                              ///< "EPSG:3059" or WKT; empty where the file names none
    std::vector<std::uint8_t> column_types = {};  ///< as header.fbs numbers them
};

/// Throws ReadError where the bytes are not such a header.
[[nodiscard]] FlatGeobufHeader read_flatgeobuf_header(const ByteFile& file);

}  // namespace sheltermap::io
