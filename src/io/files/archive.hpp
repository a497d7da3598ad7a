// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace sheltermap::io {

struct ArchivedShapefiles {
    std::vector<std::string> gdal_names;
    std::shared_ptr<const void> keeper;  ///< what the names rest on
};

/// GDAL's names of the shapefiles in a zip archive, sorted. Nothing is unpacked to disk.
/// Throws ReadError for a damaged archive, one without a shapefile or of more than 10,000 members, a member that points
/// outside, and one that would unpack to more than `max_bytes` or to more than 100 times its own size.
[[nodiscard]] ArchivedShapefiles shapefiles_in_archive(const std::filesystem::path& archive, std::int64_t max_bytes);

}  // namespace sheltermap::io
