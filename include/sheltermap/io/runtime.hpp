// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>

namespace sheltermap::io {

/// Folders of what PROJ and GDAL read for themselves. Empty: where it lay when this library was built.
struct RuntimePaths {
    std::filesystem::path proj_data;  ///< holds proj.db
    std::filesystem::path gdal_data;
};

/// Registers the drivers this library uses and points GDAL and PROJ to their data through their API; no environment
/// variable is read or set. The first call counts: reading and writing make it, so a program that brings the data along
/// calls before them, and any further call changes nothing. Throws Error with one sentence when another GDAL than the
/// one this library was built with answers (somebody loaded theirs for the whole process), or proj.db is not there.
///
///     start_runtime({.proj_data = "/opt/maps/share/proj", .gdal_data = "/opt/maps/share/gdal"});
///     std::cout << "GDAL " << runtime_versions().gdal << "\n";
void start_runtime(const RuntimePaths& paths = {});

struct RuntimeVersions {
    std::string gdal, geos, proj, proj_data;
};
/// Versions of what this library calls at run time, and where PROJ's database lies.
[[nodiscard]] RuntimeVersions runtime_versions();

}  // namespace sheltermap::io
