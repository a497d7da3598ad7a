// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/io/table.hpp"

#include "io/geojson/json_cursor.hpp"
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace sheltermap::io {

/// A value of a JSON text in 16 bytes; it does not keep the text.
class JsonCell {
public:
    JsonCell() = default;
    explicit JsonCell(const JsonValue& value)
        : begin_(value.raw.data()),
          length_and_kind_((std::uint64_t{value.raw.size()} << 8U) | static_cast<std::uint64_t>(value.kind)) {}
    [[nodiscard]] JsonKind kind() const noexcept { return static_cast<JsonKind>(length_and_kind_ & 0xFFU); }
    [[nodiscard]] std::string_view raw() const noexcept { return {begin_, length_and_kind_ >> 8U}; }

private:
    const char* begin_ = nullptr;
    std::uint64_t length_and_kind_ = 0;  ///< the kind in the lowest byte; at first: missing
};

/// The cells of one column in a run of consecutive rows.
struct JsonRun {
    std::size_t first_row = 0;
    std::size_t rows = 0;
    std::span<const JsonCell> cells;  ///< may end before the rows do: these have no value
    unsigned kinds = 0;               ///< which kinds are among the cells: 1 << JsonKind
};

/// A column from JSON values as they are written, in runs that together make all its rows, in order.
///
/// Booleans, whole numbers, numbers or texts where all values are such; lists, objects and mixtures become texts, JSON
/// where they were not texts already, and `note` says so.
[[nodiscard]] Column json_column(const std::string& name, std::span<const JsonRun> runs, std::string& note,
                                 const Execution& execution);

}  // namespace sheltermap::io
