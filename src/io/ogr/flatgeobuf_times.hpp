// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/files/byte_file.hpp"
#include "io/ogr/flatgeobuf_header.hpp"
#include <cstdint>
#include <string>

namespace sheltermap::io {

/// The times of a FlatGeobuf as they are written. Where GDAL cannot read one, the row has none, in silence.
class FlatgeobufTimes {
public:
    explicit FlatgeobufTimes(ByteFile file);
    /// What stands in a column of times; empty where nothing does. Features, from 0 in the order of the file, are to be
    /// asked for in that order.
    [[nodiscard]] std::string written(std::uint64_t feature, std::size_t column);

private:
    ByteFile file_;
    FlatGeobufHeader header_;
    std::uint64_t feature_ = 0, offset_ = 0;  ///< the last one asked for, and where it begins
};

}  // namespace sheltermap::io
