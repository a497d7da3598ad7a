// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/files/source.hpp"
#include <string>

namespace sheltermap::io {

/// Compares what a file's own headers say (lengths, counts) with what is there. GDAL opens files that were cut and
/// returns fewer rows in silence. Throws ReadError.
void require_whole(const Source& source, const std::string& gdal_name);

}  // namespace sheltermap::io
