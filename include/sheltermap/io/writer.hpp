// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/layer.hpp"

#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

namespace sheltermap::io {

/// Gives layers one after another, and null at the end.
using LayerStream = std::function<std::shared_ptr<const Layer>()>;

/// Writes layers to one file: GeoPackage (.gpkg) and File Geodatabase (.gdb, a folder), both any number of layers and
/// tables without geometries, GeoJSON (.geojson, RFC 7946: WGS 84, 7 decimals), FlatGeobuf (.fgb), Shapefile (.shp and
/// the files beside it) or CSV (.csv: points as lon, lat columns).
/// Layers are written in their own CRS, GeoJSON and CSV in WGS 84. Times are good to a millisecond. A layer of single
/// and multiple geometries of a kind is written as multiple ones. FlatGeobuf keeps the order of rows (so it has no
/// index), turns dates into times at midnight and refuses rows without geometry. GeoJSON and CSV hold dates and times
/// as texts. In CSV a text that a spreadsheet would run as a formula gets an apostrophe in front, which reading takes
/// off. Of a stream, a GeoPackage asks for a large layer when the ones before are written and let go; the other formats
/// take all of it first. A File Geodatabase has the layer's words as aliases and coded values, whole numbers in the
/// narrowest of its types that keeps every digit, and refuses layers of several kinds of geometries, names that are not
/// plain and a target that ArcGIS has locked; a Shapefile refuses whatever it would have to cut. With SOURCE_DATE_EPOCH
/// set, the same layers give the same bytes.
///
/// The file appears whole or not at all: it is written beside its place, read back and counted (GeoJSON: compared byte
/// by byte), synced and renamed.
/// Throws WriteError with the cause, and std::invalid_argument for layers that no file can hold as they are (two
/// columns of one name, a text with a zero byte); what stood there before is then untouched.
///
///     write_layers("shelters.gpkg", {layer});
void write_layers(const std::filesystem::path& path, const LayerStream& layers, const Execution& execution = {});
void write_layers(const std::filesystem::path& path, const std::vector<Layer>& layers, const Execution& execution = {});

}  // namespace sheltermap::io
