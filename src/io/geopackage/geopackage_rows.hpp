// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/layer.hpp"

#include "io/geopackage/geopackage_index.hpp"
#include <cstdint>
#include <string>

namespace sheltermap::io {

class SqliteDatabase;

/// Where a layer goes in a GeoPackage.
struct GeopackageTable {
    std::string name;
    std::string fid, geometry;                  ///< names of the columns that GDAL adds; no geometry for a table
    GeometryType type = GeometryType::missing;  ///< of all rows; missing where they differ
    std::int64_t rows = 0, places = 0;          ///< all of them, and those that have a geometry
    std::int32_t srs_id = 0;
    std::uint32_t root = 0;  ///< the page that the table begins with
    TreeTable index = {};    ///< of its geometries
};

/// A table for a layer, as GDAL is asked to make it.
[[nodiscard]] GeopackageTable table_for(const Layer& layer);

/// Says how many rows a table is going to have and what is around them, as its triggers would row by row, and finds out
/// where it lies in the file. GDAL has made it, and it is empty. Throws SqliteFault.
void settle(SqliteDatabase& database, const Layer& layer, GeopackageTable& table);

/// Puts the rows of a layer into its settled table, with its spatial index. Rows get the ids 1, 2, 3, …
/// Throws SqliteFault, WriteError for a text that is not UTF-8, Cancelled.
void put_rows(SqlitePages& pages, const Layer& layer, const GeopackageTable& table, const Execution& execution);

}  // namespace sheltermap::io
