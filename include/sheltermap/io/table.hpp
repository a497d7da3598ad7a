// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace sheltermap::io {

/// Texts of a column, one after the other (the layout of Arrow's large_utf8).
struct Texts {
    std::vector<std::int64_t> offsets{0};
    std::string bytes;
    [[nodiscard]] std::size_t size() const noexcept { return offsets.size() - 1; }
    [[nodiscard]] std::string_view operator[](std::size_t row) const;
    void push_back(std::string_view text);
};
struct Dates {
    std::vector<std::int32_t> days;  ///< since 1970-01-01
};
struct Times {
    std::vector<std::int64_t> microseconds;  ///< since 1970-01-01T00:00:00
    bool utc = false;                        ///< in UTC; otherwise local time of no known zone
};
struct Booleans {
    std::vector<std::uint8_t> values;
};

/// One attribute. Where `valid` is 0 the row has no value, whatever stands in `values`.
struct Column {
    std::string name;
    std::variant<std::vector<std::int64_t>, std::vector<double>, Texts, Booleans, Dates, Times> values;
    std::vector<std::uint8_t> valid;  ///< one per row
};

/// Attributes of a layer: columns of equal length, texts in UTF-8.
///
///     const Table table{.rows = 2, .columns = {{"people", std::vector<std::int64_t>{3, 0}, {1, 0}}}};
///     const std::string first = cell_text(*table.find("people"), 0);  // "3"; the second row has no value
struct Table {
    std::size_t rows = 0;
    std::vector<Column> columns;
    /// nullptr when there is none of that name.
    [[nodiscard]] const Column* find(std::string_view name) const noexcept;
};

/// The value of a cell as text, as people would write it; empty for no value.
[[nodiscard]] std::string cell_text(const Column& column, std::size_t row);

}  // namespace sheltermap::io
