// SPDX-License-Identifier: Apache-2.0
#include "source.hpp"

#include "sheltermap/base/error.hpp"

#include "archive.hpp"
#include "text.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace sheltermap::io {
namespace {

namespace fs = std::filesystem;

std::optional<Format> format_of(const fs::path& path) {
    constexpr std::array<std::pair<std::string_view, Format>, 10> endings{{
        {".geojson", Format::geojson},
        {".json", Format::geojson},
        {".gpkg", Format::geopackage},
        {".shp", Format::shapefile},
        {".zip", Format::shapefile},
        {".fgb", Format::flatgeobuf},
        {".gdb", Format::file_geodatabase},
        {".csv", Format::csv},
        {".txt", Format::csv},
        {".tsv", Format::csv},
    }};
    const std::string ending = lower(path.extension().string());
    const auto* found = std::ranges::find(endings, ending, &std::pair<std::string_view, Format>::first);
    return found == endings.end() ? std::nullopt : std::optional(found->second);
}

/// What to do with a file whose ending says no format that can be read.
std::string unknown_ending(const fs::path& path) {
    constexpr std::array<std::string_view, 7> parts{".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix"};
    if (std::ranges::find(parts, lower(path.extension().string())) != parts.end())
        return " is a part of a shapefile: read the .shp file beside it; save a table without places as CSV";
    return ": the ending says no format that can be read; known are .geojson .json .gpkg .shp .zip (a zipped "
           "shapefile) .fgb .gdb .csv .tsv .txt; convert it to one of these, for example to GeoPackage in QGIS";
}

/// GDAL would take these for something on the network, in memory or in a database.
void require_plain_path(const std::string& text) {
    if (text.empty()) throw ReadError("the path of the file to read is empty");
    if (text.starts_with("/vsi") || text.find("://") != std::string::npos) {
        throw ReadError("'" + text +
                        "' is not a file on this machine; sheltermap reads no network and no virtual files: "
                        "download it first");
    }
}

std::int64_t size_on_disk(const fs::path& path) {
    if (!fs::is_directory(path)) return static_cast<std::int64_t>(fs::file_size(path));
    std::int64_t total = 0;
    for (const auto& entry : fs::directory_iterator(path)) {
        if (entry.is_regular_file()) total += static_cast<std::int64_t>(entry.file_size());
    }
    return total;
}

void require_fitting_kind(const fs::path& path, Format format) {
    const bool folder = fs::is_directory(path);
    if (folder && format != Format::file_geodatabase) throw ReadError(path.string() + " is a folder, not a file");
    if (!folder && format == Format::file_geodatabase) {
        throw ReadError(path.string() + " is a file; a File Geodatabase is a folder");
    }
    if (!folder && !fs::is_regular_file(path)) throw ReadError(path.string() + " is not a regular file");
}

}  // namespace

Source locate(const fs::path& given, const ReadOptions& limits) {
    require_plain_path(given.string());
    const fs::path path = given.has_filename() ? given : given.parent_path();  // "x.gdb/"
    std::error_code failed;
    if (!fs::exists(path, failed)) {
        throw ReadError(path.string() + (failed ? " cannot be reached: " + failed.message() : " does not exist"));
    }
    const auto format = format_of(path);
    if (!format) throw ReadError(path.string() + unknown_ending(path));
    require_fitting_kind(path, *format);
    Source source{*format, fs::absolute(path), path.filename().string(), {}};
    if (const auto bytes = size_on_disk(path); bytes > limits.max_bytes) {
        throw ReadError(source.file_name + " has " + std::to_string(bytes) + " bytes, more than the limit of " +
                        std::to_string(limits.max_bytes));
    }
    source.gdal_names = lower(path.extension().string()) == ".zip"
                            ? shapefiles_in_archive(source.path, limits.max_bytes)
                            : std::vector{source.path.string()};
    return source;
}

std::string file_bytes(const Source& source) {
    std::ifstream file(source.path, std::ios::binary);
    std::string bytes(fs::file_size(source.path), '\0');
    errno = 0;
    if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size())) ||
        file.peek() != std::ifstream::traits_type::eof()) {
        const std::string cause =
            errno != 0 ? std::generic_category().message(errno) : "its size changes while it is read";
        throw ReadError(source.file_name + " cannot be read: " + cause);
    }
    return bytes;
}

}  // namespace sheltermap::io
