// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sheltermap::io {

/// A whole number in one to nine bytes, the upper ones first (SQLite's "Database File Format", 1.6).
class Varint {
public:
    explicit Varint(std::uint64_t value);
    [[nodiscard]] std::span<const std::byte> bytes() const { return std::span(bytes_).last(size_); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    std::array<std::byte, 9> bytes_{};
    std::size_t size_ = 0;
};

/// One row as SQLite keeps it (SQLite's "Database File Format", 2.1): the types of its values, then the values.
class SqliteRecord {
public:
    /// Begins another row.
    void clear();
    void put_null() { put_type(0); }
    void put(std::int64_t value);
    /// For a column of the type REAL, where a number without a fraction takes the place of a whole one.
    void put(double value);
    void put(std::string_view text);
    void put(std::span<const std::byte> blob);
    /// The whole record; valid until the next change.
    [[nodiscard]] std::span<const std::byte> bytes();

private:
    void put_type(std::uint64_t type);
    void put_whole(std::uint64_t value, unsigned size);
    void put_bytes(std::span<const std::byte> values);
    std::vector<std::byte> types_, values_, record_;
};

}  // namespace sheltermap::io
