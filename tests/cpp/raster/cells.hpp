// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/raster/cell_source.hpp"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace sheltermap {

inline constexpr double no_cell_value = std::numeric_limits<double>::quiet_NaN();

/// A grid in memory, which counts how often blocks are read.
class CellsInMemory final : public CellSource {
public:
    CellsInMemory(Grid grid, std::vector<double> values, const std::string& crs = "EPSG:3059",
                  std::int64_t block_columns = 4, std::int64_t block_rows = 3)
        : grid_(grid), values_(std::move(values)), crs_(crs), across_(block_columns), down_(block_rows) {}

    [[nodiscard]] const Grid& grid() const override { return grid_; }
    [[nodiscard]] const Crs& crs() const override { return crs_; }
    [[nodiscard]] std::int64_t block_columns() const override { return across_; }
    [[nodiscard]] std::int64_t block_rows() const override { return down_; }
    [[nodiscard]] std::unique_ptr<CellReader> reader() const override { return std::make_unique<Reader>(*this); }

    [[nodiscard]] double at(std::int64_t row, std::int64_t column) const {
        return values_[static_cast<std::size_t>(row * grid_.columns + column)];
    }
    [[nodiscard]] int blocks_read() const { return blocks_read_; }

private:
    class Reader final : public CellReader {
    public:
        explicit Reader(const CellsInMemory& cells) : cells_(cells) {}
        void read(const CellWindow& block, std::span<const ColumnRange> wanted, double* values,
                  std::size_t stride) override {
            ++cells_.blocks_read_;
            constexpr double not_asked_for = 1e6;
            for (std::int64_t row = 0; row < block.rows; ++row) {
                const ColumnRange& range = wanted[static_cast<std::size_t>(row)];
                for (std::int64_t column = block.column; column < block.column + block.columns; ++column)
                    values[static_cast<std::size_t>(row) * stride + static_cast<std::size_t>(column - block.column)] =
                        column >= range.first && column < range.end ? cells_.at(block.row + row, column)
                                                                    : not_asked_for;
            }
        }

    private:
        const CellsInMemory& cells_;
    };
    Grid grid_;
    std::vector<double> values_;
    Crs crs_;
    std::int64_t across_, down_;
    mutable std::atomic<int> blocks_read_ = 0;
};

/// 0, 1, 2, … row by row.
inline std::vector<double> counted(std::int64_t count) {
    std::vector<double> values;
    for (std::int64_t i = 0; i < count; ++i) values.push_back(static_cast<double>(i));
    return values;
}

}  // namespace sheltermap
