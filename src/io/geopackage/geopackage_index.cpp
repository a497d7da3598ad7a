// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/geopackage_index.hpp"

#include "geometry/envelope.hpp"
#include "io/geopackage/big_endian.hpp"
#include "io/geopackage/sqlite_pages.hpp"
#include "io/geopackage/sqlite_record.hpp"
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>
#include <stdexcept>
#include <tuple>

namespace sheltermap::io {
namespace {

constexpr std::size_t most_entries = 51;  // RTREE_MAXCELLS in SQLite's rtree.c, at pages of 4096 bytes

std::size_t nodes_for(std::size_t entries) {
    return std::max<std::size_t>(1, (entries + most_entries - 1) / most_entries);
}

/// Entries of node `node` when `entries` are divided evenly: from begin(node) to begin(node + 1).
std::size_t first_entry(std::size_t node, std::size_t entries) { return node * entries / nodes_for(entries); }

float rounded_down(double value) {
    const auto near = static_cast<float>(value);
    return static_cast<double>(near) > value ? std::nextafter(near, -std::numeric_limits<float>::infinity()) : near;
}

float rounded_up(double value) { return -rounded_down(-value); }

/// One node as SQLite keeps it (rtree.c, "Database Format of R-Tree Tables"): everything in big-endian order.
class NodeBytes {
public:
    NodeBytes(std::size_t size, std::size_t depth, std::size_t entries) : bytes_(size) {
        put(static_cast<std::uint16_t>(depth));
        put(static_cast<std::uint16_t>(entries));
    }
    template <class Unsigned>
    void put(Unsigned value) {
        if (bytes_.size() - at_ < sizeof value) throw std::out_of_range("a node of the spatial index is too small");
        store_big_endian(std::span(bytes_).subspan(at_, sizeof value), value);
        at_ += sizeof value;
    }
    void put(float value) { put(std::bit_cast<std::uint32_t>(value)); }
    [[nodiscard]] std::span<const std::byte> all() const { return bytes_; }

private:
    std::vector<std::byte> bytes_;
    std::size_t at_ = 0;
};

}  // namespace

PackedTree::Box PackedTree::box_of(std::span<const XY> vertices) {
    const Envelope exact = envelope(vertices);
    return {rounded_down(exact.min_x), rounded_up(exact.max_x), rounded_down(exact.min_y), rounded_up(exact.max_y)};
}

PackedTree::Box PackedTree::around(std::span<const Entry> entries) {
    Box box = entries.front().box;
    for (const Entry& entry : entries) {
        box.min_x = std::min(box.min_x, entry.box.min_x);
        box.max_x = std::max(box.max_x, entry.box.max_x);
        box.min_y = std::min(box.min_y, entry.box.min_y);
        box.max_y = std::max(box.max_y, entry.box.max_y);
    }
    return box;
}

/// Into vertical slices of whole nodes, and each from south to north.
void PackedTree::sort_into_tiles(Level& leaves) {
    const auto by_x = [](const Entry& a, const Entry& b) {
        return std::tuple(a.box.min_x, a.id) < std::tuple(b.box.min_x, b.id);
    };
    const auto by_y = [](const Entry& a, const Entry& b) {
        return std::tuple(a.box.min_y, a.id) < std::tuple(b.box.min_y, b.id);
    };
    std::ranges::sort(leaves, by_x);
    const auto slices = static_cast<std::size_t>(std::ceil(std::sqrt(nodes_for(leaves.size()))));
    const std::size_t nodes_per_slice = (nodes_for(leaves.size()) + slices - 1) / slices;
    for (std::size_t node = 0; node < nodes_for(leaves.size()); node += nodes_per_slice) {
        const std::size_t end = std::min(node + nodes_per_slice, nodes_for(leaves.size()));
        std::ranges::sort(std::span(leaves).subspan(first_entry(node, leaves.size()),
                                                    first_entry(end, leaves.size()) - first_entry(node, leaves.size())),
                          by_y);
    }
}

PackedTree::PackedTree(const GeometryColumn& column) {
    Level rows;
    rows.reserve(column.size());
    for (std::size_t row = 0; row < column.size(); ++row) {
        if (const auto vertices = column.row_vertices(row); !vertices.empty())
            rows.push_back({box_of(vertices), static_cast<std::int64_t>(row) + 1});
    }
    sort_into_tiles(rows);
    levels_.push_back(std::move(rows));
    // The nodes of a level are the entries of the next; the root has the number 1, the others follow from below.
    std::int64_t next_node = 2;
    while (nodes_for(levels_.back().size()) > 1) {
        const Level& below = levels_.back();
        Level level(nodes_for(below.size()));
        for (std::size_t node = 0; node < level.size(); ++node) {
            const std::size_t begin = first_entry(node, below.size());
            level[node] = {around(std::span(below).subspan(begin, first_entry(node + 1, below.size()) - begin)),
                           next_node++};
        }
        levels_.push_back(std::move(level));
    }
}

/// The root has the number 1, the others follow from below.
std::int64_t PackedTree::node_number(std::size_t depth, std::size_t node) const {
    return depth + 1 == levels_.size() ? 1 : levels_[depth + 1][node].id;
}

void PackedTree::put_into(SqlitePages& pages, const TreeTable& table) const {
    SqliteRecord record;
    std::vector<std::int64_t> leaf_of_row;  // 0: the row is in none
    std::vector<std::int64_t> parents(1);   // of a node by its number, which 0 and the root have none
    SqliteTable nodes(pages, table.nodes);
    const auto put_node = [&](std::size_t depth, std::size_t node) {
        const Level& level = levels_[depth];
        const std::int64_t number = node_number(depth, node);
        const std::size_t begin = first_entry(node, level.size()), end = first_entry(node + 1, level.size());
        NodeBytes data(table.node_bytes, number == 1 ? depth : 0, end - begin);
        for (std::size_t i = begin; i < end; ++i) {
            const auto& [box, id] = level[i];
            data.put(static_cast<std::uint64_t>(id));
            for (const float bound : {box.min_x, box.max_x, box.min_y, box.max_y}) data.put(bound);
            std::vector<std::int64_t>& above = depth == 0 ? leaf_of_row : parents;
            const auto below = static_cast<std::size_t>(id) - (depth == 0 ? 1 : 0);
            if (above.size() <= below) above.resize(below + 1);
            above[below] = number;
        }
        record.clear();
        record.put_null();  // the row's number
        record.put(data.all());
        nodes.add(number, record.bytes());
    };
    put_node(levels_.size() - 1, 0);
    for (std::size_t depth = 0; depth + 1 < levels_.size(); ++depth) {
        for (std::size_t node = 0; node < nodes_for(levels_[depth].size()); ++node) put_node(depth, node);
    }
    nodes.finish();
    const auto put_owners = [&](std::uint32_t root, const std::vector<std::int64_t>& owners, std::size_t first) {
        SqliteTable rows(pages, root);
        for (std::size_t i = 0; i < owners.size(); ++i) {
            if (owners[i] == 0) continue;
            record.clear();
            record.put_null();
            record.put(owners[i]);
            rows.add(static_cast<std::int64_t>(i + first), record.bytes());
        }
        rows.finish();
    };
    put_owners(table.rows, leaf_of_row, 1);
    put_owners(table.parents, parents, 0);
}

}  // namespace sheltermap::io
