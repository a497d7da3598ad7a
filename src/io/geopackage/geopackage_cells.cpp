// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/geopackage_cells.hpp"

#include "base/utf8.hpp"
#include "io/files/encoding.hpp"
#include <stdexcept>
#include <string>

namespace sheltermap::io {
namespace {

/// As SQL writes bytes; only the first ones of many.
std::string hexadecimal(std::string_view bytes) {
    constexpr std::size_t most = 16;
    constexpr std::string_view digits = "0123456789abcdef";
    std::string text = "x'";
    for (const char each : bytes.substr(0, most)) {
        const auto byte = static_cast<unsigned char>(each);
        text += {digits[byte >> 4U], digits[byte & 15U]};
    }
    return text + (bytes.size() > most ? "…'" : "'");
}

}  // namespace

void append_cell(DeclaredColumn& column, const SqliteStatement& row, int index) {
    switch (row.kind(index)) {
        case SQLITE_NULL:
            return column.append_missing();
        case SQLITE_INTEGER:
            return column.append(row.integer(index));
        case SQLITE_FLOAT:
            return column.append(row.real(index));
        case SQLITE_BLOB: {
            const auto bytes = row.blob(index);
            const std::string_view raw(reinterpret_cast<const char*>(bytes.data()), bytes.size());
            // Programs that bind a text as bytes mean the text.
            return is_utf8(raw) ? column.append(raw) : column.append_strange(hexadecimal(raw));
        }
        default: {
            const std::string_view text = row.bytes_of_text(index);
            if (!is_utf8(text))
                throw std::invalid_argument("column '" + column.name() + "': the text " + encoding_advice());
            return column.append(text);
        }
    }
}

}  // namespace sheltermap::io
