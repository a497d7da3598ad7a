// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"
#include "sheltermap/raster/cell_source.hpp"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sheltermap {

/// How much of each cell of a window lies in a polygon, exactly, by the signed areas to the right of its edges, as
/// font rasterisers find the coverage of pixels: an edge takes from or gives to the cells it runs through the area on
/// its right in them, and to all cells further right its height in the row.
///
/// The first moment of the part, by which its area where cells grow narrower towards a pole is that of its middle, is
/// added up in the same way. Coordinates are in columns and rows, counted from wherever is near.
class CellFractions {
public:
    /// Forgets all edges, and cuts those that come to the window.
    void begin(const CellWindow& window);
    /// An edge of a ring; `sign` is +1 where the polygon lies to the left of edges towards lower rows.
    void add_edge(XY from, XY to, double sign);
    /// Calls, row by row and from left to right, `cell(row, column, fraction, lean)` for cells that edges run through
    /// and `run(row, first column, column after the last)` for cells wholly inside. `lean` is the fraction times how
    /// much nearer to the next row than the middle of the cell the middle of the part is, in rows.
    template <class Cell, class Run>
    void visit(Cell cell, Run run);

private:
    static constexpr double rounding = 1e-12;
    struct Piece {
        std::int32_t row, column;          // from the window's first
        double cover;                      // height of the edges in the row
        double area;                       // to the right of them in the cell
        double cover_moment, area_moment;  // of these about the top of the row
    };
    /// A piece of an edge within a row: its left and its right end, and how far these are below the top of the row.
    struct InRow {
        std::int64_t row;
        double left, right;
        double left_down, right_down;
    };
    void add_piece(std::int64_t row, const Piece& piece);
    void add_in_row(const InRow& piece, double height, double sign);
    void sort_by_cells();

    CellWindow window_;
    std::vector<Piece> pieces_, sorted_;
    std::vector<std::size_t> row_offsets_;
};

template <class Cell, class Run>
void CellFractions::visit(Cell cell, Run run) {
    sort_by_cells();
    const std::int64_t end = window_.column + window_.columns;
    for (std::int64_t row = 0; row < window_.rows; ++row) {
        const Piece* piece = sorted_.data() + row_offsets_[static_cast<std::size_t>(row)];
        const Piece* const last = sorted_.data() + row_offsets_[static_cast<std::size_t>(row) + 1];
        double cover = 0, moment = 0;  // of the cells right of all pieces so far
        std::int64_t next = window_.column;
        const auto run_to = [&](std::int64_t column) {
            if (column <= next || cover < rounding) return;
            // NOLINTNEXTLINE(readability-suspicious-call-argument): from the one to the other
            if (cover > 1 - rounding) return run(window_.row + row, next, column);
            // An edge along the row runs through these, which has no height.
            for (; next < column; ++next) cell(window_.row + row, next, cover, moment - cover / 2);
        };
        while (piece != last) {
            const std::int64_t column = window_.column + piece->column;
            run_to(column);
            double fraction = cover, fraction_moment = moment;
            for (const std::int32_t same = piece->column; piece != last && piece->column == same; ++piece) {
                fraction += piece->area;
                fraction_moment += piece->area_moment;
                cover += piece->cover;
                moment += piece->cover_moment;
            }
            cell(window_.row + row, column, std::clamp(fraction, 0.0, 1.0), fraction_moment - fraction / 2);
            next = column + 1;
        }
        run_to(end);
    }
}

}  // namespace sheltermap
