// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace sheltermap::io {

/// Throws WriteError where ArcGIS says by a lock file that it has the File Geodatabase or shapefile open.
void require_unlocked(const std::filesystem::path& target);

}  // namespace sheltermap::io
