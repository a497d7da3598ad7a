// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/raster.hpp"

#include <gdal_priv.h>

#include "io/gdal_call.hpp"
#include <cstdint>
#include <filesystem>
#include <string>

namespace sheltermap::io {

/// What a band says of itself, once it was found possible.
struct RasterFile::Header {
    std::filesystem::path path;  ///< absolute
    std::string file_name;       ///< for messages
    Grid grid;
    Crs crs;
    int band, bands;
    std::int64_t block_columns, block_rows;
    GDALDataType type;
    bool is_signed_byte;  ///< GDAL keeps these as unsigned ones
    bool has_mask;        ///< in the file, for all bands
    bool is_ascii;
    std::optional<double> nodata;  ///< as cells hold it
    bool may_look_like_none;       ///< nobody said that values that look like nodata are some
    double scale, offset;
    std::optional<double> lowest;
};

/// Sets the options with which rasters are opened and read, for as long as the call lives.
void set_raster_options(GdalCall& call);

/// Opens the file with its one driver. Throws ReadError.
[[nodiscard]] GDALDatasetUniquePtr open_raster(const std::filesystem::path& path, bool is_ascii,
                                               const std::string& file_name, GdalCall& call);

[[nodiscard]] RasterFile::Header read_header(const std::filesystem::path& given, const RasterOptions& options);

}  // namespace sheltermap::io
