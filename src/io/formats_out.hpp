// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/layer.hpp"
#include "sheltermap/io/writer.hpp"

#include <filesystem>
#include <span>

namespace sheltermap::io {

/// Each writes `path`, a new file, and reads it back; `target`, which it will become, is named in messages.
/// They throw WriteError, and Cancelled once a stop was requested.
void write_geopackage(const std::filesystem::path& path, const std::filesystem::path& target, const LayerStream& layers,
                      const Execution& execution);
void write_flatgeobuf(const std::filesystem::path& path, const std::filesystem::path& target, const Layer& layer,
                      const Execution& execution);
/// `path` becomes a folder. ArcGIS's lock in a `target` that is there is a WriteError, as is a folder of another kind.
void write_geodatabase(const std::filesystem::path& path, const std::filesystem::path& target,
                       std::span<const Layer* const> layers, const Execution& execution);
/// Files of the same stem come beside `path`.
void write_shapefile(const std::filesystem::path& path, const std::filesystem::path& target, const Layer& layer,
                     const Execution& execution);
void write_geojson(const std::filesystem::path& path, const std::filesystem::path& target, const Layer& layer,
                   const Execution& execution);
void write_csv(const std::filesystem::path& path, const std::filesystem::path& target, const Layer& layer,
               const Execution& execution);

}  // namespace sheltermap::io
