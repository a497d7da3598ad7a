// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>

namespace sheltermap::io {

/// Brings a file, or what a folder itself holds, to the disk. Throws SystemFault.
void sync_to_disk(const std::filesystem::path& path);

/// Renames a file or folder of the same disk in one step; a file that has the new name is replaced. Throws SystemFault.
void rename_over(const std::filesystem::path& from, const std::filesystem::path& to);

/// Two names of one disk change what they stand for, in one step; false where the system, or that disk, knows no such
/// step. Throws SystemFault.
[[nodiscard]] bool exchange_names(const std::filesystem::path& one, const std::filesystem::path& other);

}  // namespace sheltermap::io
