// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace sheltermap {

/// The folder with proj.db, from which every reference system and transformation is made. Where nothing else was said,
/// the folder it lay in when this library was built; no environment variable is read.
[[nodiscard]] std::filesystem::path proj_data();

/// Says where proj.db lies, for a program that brings its own. To be called before anything is made of it: what was
/// made keeps what it was made from. Throws Error where the folder has no proj.db.
///
///     use_proj_data("/opt/maps/share/proj");
///     const Crs lks92("EPSG:3059");
void use_proj_data(const std::filesystem::path& folder);

}  // namespace sheltermap
