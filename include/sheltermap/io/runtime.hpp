// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace sheltermap::io {

/// Registers the drivers this library uses and points GDAL and PROJ to their data through their API; no environment
/// variable is read or set. Safe to call again. Throws Error with one sentence when another GDAL than the one this
/// library was built with answers (somebody loaded theirs for the whole process).
///
///     start_runtime();
///     std::cout << "GDAL " << runtime_versions().gdal << "\n";
void start_runtime();

struct RuntimeVersions {
    std::string gdal, geos, proj, proj_data;
};
/// Versions of what this library calls at run time, and where PROJ's database lies.
[[nodiscard]] RuntimeVersions runtime_versions();

}  // namespace sheltermap::io
