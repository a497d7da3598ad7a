// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/layer.hpp"

#include <string>

namespace sheltermap::io {

class SqliteDatabase;

/// Where a layer goes in a GeoPackage.
struct GeopackageTable {
    std::string name;
    std::string fid, geometry;                  ///< names of the columns that GDAL adds; no geometry for a table
    GeometryType type = GeometryType::missing;  ///< of all rows; missing where they differ
};

/// Puts the rows of a layer into its table, which GDAL has made and is empty, with its spatial index, envelope and
/// count: what the triggers of the table would do row by row is done once at the end. Rows get the ids 1, 2, 3, …
/// Throws SqliteFault, WriteError for a text that is not UTF-8, Cancelled.
void put_rows(SqliteDatabase& database, const Layer& layer, const GeopackageTable& table, const Execution& execution);

}  // namespace sheltermap::io
