// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/layer.hpp"
#include "sheltermap/io/reader.hpp"

#include <ogrsf_frmts.h>

#include <optional>
#include <string>

namespace sheltermap::io {

/// Reads all `rows` rows of a GeoPackage's table through SQLite on several threads, in the order of their ids, if every
/// cell is what its column is declared to hold, in the usual form; nothing otherwise, and also where SQLite has any
/// complaint: then GDAL is to read them and to say what is wrong. Rows without geometry are on the layer's list.
/// `from` is the layer as GDAL has opened it. Throws Cancelled.
[[nodiscard]] std::optional<Layer> read_plain_geopackage(const std::string& path, OGRLayer& from, std::int64_t rows,
                                                         const ReadOptions& options, const Execution& execution);

}  // namespace sheltermap::io
