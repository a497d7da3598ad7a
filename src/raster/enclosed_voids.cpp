// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/raster/voids.hpp"

#include "block_window.hpp"
#include "grid_places.hpp"
#include <algorithm>
#include <cmath>
#include <cstddef>

namespace sheltermap {
namespace {

constexpr std::int64_t cells_at_once = std::int64_t{1} << 23U;

/// Cells without a value side by side in a row, and the void they belong to.
struct Gap {
    std::int64_t first, end;
    std::size_t void_number;
};

/// Voids that grow together, and whether one reaches the edge of the grid.
class Voids {
public:
    std::size_t add() {
        parent_.push_back(parent_.size());
        is_open_.push_back(0);
        return parent_.size() - 1;
    }
    std::size_t joined(std::size_t one, std::size_t other) {
        one = root(one);
        other = root(other);
        const std::size_t first = std::min(one, other), second = std::max(one, other);
        parent_[second] = first;
        is_open_[first] = is_open_[first] | is_open_[second];
        return first;
    }
    void open(std::size_t number) { is_open_[root(number)] = 1; }
    [[nodiscard]] bool is_open(std::size_t number) { return is_open_[root(number)] != 0; }

private:
    std::size_t root(std::size_t number) {
        while (parent_[number] != number) number = parent_[number] = parent_[parent_[number]];
        return number;
    }
    std::vector<std::size_t> parent_;
    std::vector<std::uint8_t> is_open_;
};

/// The gaps of some rows, read from one window of columns after the other.
class Gaps {
public:
    explicit Gaps(const CellSource& source) : grid_(source.grid()), window_(source), across_(source.block_columns()) {}

    std::vector<std::vector<Gap>> of_rows(std::int64_t first, std::int64_t count, const Execution& execution) {
        std::vector<std::vector<Gap>> gaps(static_cast<std::size_t>(count));
        const std::int64_t columns = std::max(across_, cells_at_once / count / across_ * across_);
        for (std::int64_t column = 0; column < grid_.columns; column += columns) {
            const CellWindow part{
                .column = column, .row = first, .columns = std::min(columns, grid_.columns - column), .rows = count};
            window_.move_to(part);
            window_.need(part);
            window_.read(execution);
            parallel_for(gaps.size(), 16, execution, [&](std::size_t begin, std::size_t end) {
                for (std::size_t row = begin; row < end; ++row)
                    append(window_.row(first + static_cast<std::int64_t>(row)), part, gaps[row]);
            });
        }
        return gaps;
    }

private:
    static void append(const double* values, const CellWindow& part, std::vector<Gap>& gaps) {
        for (std::int64_t i = 0; i < part.columns;) {
            if (!std::isnan(values[i])) {
                ++i;
                continue;
            }
            std::int64_t end = i + 1;
            while (end < part.columns && std::isnan(values[end])) ++end;
            if (!gaps.empty() && gaps.back().end == part.column + i) {
                gaps.back().end = part.column + end;
            } else {
                gaps.push_back({part.column + i, part.column + end, 0});
            }
            i = end;
        }
    }
    Grid grid_;
    BlockWindow window_;
    std::int64_t across_;
};

/// Gives the gaps of a row the voids of the gaps above them, which grow together where one gap touches several.
void number(std::vector<Gap>& row, const std::vector<Gap>& above, Voids& voids) {
    auto up = above.begin();
    for (Gap& gap : row) {
        while (up != above.end() && up->end <= gap.first) ++up;
        bool is_numbered = false;
        for (auto touching = up; touching != above.end() && touching->first < gap.end; ++touching) {
            gap.void_number =
                is_numbered ? voids.joined(gap.void_number, touching->void_number) : touching->void_number;
            is_numbered = true;
        }
        if (!is_numbered) gap.void_number = voids.add();
    }
}

/// A place with its cell.
struct Asked {
    std::int64_t row, column;
    std::size_t place;
};

}  // namespace

std::vector<std::uint8_t> in_enclosed_void(std::span<const XY> places, const CellSource& source,
                                           const Execution& execution) {
    const Grid grid = source.grid();
    std::vector<Asked> asked;
    for (std::size_t i = 0; i < places.size(); ++i) {
        const CellAt cell = cell_at(grid, turn_of(source.crs()), places[i]);
        if (is_inside(grid, cell))
            asked.push_back({static_cast<std::int64_t>(cell.row), static_cast<std::int64_t>(cell.column), i});
    }
    std::vector<std::uint8_t> enclosed(places.size(), 0);
    if (asked.empty()) return enclosed;
    std::ranges::stable_sort(asked, {}, &Asked::row);
    Voids voids;
    Gaps gaps(source);
    std::vector<std::pair<std::size_t, std::size_t>> found;  // place, void
    std::vector<Gap> above;
    auto next = asked.begin();
    const std::int64_t down = source.block_rows();
    for (std::int64_t first = 0; first < grid.rows; first += down) {
        std::int64_t row = first;
        for (std::vector<Gap>& each : gaps.of_rows(first, std::min(down, grid.rows - first), execution)) {
            number(each, above, voids);
            const bool is_outermost = row == 0 || row == grid.rows - 1;
            for (const Gap& gap : each) {
                if (is_outermost || gap.first == 0 || gap.end == grid.columns) voids.open(gap.void_number);
            }
            for (; next != asked.end() && next->row == row; ++next) {
                const auto gap = std::ranges::upper_bound(each, next->column, {}, &Gap::end);
                if (gap != each.end() && gap->first <= next->column) found.emplace_back(next->place, gap->void_number);
            }
            above = std::move(each);
            ++row;
        }
    }
    for (const auto& [place, void_number] : found) enclosed[place] = voids.is_open(void_number) ? 0 : 1;
    return enclosed;
}

}  // namespace sheltermap
