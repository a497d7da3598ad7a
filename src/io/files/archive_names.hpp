// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <memory>
#include <string>

namespace sheltermap::io {

/// A file in GDAL's memory, gone with this object.
class MemoryFile {
public:
    MemoryFile(const std::string& name, const std::string& bytes);
    ~MemoryFile();
    MemoryFile(const MemoryFile&) = delete;
    MemoryFile& operator=(const MemoryFile&) = delete;
    [[nodiscard]] const std::string& gdal_name() const noexcept { return gdal_name_; }

private:
    std::string gdal_name_;
};

/// A copy of a zip archive without the slashes its members' names begin with ("/data/a.shp"), for GDAL does not find
/// such members; nothing where no name begins so, or the archive is none that can be read.
[[nodiscard]] std::shared_ptr<const MemoryFile> without_leading_slashes(const std::filesystem::path& archive);

}  // namespace sheltermap::io
