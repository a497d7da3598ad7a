// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/ogr/open.hpp"

namespace sheltermap::io {

/// Reads an OGR layer into columns. A row about which GDAL says anything while reading is refused in GDAL's words;
/// rows are counted against the file's own count. The checks every format shares are still to be made.
/// Throws ReadError where the layer ends early.
[[nodiscard]] Layer read_features(GDALDataset& dataset, OGRLayer& from, const Source& source,
                                  const std::string& gdal_name, const ReadOptions& options, GdalCall& call,
                                  const Execution& execution);

/// Cuts a table of a GeoPackage into ranges of so many rows; see ranges_by_id. Throws ReadError.
[[nodiscard]] TableRanges feature_ranges(OGRLayer& from, const Source& source, const std::string& gdal_name,
                                         std::int64_t rows_per_range, GdalCall& call, const Execution& execution);

}  // namespace sheltermap::io
