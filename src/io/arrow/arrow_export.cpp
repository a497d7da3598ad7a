// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/arrow.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace sheltermap::io {
namespace {

struct FormatOf {
    const char* operator()(const std::vector<std::int64_t>&) const { return "l"; }
    const char* operator()(const std::vector<double>&) const { return "g"; }
    const char* operator()(const Texts&) const { return "U"; }
    const char* operator()(const Booleans&) const { return "b"; }
    const char* operator()(const Dates&) const { return "tdD"; }
    const char* operator()(const Times& times) const { return times.utc ? "tsu:UTC" : "tsu:"; }
};

/// What an exported schema owns; the children of a struct are kept here as well.
struct SchemaOwner {
    std::string format;
    std::string name;
    std::vector<ArrowSchema> children;
    std::vector<ArrowSchema*> child_pointers;
};

template <class Struct, class Owner>
void release_struct(Struct* exported) {
    for (std::int64_t child = 0; child < exported->n_children; ++child) {
        if (exported->children[child]->release != nullptr)
            exported->children[child]->release(exported->children[child]);
    }
    delete static_cast<Owner*>(exported->private_data);
    exported->release = nullptr;
}

void fill_schema(ArrowSchema& out, const char* format, std::string name, std::size_t children) {
    auto* owner = new SchemaOwner{format, std::move(name), std::vector<ArrowSchema>(children), {}};
    for (auto& child : owner->children) owner->child_pointers.push_back(&child);
    out = ArrowSchema{.format = owner->format.c_str(),
                      .name = owner->name.c_str(),
                      .metadata = nullptr,
                      .flags = children == 0 ? ARROW_FLAG_NULLABLE : 0,
                      .n_children = static_cast<std::int64_t>(children),
                      .children = owner->child_pointers.data(),
                      .dictionary = nullptr,
                      .release = release_struct<ArrowSchema, SchemaOwner>,
                      .private_data = owner};
}

std::vector<std::uint8_t> packed_bits(const std::vector<std::uint8_t>& flags) {
    std::vector<std::uint8_t> bits((flags.size() + 7) / 8, 0);
    for (std::size_t row = 0; row < flags.size(); ++row) {
        if (flags[row] != 0) bits[row / 8] = static_cast<std::uint8_t>(bits[row / 8] | (1U << (row % 8)));
    }
    return bits;
}

/// What an exported array owns: the table it shares, and the bits that Arrow wants packed.
struct ArrayOwner {
    std::shared_ptr<const Table> table;
    std::vector<std::uint8_t> validity;
    std::vector<std::uint8_t> flags;
    std::array<const void*, 3> buffers{};
    std::vector<ArrowArray> children;
    std::vector<ArrowArray*> child_pointers;
};

/// Points the buffers at a column's values; returns how many buffers the type has.
struct ValueBuffers {
    ArrayOwner& owner;
    std::int64_t operator()(const std::vector<std::int64_t>& values) const { return one(values.data()); }
    std::int64_t operator()(const std::vector<double>& values) const { return one(values.data()); }
    std::int64_t operator()(const Dates& dates) const { return one(dates.days.data()); }
    std::int64_t operator()(const Times& times) const { return one(times.microseconds.data()); }
    std::int64_t operator()(const Booleans& booleans) const {
        owner.flags = packed_bits(booleans.values);
        return one(owner.flags.data());
    }
    std::int64_t operator()(const Texts& texts) const {
        owner.buffers[2] = texts.bytes.data();
        return one(texts.offsets.data()) + 1;
    }
    std::int64_t one(const void* values) const {
        owner.buffers[1] = values;
        return 2;
    }
};

ArrowArray array_of(ArrayOwner* owner, std::size_t rows, std::int64_t buffers) {
    for (auto& child : owner->children) owner->child_pointers.push_back(&child);
    return ArrowArray{.length = static_cast<std::int64_t>(rows),
                      .null_count = buffers == 1 ? 0 : -1,
                      .offset = 0,
                      .n_buffers = buffers,
                      .n_children = static_cast<std::int64_t>(owner->children.size()),
                      .buffers = owner->buffers.data(),
                      .children = owner->child_pointers.data(),
                      .dictionary = nullptr,
                      .release = release_struct<ArrowArray, ArrayOwner>,
                      .private_data = owner};
}

ArrowArray column_array(const std::shared_ptr<const Table>& table, const Column& column) {
    auto owner = std::make_unique<ArrayOwner>();
    owner->table = table;
    owner->validity = packed_bits(column.valid);
    owner->buffers[0] = owner->validity.data();
    const std::int64_t buffers = std::visit(ValueBuffers{*owner}, column.values);
    return array_of(owner.release(), table->rows, buffers);
}

struct StreamOwner {
    std::shared_ptr<const Table> table;
    bool done = false;
};
StreamOwner& owner_of(ArrowArrayStream* stream) { return *static_cast<StreamOwner*>(stream->private_data); }

/// The callbacks are called from C: nothing may be thrown through them.
template <class Action>
int guarded(Action action) noexcept {
    try {
        action();
        return 0;
    } catch (...) {
        return ENOMEM;
    }
}

int stream_schema(ArrowArrayStream* stream, ArrowSchema* out) {
    return guarded([&] {
        const Table& table = *owner_of(stream).table;
        fill_schema(*out, "+s", "", table.columns.size());
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const Column& column = table.columns[i];
            fill_schema(*out->children[i], std::visit(FormatOf{}, column.values), column.name, 0);
        }
    });
}

int stream_next(ArrowArrayStream* stream, ArrowArray* out) {
    return guarded([&] {
        StreamOwner& owner = owner_of(stream);
        *out = ArrowArray{};
        if (std::exchange(owner.done, true)) return;  // a released array says: no more
        auto batch = std::make_unique<ArrayOwner>();
        batch->table = owner.table;
        for (const Column& column : owner.table->columns) batch->children.push_back(column_array(owner.table, column));
        *out = array_of(batch.release(), owner.table->rows, 1);
    });
}

const char* stream_error(ArrowArrayStream*) { return "out of memory"; }

void release_stream(ArrowArrayStream* stream) {
    delete static_cast<StreamOwner*>(stream->private_data);
    stream->release = nullptr;
}

}  // namespace

ArrowArrayStream export_table(std::shared_ptr<const Table> table) {
    return {stream_schema, stream_next, stream_error, release_stream, new StreamOwner{std::move(table), false}};
}

}  // namespace sheltermap::io
