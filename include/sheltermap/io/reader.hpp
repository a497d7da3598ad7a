// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/layer.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sheltermap::io {

/// What becomes of a polygon that breaks the rules of Simple Features.
enum class InvalidGeometry {
    refuse,  ///< the row is refused
    repair   ///< GEOS MakeValid; the row and the change of area are noted
};

/// Some rows of a GeoPackage's table: those whose ids lie between two.
struct IdRange {
    std::int64_t first = 0, last = 0;  ///< ids, both of them within
    std::int64_t rows = 0;             ///< how many the table has there
    std::int64_t before = 0;           ///< how many it has before these; faults count rows from its first
};

struct ReadOptions {
    std::string layer = {};     ///< which layer of a file that has several; empty where there is one
    std::string crs = {};       ///< taken where the file names no CRS; an error where it names another one
    std::string encoding = {};  ///< of texts, where they are not UTF-8: "windows-1257"
    std::string x = {};         ///< CSV: column of the easting or longitude; empty: found by its name
    std::string y = {};         ///< CSV: column of the northing or latitude
    std::string id = {};        ///< column that names the rows; must then be unique
    InvalidGeometry invalid = InvalidGeometry::refuse;
    std::optional<IdRange> ids = {};  ///< of a GeoPackage's table: these rows only
    bool strict = true;               ///< throw where any row is refused
    std::int64_t max_rows = 100'000'000;
    /// Of the file, where it is read in one piece, and of what an archive unpacks to.
    std::int64_t max_bytes = std::int64_t{16} << 30;
};

/// Reads a vector file: GeoJSON, GeoPackage, Shapefile (also zipped), FlatGeobuf, File Geodatabase or CSV, known by
/// its ending. The one door through which files come in: only these drivers, no network, no file the content points
/// to, every warning of GDAL an error, rows counted against the file's own count, texts in UTF-8, coordinates finite.
///
///     const auto stations = read_layer("stations.csv", {.crs = "EPSG:3059", .id = "id"});
///
/// Throws ReadError or CrsError; each message names the file, the row and what to do.
[[nodiscard]] Layer read_layer(const std::filesystem::path& path, const ReadOptions& options = {},
                               const Execution& execution = {});

/// How a GeoPackage's table is read a piece at a time.
struct TableRanges {
    std::vector<IdRange> ranges;           ///< all rows, in the order of their ids
    std::vector<std::string> zoned_times;  ///< columns of times of which some say their zone: then all are in UTC
    std::vector<std::string> days;         ///< columns of dates that hold any
};

/// Cuts a GeoPackage's table into ranges of so many rows, the last of fewer, for ReadOptions::ids; its ids are gone
/// through once. `options` say which layer.
///
///     for (const IdRange& range : ranges_by_id("homes.gpkg", {}, 100'000).ranges)
///         std::cout << read_layer("homes.gpkg", {.ids = range}).attributes.rows << "\n";
///
/// Throws ReadError as read_layer, and for a view or a table without ids, which are read in one piece;
/// std::invalid_argument for a file of another format.
[[nodiscard]] TableRanges ranges_by_id(const std::filesystem::path& path, const ReadOptions& options,
                                       std::int64_t rows_per_range, const Execution& execution = {});

/// The same as read_layer for a GeoJSON text in memory; `name` stands for it in messages and names the layer.
[[nodiscard]] Layer read_geojson_text(std::string_view text, const std::string& name, const ReadOptions& options = {},
                                      const Execution& execution = {});

/// The cells of a CSV text as they stand, for who reads them by rules of its own (a register by its schema): a table
/// whose columns are all texts, taken apart as read_layer does, with the same rows and the same damaged ones. An empty
/// cell has no value. `name` stands for the text in messages. Throws ReadError for a quote that is never closed and for
/// columns without unique names.
[[nodiscard]] Layer csv_cells(std::string_view text, const std::string& name, const Execution& execution = {});

/// What is to be said of a layer that has exactly as many rows as services hand out at once (1,000, 2,000, 10,000, …)
/// or a spreadsheet holds: others may be missing. Empty for any other number.
[[nodiscard]] std::string page_limit_note(std::size_t rows);

/// Throws ReadError where a table has more columns than a spreadsheet can: 16,384. What has more is a matrix, or
/// damaged.
void require_few_columns(std::size_t columns, const std::string& file_name);

/// The absolute path of a file of one layer that somebody else is to read, a GeoParquet, once it has passed what
/// read_layer asks of a path, and of the options for it. Throws ReadError.
[[nodiscard]] std::filesystem::path readable_file(const std::filesystem::path& path, const ReadOptions& options = {});

/// Names of the layers in a file, those with geometries first.
[[nodiscard]] std::vector<std::string> layer_names(const std::filesystem::path& path);

/// The checks of read_layer for a layer that did not come from a file (a GeoDataFrame, say); `source` names it in
/// messages. Refuses rows as read_layer does, and throws ReadError when `options.strict`.
///
/// Refused are rows without geometry, with coordinates that are not finite or do not fit the CRS (swapped axes are
/// named), with polygons that break the rules (or mended, see InvalidGeometry), and with an id that is missing or was
/// there before. A layer without rows is refused as a whole when strict.
[[nodiscard]] Layer check_rows(Layer layer, const std::string& source, const ReadOptions& options,
                               const Execution& execution = {});

}  // namespace sheltermap::io
