// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"

#include "io/files/write_failure.hpp"
#include "io/formats_out.hpp"
#include "io/ogr/ogr_writer.hpp"
#include "io/ogr/open.hpp"
#include <algorithm>

namespace sheltermap::io {
namespace {

/// Reads every row back.
void require_readable(const std::filesystem::path& path, const std::filesystem::path& target, const Layer& layer) {
    GdalCall call;
    const Source source = locate(path, {});
    const auto dataset = open_dataset(source, source.gdal_names.front(), call);
    std::size_t rows = 0;
    OGRLayer& back = choose_layer(*dataset, source, "");
    while (const OGRFeatureUniquePtr feature{back.GetNextFeature()}) ++rows;
    const std::string said = call.take();
    if (rows != layer.attributes.rows || !said.empty())
        throw write_failure(target, "what was written cannot be read back " + said);
}

}  // namespace

void write_flatgeobuf(const std::filesystem::path& path, const std::filesystem::path& target, const Layer& layer,
                      const Execution& execution) {
    const auto missing = std::ranges::find(layer.geometry.types, GeometryType::missing);
    if (!layer.crs || missing != layer.geometry.types.end()) {
        const auto row = missing - layer.geometry.types.begin() + 1;
        throw WriteError(target.string() + " cannot be written: row " + std::to_string(row) +
                         " has no geometry, which FlatGeobuf cannot hold; write .gpkg, or leave such rows out");
    }
    OgrWriter writer("FlatGeobuf", path, target);
    CPLStringList options;
    // An index puts the rows in another order; without rows GDAL writes a header only when it may make one.
    options.SetNameValue("SPATIAL_INDEX", layer.attributes.rows == 0 ? "YES" : "NO");
    writer.fill(writer.create(layer, options), layer, execution);
    writer.close();
    require_readable(path, target, layer);
}

}  // namespace sheltermap::io
