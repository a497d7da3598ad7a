// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

namespace sheltermap {

/// What a row holds. `missing` is a row without a usable geometry.
enum class GeometryType : std::uint8_t {
    missing,
    point,
    line_string,
    polygon,
    multi_point,
    multi_line_string,
    multi_polygon
};

/// "Point", "MultiPolygon", …: the names of the Simple Features standard.
[[nodiscard]] std::string_view name(GeometryType type) noexcept;
/// True for polygons and multipolygons.
[[nodiscard]] bool is_areal(GeometryType type) noexcept;

/// A column of two-dimensional geometries as flat arrays: rows hold parts, parts hold rings, rings hold vertices
/// (the layout of a GeoArrow multipolygon, used for every type so that rows of several types fit one column).
/// A point is one part with one ring of one vertex, a line one part with one ring, a missing row has no part.
/// The first ring of a polygon's part is its shell, the others are holes; rings are closed.
///
///     GeometryColumn column;
///     column.append_point({24.105, 56.950});
///     column.begin_row(GeometryType::polygon);
///     column.begin_part();
///     column.append_ring(std::array<XY, 4>{{{24, 57}, {25, 57}, {25, 58}, {24, 57}}});
struct GeometryColumn {
    std::vector<GeometryType> types;              ///< one per row
    std::vector<std::int64_t> part_offsets{0};    ///< rows + 1: parts of row r are part_offsets[r] .. [r + 1]
    std::vector<std::int64_t> ring_offsets{0};    ///< parts + 1
    std::vector<std::int64_t> vertex_offsets{0};  ///< rings + 1
    std::vector<XY> vertices;

    [[nodiscard]] std::size_t size() const noexcept { return types.size(); }

    void append_missing();
    void append_point(XY at);
    /// Begins a row; follow with begin_part, append_ring.
    void begin_row(GeometryType type);
    void begin_part();
    void append_ring(std::span<const XY> ring);
    /// Appends row `row` of another column.
    void append_row(const GeometryColumn& other, std::size_t row);
    /// Keeps the first `rows` rows only.
    void truncate(std::size_t rows);
    /// Every vertex of a row, all its parts and rings in order.
    [[nodiscard]] std::span<const XY> row_vertices(std::size_t row) const;
    /// The vertices of a ring.
    [[nodiscard]] std::span<const XY> ring(std::int64_t ring_index) const;
};

/// One column of the rows of several, in their order.
[[nodiscard]] GeometryColumn concatenated(std::span<const GeometryColumn> columns, const Execution& execution = {});

/// The rows of one type in one column, as GeoArrow writes them; offsets a type does not have are empty.
///
/// | type | vertex_offsets | ring_offsets | part_offsets |
/// | Point | – | – | – |
/// | LineString | per row | – | – |
/// | Polygon | per ring | per row | – |
/// | MultiPoint | – | – | per row, counting vertices |
/// | MultiLineString | per line | – | per row |
/// | MultiPolygon | per ring | per polygon | per row |
struct GeometryPiece {
    GeometryType type;
    std::vector<std::int64_t> rows;  ///< the row of the column each entry belongs to, ascending
    std::vector<XY> vertices;
    std::vector<std::int64_t> vertex_offsets;
    std::vector<std::int64_t> ring_offsets;
    std::vector<std::int64_t> part_offsets;
};

/// The same of somebody else's arrays.
struct GeometryPieceView {
    GeometryType type;
    std::span<const std::int64_t> rows;
    std::span<const XY> vertices;
    std::span<const std::int64_t> vertex_offsets;
    std::span<const std::int64_t> ring_offsets;
    std::span<const std::int64_t> part_offsets;
};

/// A column taken apart by type, types in the order of the enum, missing rows left out.
[[nodiscard]] std::vector<GeometryPiece> split_by_type(const GeometryColumn& column);
/// The inverse: a column of `rows` rows; rows no piece speaks of are missing.
/// Throws std::invalid_argument for offsets that do not fit, a row out of range or named twice.
[[nodiscard]] GeometryColumn assemble(std::size_t rows, std::span<const GeometryPieceView> pieces);

/// Leaves out holes and parts without a vertex, which say nothing; a row of nothing else is missing then. A shell
/// without a vertex stays where its holes have some: such a polygon is none. Returns the rows that were changed.
std::vector<std::size_t> drop_empty_parts(GeometryColumn& column);

}  // namespace sheltermap
