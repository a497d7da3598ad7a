// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <span>
#include <vector>

namespace sheltermap::io {

/// The file of an SQLite database that nobody has open, to which whole pages are added (SQLite's "Database File
/// Format"). Throws SqliteFault for a file of another make, and where the disk is full.
class SqlitePages {
public:
    explicit SqlitePages(const std::filesystem::path& path);
    [[nodiscard]] std::size_t page_size() const noexcept { return page_size_; }
    /// Adds a page at the end and returns its number.
    std::uint32_t append(std::span<const std::byte> page);
    /// The number that the next page gets.
    [[nodiscard]] std::uint32_t next() const noexcept { return following(count_); }
    /// The number of the page after another one.
    [[nodiscard]] std::uint32_t following(std::uint32_t number) const noexcept;
    /// Puts a page in the place of one that was there before.
    void overwrite(std::uint32_t number, std::span<const std::byte> page);
    /// Must be called at the end: only then the database knows of its new pages.
    void close();

private:
    void write(std::uint64_t position, std::span<const std::byte> bytes);
    void write_kept();
    std::fstream file_;
    std::vector<std::byte> header_;
    std::size_t page_size_ = 0;
    std::uint32_t count_ = 0;
    std::vector<std::byte> kept_;  ///< pages that wait for being written together
};

/// Fills a table of rows that exists and is empty, in order of row numbers: a tenth of the time of INSERT. The leaves
/// are full, the nodes above them evenly so.
class SqliteTable {
public:
    SqliteTable(SqlitePages& pages, std::uint32_t root);
    /// Takes a row whose number is above those before.
    void add(std::int64_t row, std::span<const std::byte> record);
    /// Must be called at the end.
    void finish();

private:
    struct Child {
        std::uint32_t page;
        std::int64_t last_row;
    };
    std::uint32_t spill(std::span<const std::byte> rest);
    [[nodiscard]] std::vector<std::byte> leaf() const;
    [[nodiscard]] std::vector<std::byte> node(std::span<const Child> children) const;
    void put_leaf();
    SqlitePages& pages_;
    std::uint32_t root_;
    std::vector<std::byte> cells_;     ///< those of the leaf that is being filled
    std::vector<std::size_t> starts_;  ///< where each of them begins
    std::int64_t last_row_ = 0;
    std::vector<Child> leaves_;
};

}  // namespace sheltermap::io
