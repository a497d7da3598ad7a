// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/layer.hpp"

#include <filesystem>
#include <vector>

namespace sheltermap::io {

/// Writes layers to one file: GeoPackage (.gpkg, any number of layers, also tables without geometries),
/// GeoJSON (.geojson, RFC 7946: WGS 84, 7 decimals), FlatGeobuf (.fgb) or CSV (.csv: points as lon, lat columns).
/// Layers are written in their own CRS, GeoJSON and CSV in WGS 84.
///
/// The file appears whole or not at all: it is written beside its place, read back and counted, synced and renamed.
/// Throws WriteError with the cause; what stood there before is then untouched.
void write_layers(const std::filesystem::path& path, const std::vector<Layer>& layers);

}  // namespace sheltermap::io
