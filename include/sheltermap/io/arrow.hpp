// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/table.hpp"

#include <cstdint>
#include <memory>

// The Arrow C data and stream interfaces are an ABI made to be declared by whoever speaks it:
// https://arrow.apache.org/docs/format/CDataInterface.html
extern "C" {
#ifndef ARROW_C_DATA_INTERFACE
#define ARROW_C_DATA_INTERFACE
#define ARROW_FLAG_NULLABLE 2  // NOLINT(*-macro-usage): the specification's own lines
struct ArrowSchema {
    const char* format;
    const char* name;
    const char* metadata;
    int64_t flags;
    int64_t n_children;
    struct ArrowSchema** children;
    struct ArrowSchema* dictionary;
    void (*release)(struct ArrowSchema*);
    void* private_data;
};
struct ArrowArray {
    int64_t length;
    int64_t null_count;
    int64_t offset;
    int64_t n_buffers;
    int64_t n_children;
    const void** buffers;
    struct ArrowArray** children;
    struct ArrowArray* dictionary;
    void (*release)(struct ArrowArray*);
    void* private_data;
};
#endif
#ifndef ARROW_C_STREAM_INTERFACE
#define ARROW_C_STREAM_INTERFACE
struct ArrowArrayStream {
    int (*get_schema)(struct ArrowArrayStream*, struct ArrowSchema* out);
    int (*get_next)(struct ArrowArrayStream*, struct ArrowArray* out);
    const char* (*get_last_error)(struct ArrowArrayStream*);
    void (*release)(struct ArrowArrayStream*);
    void* private_data;
};
#endif
}

namespace sheltermap::io {

/// Hands a table out as an Arrow stream of one batch, which the caller releases; the arrays share the table's memory
/// and keep it alive. Types: int64, float64, large_utf8, bool, date32, timestamp[us] (with zone UTC where the column
/// says so).
///
///     ArrowArrayStream stream = export_table(std::make_shared<const Table>(layer.attributes));
///     const Table copy = import_table(&stream);
[[nodiscard]] ArrowArrayStream export_table(std::shared_ptr<const Table> table);

/// Takes a table from an Arrow stream of such columns (also int8 to uint32, float32, utf8, several batches, slices,
/// null bitmaps), copying. Consumes the stream. Throws std::invalid_argument for another type, naming the column.
[[nodiscard]] Table import_table(ArrowArrayStream* stream);

}  // namespace sheltermap::io
