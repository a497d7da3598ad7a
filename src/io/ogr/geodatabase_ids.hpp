// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace sheltermap::io {

/// Gives the items of a new File Geodatabase, which GDAL names by random numbers, the same ones each time, by their
/// names and their order, so that the same layers give the same bytes. Throws ReadError or std::ios_base::failure.
void settle_ids(const std::filesystem::path& geodatabase);

}  // namespace sheltermap::io
