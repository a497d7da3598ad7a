// SPDX-License-Identifier: Apache-2.0
#include "cell_fractions.hpp"

#include <numeric>

namespace sheltermap {

void CellFractions::begin(const CellWindow& window) {
    window_ = window;
    pieces_.clear();
}

void CellFractions::add_piece(std::int64_t row, const Piece& piece) {
    const auto r = static_cast<std::int32_t>(row - window_.row);
    if (!pieces_.empty() && pieces_.back().row == r && pieces_.back().column == piece.column) {
        Piece& last = pieces_.back();
        last.cover += piece.cover;
        last.area += piece.area;
        last.cover_moment += piece.cover_moment;
        last.area_moment += piece.area_moment;
    } else {
        pieces_.push_back(piece);
        pieces_.back().row = r;
    }
}

void CellFractions::add_in_row(const InRow& piece, double height, double sign) {
    const auto first = static_cast<double>(window_.column);
    const auto end = static_cast<double>(window_.column + window_.columns);
    if (piece.left >= end) return;
    const bool is_upright = !(piece.right > piece.left);
    const double slope = is_upright ? 0 : height / (piece.right - piece.left);
    const double fall = is_upright ? 0 : (piece.right_down - piece.left_down) / (piece.right - piece.left);
    const auto down_at = [&](double x) { return piece.left_down + (x - piece.left) * fall; };
    double left = piece.left, left_down = piece.left_down;
    if (left < first) {  // everything in the window lies to the right of it
        const bool is_all = piece.right <= first;
        const double to = is_all ? piece.right : first, to_down = is_all ? piece.right_down : down_at(first);
        const double part = sign * (is_all ? height : (to - left) * slope);
        const double moment = part * (left_down + to_down) / 2;
        add_piece(piece.row, {0, 0, part, part, moment, moment});
        if (is_all) return;
        left = first;
        left_down = to_down;
    }
    auto column = static_cast<std::int64_t>(left);  // rounds towards 0
    if (static_cast<double>(column) > left) --column;
    const auto add_to = [&](double to, double to_down, double cover) {
        // How far both ends are from the right edge of the cell.
        const double from_right = static_cast<double>(column + 1) - left,
                     to_right = static_cast<double>(column + 1) - to;
        const double moment = (left_down * (2 * from_right + to_right) + to_down * (from_right + 2 * to_right)) / 6;
        add_piece(piece.row, {0, static_cast<std::int32_t>(column - window_.column), cover,
                              cover * (from_right + to_right) / 2, cover * (left_down + to_down) / 2, cover * moment});
    };
    if (piece.right <= static_cast<double>(column + 1)) {  // most edges: within one cell
        add_to(piece.right, piece.right_down, sign * (is_upright ? height : (piece.right - left) * slope));
        return;
    }
    const double right = std::min(piece.right, end);
    while (left < right) {
        const double to = std::min(right, static_cast<double>(column + 1));
        const double to_down = down_at(to);
        add_to(to, to_down, sign * (to - left) * slope);
        left = to;
        left_down = to_down;
        ++column;
    }
}

void CellFractions::add_edge(XY from, XY to, double sign) {
    if (from.y > to.y) {
        std::swap(from, to);
        sign = -sign;
    }
    const double top = std::max(from.y, static_cast<double>(window_.row));
    const double bottom = std::min(to.y, static_cast<double>(window_.row + window_.rows));
    if (!(top < bottom)) return;
    const double slope = (to.x - from.x) / (to.y - from.y);
    const double least = std::min(from.x, to.x), greatest = std::max(from.x, to.x);
    // Always from the edge's own ends, so that it does not matter into which windows it was cut.
    const auto x_at = [&](double y) {
        if (y == from.y) return from.x;
        if (y == to.y) return to.x;
        return std::clamp(from.x + (y - from.y) * slope, least, greatest);
    };
    auto row = static_cast<std::int64_t>(std::floor(top));
    double y = top, x = x_at(top);
    while (y < bottom) {
        const double next_y = std::min(bottom, static_cast<double>(row + 1));
        const double next_x = x_at(next_y);
        const auto above = static_cast<double>(row);
        const InRow piece = x < next_x ? InRow{row, x, next_x, y - above, next_y - above}
                                       : InRow{row, next_x, x, next_y - above, y - above};
        add_in_row(piece, next_y - y, sign);
        y = next_y;
        x = next_x;
        ++row;
    }
}

void CellFractions::sort_by_cells() {
    row_offsets_.assign(static_cast<std::size_t>(window_.rows) + 1, 0);
    for (const Piece& piece : pieces_) ++row_offsets_[static_cast<std::size_t>(piece.row) + 1];
    std::partial_sum(row_offsets_.begin(), row_offsets_.end(), row_offsets_.begin());
    sorted_.resize(pieces_.size());
    std::vector<std::size_t> next(row_offsets_.begin(), row_offsets_.end() - 1);
    for (const Piece& piece : pieces_) sorted_[next[static_cast<std::size_t>(piece.row)]++] = piece;
    const auto before = [](const Piece& one, const Piece& other) { return one.column < other.column; };
    constexpr std::ptrdiff_t few = 24;
    for (std::size_t row = 0; row + 1 < row_offsets_.size(); ++row) {
        const auto begin = sorted_.begin() + static_cast<std::ptrdiff_t>(row_offsets_[row]);
        const auto end = sorted_.begin() + static_cast<std::ptrdiff_t>(row_offsets_[row + 1]);
        if (end - begin > few) {
            std::stable_sort(begin, end, before);  // pieces of a cell are added in one order
            continue;
        }
        for (auto each = begin; each != end; ++each) {
            const Piece piece = *each;
            auto at = each;
            for (; at != begin && before(piece, *(at - 1)); --at) *at = *(at - 1);
            *at = piece;
        }
    }
}

}  // namespace sheltermap
