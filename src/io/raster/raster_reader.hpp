// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/raster.hpp"

#include <gdal_priv.h>

#include "io/raster/raster_header.hpp"
#include <memory>
#include <span>
#include <vector>

namespace sheltermap::io {

/// Blocks of a raster, by a data set of its own, past GDAL's cache: each is read once.
class RasterReader final : public CellReader {
public:
    explicit RasterReader(std::shared_ptr<const RasterFile::Header> header);
    void read(const CellWindow& block, std::span<const ColumnRange> wanted, double* values,
              std::size_t stride) override;

private:
    /// Whether the block was written; a file may leave out those that hold nothing.
    [[nodiscard]] bool is_there(const CellWindow& block);
    void hide_masked(const CellWindow& block, double* values, std::size_t stride, GdalCall& call);
    void require_values(const CellWindow& block, std::span<const ColumnRange> wanted, const double* values,
                        std::size_t stride) const;

    std::shared_ptr<const RasterFile::Header> header_;
    GDALDatasetUniquePtr dataset_;
    GDALRasterBand* band_ = nullptr;
    std::vector<std::byte> raw_;
};

}  // namespace sheltermap::io
