// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"

#include "base/path_text.hpp"
#include "io/formats_out.hpp"
#include "io/ogr/ogr_writer.hpp"
#include <algorithm>

namespace sheltermap::io {
void write_flatgeobuf(const std::filesystem::path& path, const std::filesystem::path& target, const Layer& layer,
                      const Execution& execution) {
    const auto missing = std::ranges::find(layer.geometry.types, GeometryType::missing);
    if (!layer.crs || missing != layer.geometry.types.end()) {
        const auto row = missing - layer.geometry.types.begin() + 1;
        throw WriteError(path_text(target) + " cannot be written: row " + std::to_string(row) +
                         " has no geometry, which FlatGeobuf cannot hold; write .gpkg, or leave such rows out");
    }
    OgrWriter writer("FlatGeobuf", path, target);
    CPLStringList options;
    // An index puts the rows in another order; without rows GDAL writes a header only when it may make one.
    options.SetNameValue("SPATIAL_INDEX", layer.attributes.rows == 0 ? "YES" : "NO");
    writer.fill(writer.create(layer, options), layer, execution);
    writer.close();
    const Layer* only = &layer;
    require_rows(path, target, {&only, 1});
}

}  // namespace sheltermap::io
