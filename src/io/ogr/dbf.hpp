// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/files/byte_file.hpp"
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sheltermap::io {

/// What a .dbf says of itself.
struct DbfHeader {
    struct Field {
        char type;  ///< 'N' and 'F' numbers, 'D' a date, 'L' a logical value, 'C' a text, …
        std::size_t offset, width;
    };
    std::uint32_t records = 0;
    std::uint64_t header_bytes = 0;
    std::size_t record_bytes = 0;
    std::vector<Field> fields = {};  ///< in the order of the columns
};

/// Throws ReadError where a record is too short for its fields: GDAL would then read no attributes, in silence.
[[nodiscard]] DbfHeader read_dbf_header(const ByteFile& dbf);

/// The cells of a .dbf as they are written. GDAL makes a number of any text: 12 of "12a4".
class DbfCells {
public:
    explicit DbfCells(ByteFile dbf) : dbf_(std::move(dbf)), header_(read_dbf_header(dbf_)) {}
    [[nodiscard]] const DbfHeader& header() const noexcept { return header_; }
    /// Whether its cells are to be numbers, dates or logical values.
    [[nodiscard]] bool is_typed(std::size_t field) const;
    /// Without the blanks around it; empty for what dBASE and others write where there is no value: blanks, zero bytes,
    /// "****", a date of zeros, the logical "?". Valid until the next call; quick where records come in order.
    [[nodiscard]] std::string_view cell(std::uint32_t record, std::size_t field);
    [[nodiscard]] bool is_deleted(std::uint32_t record);

private:
    [[nodiscard]] std::string_view bytes_of(std::uint32_t record);
    ByteFile dbf_;
    DbfHeader header_;
    std::string block_ = {};
    std::uint32_t first_in_block_ = 0, records_in_block_ = 0;
};

}  // namespace sheltermap::io
