// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/reader.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sheltermap::io {

/// The last three are not read by this library: the Python package does it, after `locate`.
enum class Format { geojson, geopackage, shapefile, flatgeobuf, file_geodatabase, csv, geoparquet, spreadsheet, kml };

/// Whether the Python package reads it.
[[nodiscard]] constexpr bool is_read_by_python(Format format) noexcept { return format >= Format::geoparquet; }

/// A file that may be opened: it exists, its ending is on the list, its size is within the limits.
struct Source {
    Format format;
    std::filesystem::path path;  ///< absolute
    std::string file_name;       ///< for messages
    /// What GDAL opens: the path, or for a zip archive one entry per shapefile in it.
    std::vector<std::string> gdal_names;
    std::shared_ptr<const void> keeper = nullptr;  ///< what the names rest on
};

/// The path of a file or folder on this machine, without the slash at its end. Throws ReadError where there is none.
[[nodiscard]] std::filesystem::path existing(const std::filesystem::path& given);
/// The same of a regular file only.
[[nodiscard]] std::filesystem::path existing_file(const std::filesystem::path& given);

/// Throws ReadError where the path may not be opened.
[[nodiscard]] Source locate(const std::filesystem::path& given, const ReadOptions& limits);

/// Bytes that somebody keeps.
struct KeptText {
    std::shared_ptr<const void> keeper;
    std::string_view view;
};

/// The whole file as bytes. Throws ReadError where it cannot be read or changes its size meanwhile.
[[nodiscard]] KeptText file_bytes(const Source& source, const Execution& execution = {});

}  // namespace sheltermap::io
