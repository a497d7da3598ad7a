// SPDX-License-Identifier: Apache-2.0
#include "io/ogr/dbf.hpp"

#include <algorithm>

namespace sheltermap::io {
namespace {

bool consists_of(std::string_view text, char each) { return text.find_first_not_of(each) == std::string_view::npos; }

bool stands_for_nothing(std::string_view text, char type) {
    if (text.empty() || consists_of(text, '*')) return true;
    if (type == 'L') return text == "?";
    return type == 'D' && consists_of(text, '0');
}

}  // namespace

DbfHeader read_dbf_header(const ByteFile& dbf) {
    constexpr std::uint64_t first_field = 32, field_bytes = 32, type_at = 11, width_at = 16;
    constexpr char end_of_fields = '\r';
    DbfHeader header;
    header.records = dbf.little_endian<std::uint32_t>(4);
    header.header_bytes = dbf.little_endian<std::uint16_t>(8);
    header.record_bytes = dbf.little_endian<std::uint16_t>(10);
    std::size_t offset = 1;  // after the mark of deleted records
    for (std::uint64_t at = first_field; at + field_bytes <= header.header_bytes; at += field_bytes) {
        const std::string about = dbf.bytes(at, field_bytes);
        if (about[0] == end_of_fields) break;
        const std::size_t width = static_cast<unsigned char>(about[width_at]);
        header.fields.push_back({about[type_at], offset, width});
        offset += width;
    }
    if (header.record_bytes < offset) {
        throw ReadError(dbf.label() + " is damaged: its header says that a row has " +
                        std::to_string(header.record_bytes) + " bytes, and its columns need " + std::to_string(offset) +
                        "; get the file again");
    }
    return header;
}

bool DbfCells::is_typed(std::size_t field) const {
    return std::string_view("NFDL").find(header_.fields[field].type) != std::string_view::npos;
}

std::string_view DbfCells::bytes_of(std::uint32_t record) {
    constexpr std::uint32_t at_once = 4096;
    if (record < first_in_block_ || record - first_in_block_ >= records_in_block_) {
        first_in_block_ = record;
        records_in_block_ = std::min(at_once, header_.records - record);
        block_ = dbf_.bytes(header_.header_bytes + std::uint64_t{record} * header_.record_bytes,
                            records_in_block_ * header_.record_bytes);
    }
    return std::string_view(block_).substr((record - first_in_block_) * header_.record_bytes, header_.record_bytes);
}

std::string_view DbfCells::cell(std::uint32_t record, std::size_t field) {
    const DbfHeader::Field& at = header_.fields[field];
    std::string_view text = bytes_of(record).substr(at.offset, at.width);
    text = text.substr(0, text.find('\0'));
    const std::size_t first = text.find_first_not_of(' ');
    if (first == std::string_view::npos) return {};
    text = text.substr(first, text.find_last_not_of(' ') - first + 1);
    return stands_for_nothing(text, at.type) ? std::string_view() : text;
}

bool DbfCells::is_deleted(std::uint32_t record) { return bytes_of(record)[0] == '*'; }

}  // namespace sheltermap::io
