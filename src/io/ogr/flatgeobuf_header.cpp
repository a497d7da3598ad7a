// SPDX-License-Identifier: Apache-2.0
#include "io/ogr/flatgeobuf_header.hpp"

#include "io/ogr/flat_table.hpp"
#include <string_view>

namespace sheltermap::io {
namespace {

constexpr std::string_view magic =
    "fgb\x03"
    "fgb";                                                             // the eighth byte is a patch number
constexpr std::uint64_t header_offset = 12;                            // after the magic bytes and the header's size
constexpr std::uint64_t max_header_bytes = FlatTable::max_text_bytes;  // as GDAL limits it
constexpr std::uint64_t tree_node_bytes = 40;                          // a box of doubles and an offset

std::uint64_t index_bytes(std::uint64_t features, std::uint64_t node_size) {
    if (features == 0 || node_size < 2) return 0;
    std::uint64_t nodes = features;
    for (std::uint64_t level = features; level > 1;) {
        level = (level + node_size - 1) / node_size;
        nodes += level;
    }
    return (features == 1 ? 2 : nodes) * tree_node_bytes;  // a tree has a root even above one leaf
}

std::vector<std::uint8_t> column_types(const FlatTable& header) {
    std::vector<std::uint8_t> types;
    for (const FlatTable& column : header.tables(7)) types.push_back(column.number<std::uint8_t>(1, 0));
    return types;
}

std::string crs_of(const FlatTable& header) {
    const auto crs = header.table(10);
    if (!crs) return {};
    const std::string organisation = crs->text(0);
    const auto code = crs->number<std::int32_t>(1, 0);
    if (code > 0) return (organisation.empty() ? "EPSG" : organisation) + ":" + std::to_string(code);
    return crs->text(4);
}

}  // namespace

FlatGeobufHeader read_flatgeobuf_header(const ByteFile& file) {
    if (file.bytes(0, magic.size()) != magic) throw ReadError(file.label() + " is not a FlatGeobuf file");
    const auto size = file.little_endian<std::uint32_t>(8);
    if (size > max_header_bytes) throw ReadError(file.label() + " is damaged: its header is too long");
    const FlatTable header(file, header_offset + file.little_endian<std::uint32_t>(header_offset));
    FlatGeobufHeader result;
    result.features_count = header.number<std::uint64_t>(8, 0);
    const auto node_size = header.number<std::uint16_t>(9, 16);
    result.features_offset = header_offset + size + index_bytes(result.features_count, node_size);
    result.crs = crs_of(header);
    result.column_types = column_types(header);
    return result;
}

}  // namespace sheltermap::io
