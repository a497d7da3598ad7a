// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"
#include "sheltermap/io/raster.hpp"

#include "base/path_text.hpp"
#include "io/raster/raster_header.hpp"
#include "io/raster/raster_reader.hpp"
#include <system_error>

namespace sheltermap::io {

RasterFile::RasterFile(const std::filesystem::path& path, const RasterOptions& options) {
    try {
        header_ = std::make_shared<const Header>(read_header(path, options));
    } catch (const std::filesystem::filesystem_error& error) {  // no permission, a disk that fails
        throw ReadError(path_text(path) + " cannot be read: " + error.code().message());
    }
}

RasterFile::~RasterFile() = default;

const Grid& RasterFile::grid() const { return header_->grid; }
const Crs& RasterFile::crs() const { return header_->crs; }
std::int64_t RasterFile::block_columns() const { return header_->block_columns; }
std::int64_t RasterFile::block_rows() const { return header_->block_rows; }
std::unique_ptr<CellReader> RasterFile::reader() const { return std::make_unique<RasterReader>(header_); }
std::optional<double> RasterFile::nodata() const { return header_->nodata; }
bool RasterFile::is_whole() const {
    return GDALDataTypeIsInteger(header_->type) != 0 && header_->scale == 1 && header_->offset == 0;
}
int RasterFile::bands() const { return header_->bands; }

}  // namespace sheltermap::io
