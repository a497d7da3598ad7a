// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/error.hpp"

#include <filesystem>
#include <string>

namespace sheltermap::io {

/// "x.gpkg cannot be written: <cause> (0.2 MB free on that disk); …", the free space only where little is left.
[[nodiscard]] WriteError write_failure(const std::filesystem::path& target, const std::string& cause);

}  // namespace sheltermap::io
