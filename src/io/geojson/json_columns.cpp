// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/json_columns.hpp"

#include "io/geojson/json_number.hpp"
#include <algorithm>
#include <charconv>

namespace sheltermap::io {
namespace {

/// Of which kinds the values of a column are.
class ValueKinds {
public:
    explicit ValueKinds(std::span<const JsonRun> runs) {
        for (const JsonRun& run : runs) kinds_ |= run.kinds;
        kinds_ &= ~bit(JsonKind::missing);
    }
    [[nodiscard]] bool has(JsonKind kind) const { return (kinds_ & bit(kind)) != 0; }
    /// There is a value, and all are of these kinds.
    template <class... Kinds>
    [[nodiscard]] bool only(Kinds... kinds) const {
        return kinds_ != 0 && (kinds_ & ~(bit(kinds) | ...)) == 0;
    }
    [[nodiscard]] bool empty() const { return kinds_ == 0; }

private:
    static unsigned bit(JsonKind kind) { return 1U << static_cast<unsigned>(kind); }
    unsigned kinds_ = 0;
};

std::size_t rows_in(std::span<const JsonRun> runs) {
    return runs.empty() ? 0 : runs.back().first_row + runs.back().rows;
}

/// Calls `take(row, cell)` for every cell that has a value.
template <class Take>
void each_value(const JsonRun& run, Take take) {
    for (std::size_t i = 0; i < run.cells.size(); ++i) {
        if (run.cells[i].kind() != JsonKind::missing) take(run.first_row + i, run.cells[i]);
    }
}

template <class Body>
void each_run(std::span<const JsonRun> runs, const Execution& execution, Body body) {
    parallel_for(runs.size(), 1, execution, [&](std::size_t begin, std::size_t) { body(begin); });
}

/// Fills `values`, one per row, with what `convert` makes of the cells.
template <class Value, class Convert>
std::vector<std::uint8_t> fill(std::span<const JsonRun> runs, std::vector<Value>& values, const Execution& execution,
                               Convert convert) {
    values.resize(rows_in(runs));
    std::vector<std::uint8_t> valid(values.size());
    each_run(runs, execution, [&](std::size_t i) {
        each_value(runs[i], [&](std::size_t row, const JsonCell& cell) {
            values[row] = convert(cell.raw());
            valid[row] = 1;
        });
    });
    return valid;
}

std::size_t text_length(const JsonCell& cell) {
    if (cell.kind() == JsonKind::text) return cell.raw().size() - 2;
    return cell.kind() == JsonKind::escaped_text ? decoded({cell.raw(), cell.kind()}).size() : cell.raw().size();
}

char* put_text(const JsonCell& cell, char* out) {
    if (cell.kind() == JsonKind::text) return std::ranges::copy(cell.raw().substr(1, cell.raw().size() - 2), out).out;
    if (cell.kind() == JsonKind::escaped_text) return std::ranges::copy(decoded({cell.raw(), cell.kind()}), out).out;
    return std::ranges::copy(cell.raw(), out).out;
}

Column text_column(const std::string& name, std::span<const JsonRun> runs, const Execution& execution) {
    Column column{name, Texts{}, std::vector<std::uint8_t>(rows_in(runs))};
    auto& texts = std::get<Texts>(column.values);
    texts.offsets.resize(rows_in(runs) + 1);
    std::vector<std::int64_t> begins(runs.size() + 1);  // of the runs, in bytes
    each_run(runs, execution, [&](std::size_t i) {
        std::size_t bytes = 0;
        each_value(runs[i], [&](std::size_t, const JsonCell& cell) { bytes += text_length(cell); });
        begins[i + 1] = static_cast<std::int64_t>(bytes);
    });
    for (std::size_t i = 0; i < runs.size(); ++i) begins[i + 1] += begins[i];
    texts.bytes.resize(static_cast<std::size_t>(begins.back()));
    each_run(runs, execution, [&](std::size_t i) {
        char* const start = texts.bytes.data();
        char* out = start + begins[i];
        for (std::size_t row = 0; row < runs[i].rows; ++row) {
            const JsonCell cell = row < runs[i].cells.size() ? runs[i].cells[row] : JsonCell();
            if (cell.kind() != JsonKind::missing) {
                out = put_text(cell, out);
                column.valid[runs[i].first_row + row] = 1;
            }
            texts.offsets[runs[i].first_row + row + 1] = out - start;
        }
    });
    return column;
}

}  // namespace

Column json_column(const std::string& name, std::span<const JsonRun> runs, std::string& note,
                   const Execution& execution) {
    const ValueKinds kinds(runs);
    if (kinds.only(JsonKind::boolean)) {
        Booleans flags;
        auto valid = fill(runs, flags.values, execution,
                          [](std::string_view raw) { return static_cast<std::uint8_t>(raw == "true" ? 1 : 0); });
        return {name, std::move(flags), std::move(valid)};
    }
    if (kinds.only(JsonKind::integer, JsonKind::big_integer)) {
        std::vector<std::int64_t> numbers;
        auto valid = fill(runs, numbers, execution, [](std::string_view raw) {
            std::int64_t number = 0;
            std::from_chars(raw.data(), raw.data() + raw.size(), number);
            return number;
        });
        return {name, std::move(numbers), std::move(valid)};
    }
    if (kinds.only(JsonKind::integer, JsonKind::real)) {
        std::vector<double> numbers;
        auto valid = fill(runs, numbers, execution, [](std::string_view raw) { return json_number_value(raw).value; });
        return {name, std::move(numbers), std::move(valid)};
    }
    if (!kinds.empty() && !kinds.only(JsonKind::text, JsonKind::escaped_text)) {
        note = "column '" + name + "' holds " +
               (kinds.has(JsonKind::structure) ? "lists or objects"
                                               : "values of several kinds, or numbers that are not exact") +
               ": it was read as text (JSON)";
    }
    return text_column(name, runs, execution);
}

}  // namespace sheltermap::io
