// SPDX-License-Identifier: Apache-2.0
#include "cell_fractions.hpp"

#include <numeric>

namespace sheltermap {

void CellFractions::begin(const CellWindow& window) {
    window_ = window;
    pieces_.clear();
}

void CellFractions::add_piece(std::int64_t row, std::int64_t column, double cover, double area) {
    const auto r = static_cast<std::int32_t>(row - window_.row);
    const auto c = static_cast<std::int32_t>(column - window_.column);
    if (!pieces_.empty() && pieces_.back().row == r && pieces_.back().column == c) {
        pieces_.back().cover += cover;
        pieces_.back().area += area;
    } else {
        pieces_.push_back({r, c, cover, area});
    }
}

/// A piece of an edge within a row, between two columns that need not be whole; which way it leans makes no difference.
void CellFractions::add_in_row(std::int64_t row, double left, double right, double height, double sign) {
    const auto first = static_cast<double>(window_.column);
    const auto end = static_cast<double>(window_.column + window_.columns);
    if (left >= end) return;
    const double slope = right > left ? height / (right - left) : 0;
    if (left < first) {  // everything in the window lies to the right of it
        const double part = right <= first ? height : (first - left) * slope;
        add_piece(row, window_.column, sign * part, sign * part);
        if (right <= first) return;
        left = first;
    }
    auto column = static_cast<std::int64_t>(left);  // not below 0: within the window
    if (static_cast<double>(column) > left) --column;
    if (right <= static_cast<double>(column + 1)) {  // most edges: within one cell
        const double part = slope > 0 ? (right - left) * slope : height;
        add_piece(row, column, sign * part, sign * part * (static_cast<double>(column + 1) - (left + right) / 2));
        return;
    }
    right = std::min(right, end);
    while (left < right) {
        const double to = std::min(right, static_cast<double>(column + 1));
        const double part = (to - left) * slope;
        add_piece(row, column, sign * part, sign * part * (static_cast<double>(column + 1) - (left + to) / 2));
        left = to;
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
        add_in_row(row, std::min(x, next_x), std::max(x, next_x), next_y - y, sign);
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
