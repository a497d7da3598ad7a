// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/arrow.hpp"

#include <stdexcept>
#include <string_view>
#include <system_error>

namespace sheltermap::io {
namespace {

/// Releases what came through the interface, whatever happens.
template <class Struct>
struct Received {
    Struct value{};
    Received() = default;
    Received(const Received&) = delete;
    Received& operator=(const Received&) = delete;
    ~Received() {
        if (value.release != nullptr) value.release(&value);
    }
};

bool bit(const void* bits, std::int64_t position) {
    return ((static_cast<const std::uint8_t*>(bits)[position / 8] >> (position % 8)) & 1U) != 0;
}

template <class From, class To>
void append_numbers(const ArrowArray& array, std::vector<To>& values) {
    const auto* from = static_cast<const From*>(array.buffers[1]);
    for (std::int64_t row = 0; row < array.length; ++row) values.push_back(static_cast<To>(from[array.offset + row]));
}

template <class Offset>
void append_texts(const ArrowArray& array, Texts& texts) {
    const auto* offsets = static_cast<const Offset*>(array.buffers[1]) + array.offset;
    const auto* bytes = static_cast<const char*>(array.buffers[2]);
    for (std::int64_t row = 0; row < array.length; ++row) {
        const auto length = static_cast<std::size_t>(offsets[row + 1] - offsets[row]);
        texts.push_back(length == 0 ? std::string_view() : std::string_view(bytes + offsets[row], length));
    }
}

void append_booleans(const ArrowArray& array, Booleans& booleans) {
    for (std::int64_t row = 0; row < array.length; ++row) {
        booleans.values.push_back(bit(array.buffers[1], array.offset + row) ? 1 : 0);
    }
}

using Append = void (*)(const ArrowArray&, Column&);

template <class Values, auto append>
void into(const ArrowArray& array, Column& column) {
    append(array, std::get<Values>(column.values));
}
template <class From>
void into_integers(const ArrowArray& array, Column& column) {
    append_numbers<From>(array, std::get<std::vector<std::int64_t>>(column.values));
}
template <class From>
void into_doubles(const ArrowArray& array, Column& column) {
    append_numbers<From>(array, std::get<std::vector<double>>(column.values));
}
void into_dates(const ArrowArray& array, Column& column) {
    append_numbers<std::int32_t>(array, std::get<Dates>(column.values).days);
}
void into_times(const ArrowArray& array, Column& column) {
    append_numbers<std::int64_t>(array, std::get<Times>(column.values).microseconds);
}

/// How a column of an Arrow type is taken over.
struct ColumnImport {
    decltype(Column::values) empty;
    Append append;
};

ColumnImport import_of(std::string_view format, std::string_view name) {
    using Integers = std::vector<std::int64_t>;
    using Doubles = std::vector<double>;
    if (format == "l") return {Integers{}, into_integers<std::int64_t>};
    if (format == "i") return {Integers{}, into_integers<std::int32_t>};
    if (format == "s") return {Integers{}, into_integers<std::int16_t>};
    if (format == "c") return {Integers{}, into_integers<std::int8_t>};
    if (format == "I") return {Integers{}, into_integers<std::uint32_t>};
    if (format == "S") return {Integers{}, into_integers<std::uint16_t>};
    if (format == "C") return {Integers{}, into_integers<std::uint8_t>};
    if (format == "g") return {Doubles{}, into_doubles<double>};
    if (format == "f") return {Doubles{}, into_doubles<float>};
    if (format == "U") return {Texts{}, into<Texts, append_texts<std::int64_t>>};
    if (format == "u") return {Texts{}, into<Texts, append_texts<std::int32_t>>};
    if (format == "b") return {Booleans{}, into<Booleans, append_booleans>};
    if (format == "tdD") return {Dates{}, into_dates};
    if (format.starts_with("tsu:")) {
        if (format == "tsu:") return {Times{}, into_times};
        // Arrow keeps times with a zone in UTC whatever the zone's name.
        return {Times{{}, true}, into_times};
    }
    throw std::invalid_argument("column '" + std::string(name) + "' has the Arrow type '" + std::string(format) +
                                "', which is not a number, text, boolean, date or time[us]");
}

void append_validity(const ArrowArray& array, Column& column) {
    const void* bits = array.null_count == 0 ? nullptr : array.buffers[0];
    for (std::int64_t row = 0; row < array.length; ++row) {
        column.valid.push_back(bits == nullptr || bit(bits, array.offset + row) ? 1 : 0);
    }
}

void check(int status, ArrowArrayStream* stream) {
    if (status == 0) return;
    const char* message = stream->get_last_error(stream);
    throw std::invalid_argument(std::string("the Arrow stream failed: ") +
                                (message != nullptr ? message : std::generic_category().message(status)));
}

/// Rows a struct array marks as null have no value in any column.
void append_batch(const ArrowArray& batch, const std::vector<ColumnImport>& imports, Table& table) {
    if (batch.null_count != 0 && batch.n_buffers > 0 && batch.buffers[0] != nullptr) {
        for (std::int64_t row = 0; row < batch.length; ++row) {
            if (!bit(batch.buffers[0], batch.offset + row))
                throw std::invalid_argument("the Arrow stream has a row that is null as a whole");
        }
    }
    for (std::size_t i = 0; i < imports.size(); ++i) {
        ArrowArray column = *batch.children[i];  // a view: the batch keeps ownership
        column.offset += batch.offset;
        column.length = batch.length;
        append_validity(column, table.columns[i]);
        if (column.length > 0) imports[i].append(column, table.columns[i]);
    }
    table.rows += static_cast<std::size_t>(batch.length);
}

}  // namespace

Table import_table(ArrowArrayStream* stream) {
    Received<ArrowArrayStream> source;
    std::swap(source.value, *stream);
    if (source.value.release == nullptr) throw std::invalid_argument("the Arrow stream was consumed before");
    Received<ArrowSchema> schema;
    check(source.value.get_schema(&source.value, &schema.value), &source.value);
    if (std::string_view(schema.value.format) != "+s") throw std::invalid_argument("the Arrow stream is not a table");
    Table table;
    std::vector<ColumnImport> imports;
    for (std::int64_t i = 0; i < schema.value.n_children; ++i) {
        const ArrowSchema& field = *schema.value.children[i];
        const std::string name = field.name != nullptr ? field.name : "";
        imports.push_back(import_of(field.dictionary != nullptr ? "dictionary" : field.format, name));
        table.columns.push_back({name, imports.back().empty, {}});
    }
    for (;;) {
        Received<ArrowArray> batch;
        check(source.value.get_next(&source.value, &batch.value), &source.value);
        if (batch.value.release == nullptr) break;
        append_batch(batch.value, imports, table);
    }
    return table;
}

}  // namespace sheltermap::io
