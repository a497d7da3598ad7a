// SPDX-License-Identifier: Apache-2.0
#include "block_window.hpp"

#include <algorithm>

namespace sheltermap {

void BlockWindow::move_to(const CellWindow& cells) {
    const std::int64_t column = cells.column / across_ * across_;
    const std::int64_t row = cells.row / down_ * down_;
    blocks_across_ = (cells.column + cells.columns - 1) / across_ - column / across_ + 1;
    const std::int64_t blocks_down = (cells.row + cells.rows - 1) / down_ - row / down_ + 1;
    window_ = {.column = column,
               .row = row,
               .columns = std::min(grid_.columns - column, blocks_across_ * across_),
               .rows = std::min(grid_.rows - row, blocks_down * down_)};
    needed_.assign(static_cast<std::size_t>(blocks_across_ * blocks_down), 0);
    wanted_.assign(static_cast<std::size_t>(blocks_across_ * blocks_down * down_), {});
    const auto count = static_cast<std::size_t>(window_.columns * window_.rows);
    if (count <= room_) return;
    values_.reset();
    values_.reset(new double[count]);  // not filled: make_unique would touch all of it
    room_ = count;
}

void BlockWindow::need(const CellWindow& cells) {
    const std::int64_t end = cells.column + cells.columns;
    for (std::int64_t across = (cells.column - window_.column) / across_; across < blocks_across_; ++across) {
        const std::int64_t first_of_block = window_.column + across * across_;
        if (first_of_block >= end) break;
        const std::int64_t first = std::max(cells.column, first_of_block);
        const std::int64_t last = std::min(end, first_of_block + across_);
        for (std::int64_t row = cells.row - window_.row; row < cells.row - window_.row + cells.rows; ++row) {
            const std::int64_t block = row / down_ * blocks_across_ + across;
            needed_[static_cast<std::size_t>(block)] = 1;
            ColumnRange& wanted = wanted_[static_cast<std::size_t>(block * down_ + row % down_)];
            wanted = {std::min(wanted.first, first), std::max(wanted.end, last)};
        }
    }
}

void BlockWindow::read(const Execution& execution) {
    std::vector<std::int64_t> blocks;
    for (std::size_t block = 0; block < needed_.size(); ++block) {
        if (needed_[block] != 0) blocks.push_back(static_cast<std::int64_t>(block));
    }
    const auto stride = static_cast<std::size_t>(window_.columns);
    const auto read_block = [&](std::int64_t block, CellReader& reader) {
        const std::int64_t column = block % blocks_across_ * across_;
        const std::int64_t row = block / blocks_across_ * down_;
        reader.read(
            {.column = window_.column + column,
             .row = window_.row + row,
             .columns = std::min(across_, window_.columns - column),
             .rows = std::min(down_, window_.rows - row)},
            std::span(wanted_).subspan(static_cast<std::size_t>(block * down_), static_cast<std::size_t>(down_)),
            values_.get() + row * window_.columns + column, stride);
    };
    parallel_for(blocks.size(), 1, execution, [&](std::size_t begin, std::size_t end) {
        readers_.lend([&](Reader& held) {
            if (!held.reader) held.reader = source_.reader();
            for (std::size_t i = begin; i < end; ++i) read_block(blocks[i], *held.reader);
        });
    });
}

}  // namespace sheltermap
