// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/sqlite_record.hpp"

#include "io/geopackage/big_endian.hpp"
#include <bit>
#include <cmath>

namespace sheltermap::io {
namespace {

/// Serial types of the format, beyond 0 for NULL; 1 to 4 are whole numbers of as many bytes.
constexpr std::uint64_t six_bytes = 5, eight_bytes = 6, real = 7, zero = 8, one = 9, first_blob = 12, first_text = 13;

bool fits(std::int64_t value, unsigned bytes) {
    const std::int64_t most = (std::int64_t{1} << (8 * bytes - 1)) - 1;
    return -most - 1 <= value && value <= most;
}

}  // namespace

Varint::Varint(std::uint64_t value) {
    constexpr std::size_t most = 9;
    if (value >> 56U != 0) {  // then the last byte has eight bits of its own
        bytes_[most - ++size_] = static_cast<std::byte>(value);
        value >>= 8U;
        for (; size_ < most; value >>= 7U) bytes_[most - ++size_] = static_cast<std::byte>(value | 0x80U);
        return;
    }
    bytes_[most - ++size_] = static_cast<std::byte>(value & 0x7FU);
    for (value >>= 7U; value != 0; value >>= 7U) bytes_[most - ++size_] = static_cast<std::byte>(value | 0x80U);
}

void SqliteRecord::clear() {
    types_.clear();
    values_.clear();
}

void SqliteRecord::put(std::int64_t value) {
    if (value == 0 || value == 1) return put_type(value == 0 ? zero : one);
    for (const unsigned size : {1U, 2U, 3U, 4U}) {
        if (!fits(value, size)) continue;
        put_type(size);
        return put_whole(static_cast<std::uint64_t>(value), size);
    }
    const bool is_short = fits(value, 6);
    put_type(is_short ? six_bytes : eight_bytes);
    put_whole(static_cast<std::uint64_t>(value), is_short ? 6 : 8);
}

void SqliteRecord::put(double value) {
    constexpr double most = (std::uint64_t{1} << 47U) - 1;  // what six bytes hold
    if (std::abs(value) <= most && std::trunc(value) == value && (value != 0 || !std::signbit(value)))
        return put(static_cast<std::int64_t>(value));
    put_type(real);
    put_whole(std::bit_cast<std::uint64_t>(value), sizeof value);
}

void SqliteRecord::put(std::string_view text) {
    put_type(first_text + 2 * text.size());
    put_bytes(std::as_bytes(std::span(text)));
}

void SqliteRecord::put(std::span<const std::byte> blob) {
    put_type(first_blob + 2 * blob.size());
    put_bytes(blob);
}

std::span<const std::byte> SqliteRecord::bytes() {
    // The header counts its own length.
    std::size_t header = types_.size() + 1;
    while (header - types_.size() != Varint(header).size()) ++header;
    const Varint size(header);
    record_.clear();
    record_.insert(record_.end(), size.bytes().begin(), size.bytes().end());
    record_.insert(record_.end(), types_.begin(), types_.end());
    record_.insert(record_.end(), values_.begin(), values_.end());
    return record_;
}

void SqliteRecord::put_type(std::uint64_t type) {
    const Varint number(type);
    types_.insert(types_.end(), number.bytes().begin(), number.bytes().end());
}

void SqliteRecord::put_whole(std::uint64_t value, unsigned size) {
    values_.resize(values_.size() + size);
    store_big_endian(std::span(values_).last(size), value);
}

void SqliteRecord::put_bytes(std::span<const std::byte> values) {
    values_.insert(values_.end(), values.begin(), values.end());
}

}  // namespace sheltermap::io
