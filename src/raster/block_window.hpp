// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/raster/cell_source.hpp"

#include "base/scratch.hpp"
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace sheltermap {

/// Cells of whole blocks in memory, row by row. Only blocks that were asked for are read, and memory that no block was
/// read into is never touched.
class BlockWindow {
public:
    explicit BlockWindow(const CellSource& source)
        : source_(source), grid_(source.grid()), across_(source.block_columns()), down_(source.block_rows()) {}

    /// Goes to the blocks that the cells lie in, none of them read.
    void move_to(const CellWindow& cells);
    /// Has cells of the window read; whose values nobody needed stay as they are.
    void need(const CellWindow& cells);
    void read(const Execution& execution);

    [[nodiscard]] const CellWindow& cells() const noexcept { return window_; }
    /// The values of a row of the grid, from the window's first column on.
    [[nodiscard]] const double* row(std::int64_t row) const noexcept {
        return values_.get() + (row - window_.row) * window_.columns;
    }

private:
    struct Reader {
        std::unique_ptr<CellReader> reader;
    };
    const CellSource& source_;
    Grid grid_;
    std::int64_t across_, down_;  // cells of a block
    CellWindow window_;
    std::int64_t blocks_across_ = 0;
    std::vector<std::uint8_t> needed_;  // per block of the window
    std::vector<ColumnRange> wanted_;   // per row of each block
    std::unique_ptr<double[]> values_;
    std::size_t room_ = 0;
    ScratchPool<Reader> readers_;
};

}  // namespace sheltermap
