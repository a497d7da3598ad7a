// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/layer.hpp"
#include "sheltermap/io/reader.hpp"

#include <gdal_priv.h>
#include <ogrsf_frmts.h>

#include <string>

namespace sheltermap::io {

/// Reads the rows of a GeoPackage's table or view through SQLite: GDAL bends a cell to the type of its column, a text
/// to the number 0. A table is read on several threads, in the order of its ids; a view, which may need functions of
/// GDAL's, through the connection of `dataset`. `from` is the layer as GDAL has opened it, `promised` how many rows it
/// says it has. Rows that cannot be used are
/// on the layer's list; name, CRS and the checks every format shares are still to be set.
/// Of `options.ids` only these, `promised` of them. Throws ReadError that begins with `where`, and Cancelled.
[[nodiscard]] Layer read_geopackage_rows(const std::string& path, GDALDataset& dataset, OGRLayer& from,
                                         std::int64_t promised, const std::string& where, const ReadOptions& options,
                                         const Execution& execution);

/// Cuts a table into ranges of so many rows; see ranges_by_id. Throws ReadError that begins with `where`, and
/// Cancelled.
[[nodiscard]] TableRanges geopackage_ranges(const std::string& path, OGRLayer& from, const std::string& where,
                                            std::int64_t rows_per_range, const Execution& execution);

}  // namespace sheltermap::io
