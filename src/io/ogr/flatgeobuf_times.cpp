// SPDX-License-Identifier: Apache-2.0
#include "io/ogr/flatgeobuf_times.hpp"

#include "io/ogr/flat_table.hpp"
#include <array>
#include <cstring>

namespace sheltermap::io {
namespace {

template <class Number>
Number number_at(std::string_view bytes, std::size_t at) {
    Number number = 0;
    if (at + sizeof number > bytes.size()) return 0;
    std::memcpy(&number, bytes.data() + at, sizeof number);
    return number;
}

/// Of a property of this type; texts, times and bytes have their length in front.
std::size_t bytes_of(std::uint8_t type, std::string_view properties, std::size_t at) {
    constexpr std::array<std::size_t, 11> fixed{1, 1, 1, 2, 2, 4, 4, 8, 8, 4, 8};  // from Byte to Double
    if (type < fixed.size()) return fixed.at(type);
    return sizeof(std::uint32_t) + number_at<std::uint32_t>(properties, at);
}

}  // namespace

FlatgeobufTimes::FlatgeobufTimes(ByteFile file)
    : file_(std::move(file)), header_(read_flatgeobuf_header(file_)), offset_(header_.features_offset) {}

std::string FlatgeobufTimes::written(std::uint64_t feature, std::size_t column) {
    for (; feature_ < feature; ++feature_) offset_ += 4 + std::uint64_t{file_.little_endian<std::uint32_t>(offset_)};
    const std::uint64_t root = offset_ + 4;
    const std::string properties = FlatTable(file_, root + file_.little_endian<std::uint32_t>(root)).bytes(1);
    std::size_t at = 0;
    while (at + sizeof(std::uint16_t) <= properties.size()) {
        const std::size_t index = number_at<std::uint16_t>(properties, at);
        at += sizeof(std::uint16_t);
        if (index >= header_.column_types.size()) return {};
        const std::size_t bytes = bytes_of(header_.column_types[index], properties, at);
        if (at + bytes > properties.size()) return {};
        if (index == column) return properties.substr(at + sizeof(std::uint32_t), bytes - sizeof(std::uint32_t));
        at += bytes;
    }
    return {};
}

}  // namespace sheltermap::io
