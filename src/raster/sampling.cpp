// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/raster/sampling.hpp"

#include "base/scratch.hpp"
#include "grid_places.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <utility>

namespace sheltermap {
namespace {

constexpr double no_value = std::numeric_limits<double>::quiet_NaN();

/// A place with its cell, and the block the cell is in.
struct Wanted {
    std::int64_t block;
    std::int64_t column, row;
    std::size_t place;
};

std::vector<Wanted> by_blocks(std::span<const XY> places, const CellSource& source, Samples& found,
                              const Execution& execution) {
    const Grid grid = source.grid();
    const double turn = turn_of(source.crs());
    const std::int64_t across = source.block_columns(), down = source.block_rows();
    const std::int64_t blocks_across = (grid.columns + across - 1) / across;
    std::vector<Wanted> all(places.size());
    parallel_for(places.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) {
            all[i].block = -1;
            if (!std::isfinite(places[i].x) || !std::isfinite(places[i].y)) {
                found.what[i] = Sampled::missing;
                continue;
            }
            const CellAt cell = cell_at(grid, turn, places[i]);
            if (!is_inside(grid, cell)) {
                found.what[i] = Sampled::outside;
                continue;
            }
            const auto column = static_cast<std::int64_t>(cell.column), row = static_cast<std::int64_t>(cell.row);
            all[i] = {row / down * blocks_across + column / across, column, row, i};
        }
    });
    std::erase_if(all, [](const Wanted& each) { return each.block < 0; });
    if (!std::ranges::is_sorted(all, {}, &Wanted::block)) std::ranges::stable_sort(all, {}, &Wanted::block);
    return all;
}

/// A reader, and room for a block.
struct BlockRoom {
    std::unique_ptr<CellReader> reader;
    std::vector<double> values;
    std::vector<ColumnRange> wanted;
};

}  // namespace

Samples sample_cells(std::span<const XY> places, const CellSource& source, const Execution& execution) {
    Samples found{std::vector<double>(places.size(), no_value), std::vector<Sampled>(places.size(), Sampled::no_value)};
    const std::vector<Wanted> wanted = by_blocks(places, source, found, execution);
    std::vector<std::size_t> starts;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
        if (i == 0 || wanted[i].block != wanted[i - 1].block) starts.push_back(i);
    }
    starts.push_back(wanted.size());
    const Grid grid = source.grid();
    const std::int64_t across = source.block_columns(), down = source.block_rows();
    ScratchPool<BlockRoom> rooms;
    parallel_for(starts.size() - 1, 1, execution, [&](std::size_t begin, std::size_t end) {
        rooms.lend([&](BlockRoom& room) {
            if (!room.reader) room.reader = source.reader();
            room.values.resize(static_cast<std::size_t>(across * down));
            for (std::size_t block = begin; block < end; ++block) {
                const Wanted& first = wanted[starts[block]];
                const std::int64_t column = first.column / across * across, row = first.row / down * down;
                room.wanted.assign(static_cast<std::size_t>(down), {});
                for (std::size_t i = starts[block]; i < starts[block + 1]; ++i) {
                    ColumnRange& range = room.wanted[static_cast<std::size_t>(wanted[i].row - row)];
                    range = {std::min(range.first, wanted[i].column), std::max(range.end, wanted[i].column + 1)};
                }
                room.reader->read({.column = column,
                                   .row = row,
                                   .columns = std::min(across, grid.columns - column),
                                   .rows = std::min(down, grid.rows - row)},
                                  room.wanted, room.values.data(), static_cast<std::size_t>(across));
                for (std::size_t i = starts[block]; i < starts[block + 1]; ++i) {
                    const Wanted& each = wanted[i];
                    const double value =
                        room.values[static_cast<std::size_t>((each.row - row) * across + each.column - column)];
                    found.value[each.place] = value;
                    if (!std::isnan(value)) found.what[each.place] = Sampled::value;
                }
            }
        });
    });
    return found;
}

}  // namespace sheltermap
