// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/raster/cell_source.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace sheltermap::io {

struct RasterOptions {
    int band = 1;
    std::string crs = {};  ///< taken where the file names no CRS; an error where it names another one
    /// The value of cells without one, where the file names none; an error where it names another one. NaN: all cells
    /// have a value, also where one looks like what stands for none (-9999, -32768, 1e38, …), which otherwise is an
    /// error where neither says.
    std::optional<double> nodata = {};
    /// What no value is below, after scale and offset: 0 for depths and counts. A lower one is an error that names its
    /// cell.
    std::optional<double> lowest = {};
    std::int64_t max_block_cells = std::int64_t{1} << 25U;  ///< that are read at once
};

/// A band of a GeoTIFF (also cloud-optimised) or of an ASCII grid, known by its ending. Only these drivers, no network,
/// no file beside it but the .prj of an ASCII grid, every warning of GDAL an error. Columns run eastwards, rows along
/// the other axis either way. Scale and offset are applied; cells that hold nodata, that a mask in the file hides or
/// that were never written have no value.
///
/// Opening reads the header only, and compares what it declares with what can be in the file; an ASCII grid is read
/// through, as each of its cells must be a number.
/// Throws ReadError or CrsError; each message names the file and what to do.
///
///     const RasterFile elevations("elevation.tif");
///     const std::int64_t cells = elevations.grid().columns * elevations.grid().rows;
class RasterFile final : public CellSource {
public:
    explicit RasterFile(const std::filesystem::path& path, const RasterOptions& options = {});
    ~RasterFile() override;

    [[nodiscard]] const Grid& grid() const override;
    [[nodiscard]] const Crs& crs() const override;
    [[nodiscard]] std::int64_t block_columns() const override;
    [[nodiscard]] std::int64_t block_rows() const override;
    [[nodiscard]] std::unique_ptr<CellReader> reader() const override;

    /// The value of cells without one, as it is in the file; none where all cells have a value.
    [[nodiscard]] std::optional<double> nodata() const;
    /// Whether the band holds whole numbers.
    [[nodiscard]] bool is_whole() const;
    [[nodiscard]] int bands() const;

    struct Header;  ///< what the file says of itself; only this room looks inside

private:
    std::shared_ptr<const Header> header_;
};

}  // namespace sheltermap::io
