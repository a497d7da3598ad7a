// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/sqlite_pages.hpp"

#include "io/geopackage/big_endian.hpp"
#include "io/geopackage/sqlite_database.hpp"
#include "io/geopackage/sqlite_record.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <system_error>

namespace sheltermap::io {
namespace {

constexpr std::size_t header_size = 100;
/// Where the header of a file keeps what.
constexpr std::size_t at_page_size = 16, at_versions = 18, at_reserved = 20, at_change = 24, at_count = 28,
                      at_schema_format = 44, at_vacuum = 52, at_encoding = 56, at_valid_for = 92;
/// The page that has this byte is SQLite's for locks.
constexpr std::uint64_t lock_byte = 1U << 30U;
constexpr std::uint32_t most_pages = 4'294'967'292;  // SQLite's own limit, less one for that page
constexpr std::size_t bytes_together = 1U << 20U;
constexpr std::size_t leaf_header = 8, node_header = 12, pointer_size = 2;
constexpr auto leaf_kind = std::byte{0x0D}, node_kind = std::byte{0x05};

SqliteFault what_failed() { return SqliteFault{std::generic_category().message(errno)}; }

template <class Unsigned>
void store(std::span<std::byte> bytes, std::size_t at, Unsigned value) {
    store_big_endian(bytes.subspan(at, sizeof value), value);
}

template <class Unsigned>
Unsigned load(std::span<const std::byte> bytes, std::size_t at) {
    Unsigned value = 0;
    for (std::size_t i = 0; i < sizeof value; ++i)
        value = static_cast<Unsigned>(value << 8U) | std::to_integer<Unsigned>(bytes[at + i]);
    return value;
}

void append(std::vector<std::byte>& to, std::span<const std::byte> bytes) {
    to.insert(to.end(), bytes.begin(), bytes.end());
}

/// A page of a tree, its cells from its end backwards.
std::vector<std::byte> page_of(std::byte kind, std::size_t page_size, std::span<const std::byte> cells,
                               std::span<const std::size_t> starts) {
    std::vector<std::byte> page(page_size);
    page[0] = kind;
    store(std::span(page), 3, static_cast<std::uint16_t>(starts.size()));
    std::size_t pointer = kind == leaf_kind ? leaf_header : node_header;
    std::size_t place = page_size;
    for (std::size_t i = 0; i < starts.size(); ++i, pointer += pointer_size) {
        const std::size_t end = i + 1 < starts.size() ? starts[i + 1] : cells.size();
        const auto cell = cells.subspan(starts[i], end - starts[i]);
        place -= cell.size();
        std::memcpy(page.data() + place, cell.data(), cell.size());
        store(std::span(page), pointer, static_cast<std::uint16_t>(place));
    }
    store(std::span(page), 5,
          static_cast<std::uint16_t>(place));  // of 65,536, which means an empty page of that size, a 0
    return page;
}

}  // namespace

SqlitePages::SqlitePages(const std::filesystem::path& path)
    : file_(path, std::ios::in | std::ios::out | std::ios::binary), header_(header_size) {
    if (!file_.read(reinterpret_cast<char*>(header_.data()), header_size)) throw what_failed();
    page_size_ = load<std::uint16_t>(header_, at_page_size);
    if (page_size_ == 1) page_size_ = 1U << 16U;
    count_ = load<std::uint32_t>(header_, at_count);
    const bool is_plain =
        load<std::uint16_t>(header_, at_versions) == 0x0101 &&  // no write-ahead log
        load<std::uint8_t>(header_, at_reserved) == 0 && load<std::uint32_t>(header_, at_schema_format) == 4 &&
        load<std::uint32_t>(header_, at_vacuum) == 0 && load<std::uint32_t>(header_, at_encoding) == 1 &&
        load<std::uint32_t>(header_, at_change) == load<std::uint32_t>(header_, at_valid_for) &&
        count_ * std::uint64_t{page_size_} == std::filesystem::file_size(path);
    if (!is_plain) throw SqliteFault("the database is not laid out as expected");
}

void SqlitePages::write(std::uint64_t position, std::span<const std::byte> bytes) {
    file_.seekp(static_cast<std::streamoff>(position));
    file_.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
    if (!file_) throw what_failed();
}

void SqlitePages::write_kept() {
    write(count_ * std::uint64_t{page_size_} - kept_.size(), kept_);
    kept_.clear();
}

std::uint32_t SqlitePages::following(std::uint32_t number) const noexcept {
    const bool is_before_locks = number * std::uint64_t{page_size_} == lock_byte;
    return number + (is_before_locks ? 2 : 1);
}

std::uint32_t SqlitePages::append(std::span<const std::byte> page) {
    if (count_ >= most_pages) throw SqliteFault("database or disk is full");
    const std::uint32_t number = next();
    kept_.resize(kept_.size() + (number - count_ - 1) * page_size_);
    io::append(kept_, page);
    count_ = number;
    if (kept_.size() >= bytes_together) write_kept();
    return number;
}

void SqlitePages::overwrite(std::uint32_t number, std::span<const std::byte> page) {
    write((number - 1) * std::uint64_t{page_size_}, page);
}

void SqlitePages::close() {
    write_kept();
    const auto change = load<std::uint32_t>(header_, at_change) + 1;
    store(std::span(header_), at_change, change);
    store(std::span(header_), at_valid_for, change);  // the count of pages is only trusted with this
    store(std::span(header_), at_count, count_);
    write(0, header_);
    if (!file_.flush()) throw what_failed();
}

SqliteTable::SqliteTable(SqlitePages& pages, std::uint32_t root) : pages_(pages), root_(root) {}

void SqliteTable::add(std::int64_t row, std::span<const std::byte> record) {
    // "Database File Format", 1.6: how much of a record stays in its leaf; the rest goes to pages of its own.
    const std::size_t page = pages_.page_size();
    const std::size_t most = page - 35, least = (page - 12) * 32 / 255 - 23;
    std::size_t here = record.size();
    if (here > most) {
        here = least + (record.size() - least) % (page - 4);
        if (here > most) here = least;
    }
    const Varint size(record.size()), number(static_cast<std::uint64_t>(row));
    const std::size_t cell = size.size() + number.size() + here + (here < record.size() ? 4 : 0);
    if (leaf_header + cells_.size() + cell + (starts_.size() + 1) * pointer_size > page) put_leaf();
    starts_.push_back(cells_.size());
    append(cells_, size.bytes());
    append(cells_, number.bytes());
    append(cells_, record.first(here));
    if (here < record.size()) {
        std::array<std::byte, 4> where{};
        store(std::span(where), 0, spill(record.subspan(here)));
        append(cells_, where);
    }
    last_row_ = row;
}

/// Adds a chain of pages, each with the number of the one after it, and returns the first.
std::uint32_t SqliteTable::spill(std::span<const std::byte> rest) {
    const std::uint32_t first = pages_.next();
    while (!rest.empty()) {
        std::vector<std::byte> page(pages_.page_size());
        const std::size_t here = std::min(rest.size(), page.size() - 4);
        std::ranges::copy(rest.first(here), page.begin() + 4);
        rest = rest.subspan(here);
        if (!rest.empty()) store(std::span(page), 0, pages_.following(pages_.next()));
        pages_.append(page);
    }
    return first;
}

std::vector<std::byte> SqliteTable::leaf() const { return page_of(leaf_kind, pages_.page_size(), cells_, starts_); }

void SqliteTable::put_leaf() {
    leaves_.push_back({pages_.append(leaf()), last_row_});
    cells_.clear();
    starts_.clear();
}

std::vector<std::byte> SqliteTable::node(std::span<const Child> children) const {
    std::vector<std::byte> cells;
    std::vector<std::size_t> starts;
    std::array<std::byte, 4> child{};
    for (const Child& each : children.first(children.size() - 1)) {
        starts.push_back(cells.size());
        store(std::span(child), 0, each.page);
        append(cells, child);
        append(cells, Varint(static_cast<std::uint64_t>(each.last_row)).bytes());
    }
    std::vector<std::byte> page = page_of(node_kind, pages_.page_size(), cells, starts);
    store(std::span(page), 8, children.back().page);
    return page;
}

void SqliteTable::finish() {
    if (leaves_.empty()) return pages_.overwrite(root_, leaf());
    put_leaf();
    const std::size_t largest = 4 + Varint(static_cast<std::uint64_t>(last_row_)).size() + pointer_size;
    const std::size_t most = (pages_.page_size() - node_header) / largest + 1;
    std::vector<Child> level = std::move(leaves_);
    while (level.size() > most) {
        const std::size_t nodes = (level.size() + most - 1) / most;
        std::vector<Child> above;
        for (std::size_t i = 0; i < nodes; ++i) {
            const std::size_t begin = i * level.size() / nodes, end = (i + 1) * level.size() / nodes;
            above.push_back(
                {pages_.append(node(std::span(level).subspan(begin, end - begin))), level[end - 1].last_row});
        }
        level = std::move(above);
    }
    pages_.overwrite(root_, node(level));
}

}  // namespace sheltermap::io
