// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace sheltermap::io {

/// Whether a path ends in .shp.
[[nodiscard]] bool is_shapefile(const std::filesystem::path& path);

/// Removes all files of a shapefile, its indexes too; those that cannot be removed stay.
void remove_shapefile(const std::filesystem::path& shp) noexcept;

/// Puts the files of a shapefile in the place of those of another, whose indexes go with it. Several files cannot be
/// exchanged in one step: the .shp goes first and comes last, so that who looks meanwhile, or after a process that died
/// there, finds none rather than a mixture. Syncs first. Throws WriteError; the old ones are then back in their place.
void replace_shapefile(const std::filesystem::path& fresh, const std::filesystem::path& target);

}  // namespace sheltermap::io
