// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geometry/geometry_column.hpp"

#include "base/memory.hpp"
#include <algorithm>
#include <array>
#include <numeric>
#include <stdexcept>
#include <string>
#include <utility>

namespace sheltermap {
namespace {

using Offsets = std::span<const std::int64_t>;

std::size_t at(std::int64_t offset) { return static_cast<std::size_t>(offset); }
std::int64_t count(std::size_t n) { return static_cast<std::int64_t>(n); }

bool has_vertex_offsets(GeometryType type) { return type != GeometryType::point && type != GeometryType::multi_point; }
bool has_ring_offsets(GeometryType type) { return is_areal(type); }
bool has_part_offsets(GeometryType type) {
    return type == GeometryType::multi_point || type == GeometryType::multi_line_string ||
           type == GeometryType::multi_polygon;
}

/// Offsets of one level of a piece; a level the type does not have counts one by one.
class OffsetLevel {
public:
    OffsetLevel(Offsets offsets, bool present, std::size_t entries_below, const char* what)
        : offsets_(offsets), present_(present) {
        if (present_ && (offsets.empty() || offsets.front() != 0 || at(offsets.back()) != entries_below ||
                         !std::is_sorted(offsets.begin(), offsets.end()))) {
            throw std::invalid_argument(std::string(what) +
                                        " must start at 0, never fall and end at the number of entries they divide");
        }
        size_ = present_ ? offsets.size() - 1 : entries_below;
    }
    [[nodiscard]] std::size_t size() const { return size_; }
    [[nodiscard]] std::size_t begin(std::size_t i) const { return present_ ? at(offsets_[i]) : i; }
    [[nodiscard]] std::size_t end(std::size_t i) const { return present_ ? at(offsets_[i + 1]) : i + 1; }

private:
    Offsets offsets_;
    bool present_;
    std::size_t size_ = 0;
};

/// Copies offsets of one column behind those of others that divide `before` entries.
void put_offsets(Offsets from, std::int64_t before, std::vector<std::int64_t>& to, std::size_t after) {
    std::transform(from.begin() + 1, from.end(), to.begin() + count(after) + 1,
                   [before](std::int64_t offset) { return before + offset; });
}

/// Reads a piece as rows of parts of rings.
struct PieceLevels {
    OffsetLevel rings, parts, rows;
    explicit PieceLevels(const GeometryPieceView& piece)
        : rings(piece.vertex_offsets, has_vertex_offsets(piece.type), piece.vertices.size(), "vertex_offsets"),
          parts(piece.ring_offsets, has_ring_offsets(piece.type), rings.size(), "ring_offsets"),
          rows(piece.part_offsets, has_part_offsets(piece.type), parts.size(), "part_offsets") {
        if (rows.size() != piece.rows.size()) throw std::invalid_argument("a piece must have one geometry per row");
    }
};

void append_from_piece(GeometryColumn& column, const GeometryPieceView& piece, const PieceLevels& levels,
                       std::size_t i) {
    column.begin_row(piece.type);
    for (std::size_t part = levels.rows.begin(i); part < levels.rows.end(i); ++part) {
        column.begin_part();
        for (std::size_t ring = levels.parts.begin(part); ring < levels.parts.end(part); ++ring) {
            const std::size_t first = levels.rings.begin(ring);
            column.append_ring(piece.vertices.subspan(first, levels.rings.end(ring) - first));
        }
    }
}

void append_to_piece(GeometryPiece& piece, const GeometryColumn& column, std::size_t row) {
    piece.rows.push_back(count(row));
    for (auto part = column.part_offsets[row]; part < column.part_offsets[row + 1]; ++part) {
        for (auto ring = column.ring_offsets[at(part)]; ring < column.ring_offsets[at(part) + 1]; ++ring) {
            const auto vertices = column.ring(ring);
            piece.vertices.insert(piece.vertices.end(), vertices.begin(), vertices.end());
            if (has_vertex_offsets(piece.type)) piece.vertex_offsets.push_back(count(piece.vertices.size()));
        }
        if (has_ring_offsets(piece.type)) piece.ring_offsets.push_back(count(piece.vertex_offsets.size()) - 1);
    }
    if (!has_part_offsets(piece.type)) return;
    const std::size_t parts = piece.type == GeometryType::multi_polygon       ? piece.ring_offsets.size() - 1
                              : piece.type == GeometryType::multi_line_string ? piece.vertex_offsets.size() - 1
                                                                              : piece.vertices.size();
    piece.part_offsets.push_back(count(parts));
}

GeometryPiece empty_piece(GeometryType type) {
    GeometryPiece piece{
        .type = type, .rows = {}, .vertices = {}, .vertex_offsets = {}, .ring_offsets = {}, .part_offsets = {}};
    if (has_vertex_offsets(type)) piece.vertex_offsets = {0};
    if (has_ring_offsets(type)) piece.ring_offsets = {0};
    if (has_part_offsets(type)) piece.part_offsets = {0};
    return piece;
}

bool holds_every_row(const GeometryPieceView& piece, std::size_t rows) {
    if (piece.rows.size() != rows) return false;
    for (std::size_t row = 0; row < rows; ++row) {
        if (piece.rows[row] != count(row)) return false;
    }
    return true;
}

std::vector<std::int64_t> offsets_or_one_by_one(Offsets given, bool present, std::size_t entries) {
    std::vector<std::int64_t> offsets(entries + 1);
    if (present) {
        std::ranges::copy(given, offsets.begin());
    } else {
        std::iota(offsets.begin(), offsets.end(), 0);
    }
    return offsets;
}

/// A piece that speaks of every row in its order: its arrays are those of the column.
GeometryColumn as_column(const GeometryPieceView& piece) {
    const PieceLevels levels(piece);
    GeometryColumn column;
    column.types.assign(piece.rows.size(), piece.type);
    column.vertex_offsets =
        offsets_or_one_by_one(piece.vertex_offsets, has_vertex_offsets(piece.type), levels.rings.size());
    column.ring_offsets = offsets_or_one_by_one(piece.ring_offsets, has_ring_offsets(piece.type), levels.parts.size());
    column.part_offsets = offsets_or_one_by_one(piece.part_offsets, has_part_offsets(piece.type), levels.rows.size());
    reserve_in_large_pages(column.vertices, piece.vertices.size());
    column.vertices.assign(piece.vertices.begin(), piece.vertices.end());
    return column;
}

}  // namespace

std::string_view name(GeometryType type) noexcept {
    constexpr std::array<std::string_view, 7> names{"missing",    "Point",           "LineString",  "Polygon",
                                                    "MultiPoint", "MultiLineString", "MultiPolygon"};
    return names[static_cast<std::size_t>(type)];
}

bool is_areal(GeometryType type) noexcept {
    return type == GeometryType::polygon || type == GeometryType::multi_polygon;
}

void GeometryColumn::append_missing() { begin_row(GeometryType::missing); }

void GeometryColumn::append_point(XY at) {
    begin_row(GeometryType::point);
    begin_part();
    append_ring(std::span(&at, 1));
}

void GeometryColumn::begin_row(GeometryType type) {
    types.push_back(type);
    part_offsets.push_back(part_offsets.back());
}

void GeometryColumn::begin_part() {
    ++part_offsets.back();
    ring_offsets.push_back(ring_offsets.back());
}

void GeometryColumn::append_ring(std::span<const XY> ring) {
    ++ring_offsets.back();
    vertices.insert(vertices.end(), ring.begin(), ring.end());
    vertex_offsets.push_back(count(vertices.size()));
}

void GeometryColumn::truncate(std::size_t rows) {
    types.resize(rows);
    part_offsets.resize(rows + 1);
    ring_offsets.resize(at(part_offsets.back()) + 1);
    vertex_offsets.resize(at(ring_offsets.back()) + 1);
    vertices.resize(at(vertex_offsets.back()));
}

void GeometryColumn::append_row(const GeometryColumn& other, std::size_t row) {
    begin_row(other.types[row]);
    for (auto part = other.part_offsets[row]; part < other.part_offsets[row + 1]; ++part) {
        begin_part();
        for (auto r = other.ring_offsets[at(part)]; r < other.ring_offsets[at(part) + 1]; ++r)
            append_ring(other.ring(r));
    }
}

std::span<const XY> GeometryColumn::row_vertices(std::size_t row) const {
    const auto first_ring = ring_offsets[at(part_offsets[row])];
    const auto last_ring = ring_offsets[at(part_offsets[row + 1])];
    const std::size_t begin = at(vertex_offsets[at(first_ring)]);
    return std::span(vertices).subspan(begin, at(vertex_offsets[at(last_ring)]) - begin);
}

std::span<const XY> GeometryColumn::ring(std::int64_t ring_index) const {
    const std::size_t begin = at(vertex_offsets[at(ring_index)]);
    return std::span(vertices).subspan(begin, at(vertex_offsets[at(ring_index) + 1]) - begin);
}

GeometryColumn concatenated(std::span<const GeometryColumn> columns, const Execution& execution) {
    struct Sizes {
        std::size_t rows = 0, parts = 0, rings = 0, vertices = 0;
    };
    std::vector<Sizes> before(columns.size() + 1);
    for (std::size_t i = 0; i < columns.size(); ++i) {
        const GeometryColumn& column = columns[i];
        before[i + 1] = {before[i].rows + column.size(), before[i].parts + column.ring_offsets.size() - 1,
                         before[i].rings + column.vertex_offsets.size() - 1,
                         before[i].vertices + column.vertices.size()};
    }
    GeometryColumn all;
    all.types.resize(before.back().rows);
    all.part_offsets.resize(before.back().rows + 1);
    all.ring_offsets.resize(before.back().parts + 1);
    all.vertex_offsets.resize(before.back().rings + 1);
    reserve_in_large_pages(all.vertices, before.back().vertices);
    all.vertices.resize(before.back().vertices);
    parallel_for(columns.size(), 1, execution, [&](std::size_t i, std::size_t) {
        const GeometryColumn& from = columns[i];
        const Sizes& at_begin = before[i];
        std::ranges::copy(from.types, all.types.begin() + count(at_begin.rows));
        put_offsets(from.part_offsets, count(at_begin.parts), all.part_offsets, at_begin.rows);
        put_offsets(from.ring_offsets, count(at_begin.rings), all.ring_offsets, at_begin.parts);
        put_offsets(from.vertex_offsets, count(at_begin.vertices), all.vertex_offsets, at_begin.rings);
        std::ranges::copy(from.vertices, all.vertices.begin() + count(at_begin.vertices));
    });
    return all;
}

std::vector<GeometryPiece> split_by_type(const GeometryColumn& column) {
    std::vector<GeometryPiece> pieces;
    for (auto t = GeometryType::point; t <= GeometryType::multi_polygon;
         t = static_cast<GeometryType>(static_cast<int>(t) + 1)) {
        GeometryPiece piece = empty_piece(t);
        for (std::size_t row = 0; row < column.size(); ++row) {
            if (column.types[row] == t) append_to_piece(piece, column, row);
        }
        if (!piece.rows.empty()) pieces.push_back(std::move(piece));
    }
    return pieces;
}

GeometryColumn assemble(std::size_t rows, std::span<const GeometryPieceView> pieces) {
    if (pieces.size() == 1 && holds_every_row(pieces.front(), rows)) return as_column(pieces.front());
    struct Source {
        std::size_t piece = 0, entry = 0;
        bool used = false;
    };
    std::vector<Source> sources(rows);
    std::vector<PieceLevels> levels;
    levels.reserve(pieces.size());
    for (std::size_t p = 0; p < pieces.size(); ++p) {
        levels.emplace_back(pieces[p]);
        for (std::size_t i = 0; i < pieces[p].rows.size(); ++i) {
            const auto row = pieces[p].rows[i];
            if (row < 0 || at(row) >= rows || sources[at(row)].used) {
                throw std::invalid_argument("row " + std::to_string(row) + " is out of range or named twice");
            }
            sources[at(row)] = {.piece = p, .entry = i, .used = true};
        }
    }
    GeometryColumn column;
    for (const Source& source : sources) {
        if (source.used) {
            append_from_piece(column, pieces[source.piece], levels[source.piece], source.entry);
        } else {
            column.append_missing();
        }
    }
    return column;
}

}  // namespace sheltermap
