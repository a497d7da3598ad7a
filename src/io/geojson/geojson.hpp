// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/reader.hpp"

#include <string_view>

namespace sheltermap::io {

/// Reads a GeoJSON text (RFC 7946; also the `crs` member of its predecessor). GDAL's own driver drops what is no
/// Feature and turns wrong coordinates into missing ones in silence, so this library reads GeoJSON itself.
/// Rows that cannot be used are on the layer's list; the checks every format shares are still to be made.
/// `file_name` is for messages, `layer_name` for the layer.
[[nodiscard]] Layer read_geojson(std::string_view text, const std::string& file_name, const std::string& layer_name,
                                 const ReadOptions& options, const Execution& execution = {});

}  // namespace sheltermap::io
