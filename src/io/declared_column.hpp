// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sheltermap::io {

/// A column of a file that declares what its cells are, filled cell by cell. A cell that is something else is never
/// bent to fit: it is kept as it was written, and the whole column becomes what it would be in a CSV, texts or numbers
/// with a fraction, with a note that names every such cell.
class DeclaredColumn {
public:
    /// `values` are of the declared type, and empty.
    DeclaredColumn(std::string name, decltype(Column::values) values)
        : column_{std::move(name), std::move(values), {}} {}

    [[nodiscard]] const std::string& name() const noexcept { return column_.name; }
    [[nodiscard]] bool holds_numbers() const noexcept;
    void append_missing();
    void append(std::int64_t value);
    void append(double value);  ///< NaN is no value
    /// Read as what the column is to hold, where that is clear; blanks are no value in any column but one of texts.
    void append(std::string_view text);
    void append_day(std::int32_t days);
    void append_time(std::int64_t microseconds, bool has_zone);
    /// A cell that is not of the declared type, as it is to be shown.
    void append_strange(std::string text, std::optional<double> number = std::nullopt);
    /// Puts the rows of a column that was declared alike behind its own.
    void join(DeclaredColumn&& other);
    /// The column; `notes` tells which cells made it another one than declared.
    [[nodiscard]] Column finish(std::vector<std::string>& notes) &&;

private:
    struct Strange {
        std::size_t row;
        std::string text;
        std::optional<double> number;  ///< where it is one
    };
    void append_number(std::string_view text);
    void append_flag(std::string_view text);
    [[nodiscard]] bool can_be_reals() const;
    void become_reals();
    void become_texts();
    [[nodiscard]] std::string note(std::string_view declared, std::string_view became) const;

    Column column_;
    std::vector<Strange> strange_;
    bool has_zones_ = false, lacks_zones_ = false;  ///< of times
};

}  // namespace sheltermap::io
