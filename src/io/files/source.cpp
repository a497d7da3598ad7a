// SPDX-License-Identifier: Apache-2.0
#include "io/files/source.hpp"

#include "sheltermap/base/error.hpp"

#include "base/path_text.hpp"
#include "base/system_fault.hpp"
#include "base/system_file.hpp"
#include "io/files/archive.hpp"
#include "io/text.hpp"
#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

namespace sheltermap::io {
namespace {

namespace fs = std::filesystem;

std::optional<Format> format_of(const fs::path& path) {
    constexpr std::array<std::pair<std::string_view, Format>, 16> endings{{
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
        {".parquet", Format::geoparquet},
        {".geoparquet", Format::geoparquet},
        {".xlsx", Format::spreadsheet},
        {".xlsm", Format::spreadsheet},
        {".kml", Format::kml},
        {".kmz", Format::kml},
    }};
    const std::string ending = lower(path_text(path.extension()));
    const auto* found = std::ranges::find(endings, ending, &std::pair<std::string_view, Format>::first);
    return found == endings.end() ? std::nullopt : std::optional(found->second);
}

/// What to do with a file whose ending says no format that can be read.
std::string unknown_ending(const fs::path& path) {
    constexpr std::array<std::string_view, 7> parts{".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix"};
    if (std::ranges::find(parts, lower(path_text(path.extension()))) != parts.end())
        return " is a part of a shapefile: read the .shp file beside it; save a table without places as CSV";
    constexpr std::array<std::string_view, 3> rasters{".tif", ".tiff", ".asc"};
    if (std::ranges::find(rasters, lower(path_text(path.extension()))) != rasters.end())
        return " is a raster, not a layer of rows: open it with sm.Raster";
    return ": the ending says no format that can be read; known are .geojson .json .geojsonl .ndjson .gpkg .shp .zip "
           "(a zipped shapefile) .fgb .gdb .csv .tsv .txt .xlsx .kml .kmz .gpx .parquet; convert it to one of these, "
           "for example to GeoPackage in QGIS";
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

void require_regular(const fs::path& path) {
    if (fs::is_directory(path)) throw ReadError(path_text(path) + " is a folder, not a file");
    if (!fs::is_regular_file(path))
        throw ReadError(path_text(path) + " is a device or a pipe, not a file: save as a file what it gives");
}

void require_fitting_kind(const fs::path& path, Format format) {
    if (format != Format::file_geodatabase) return require_regular(path);
    if (!fs::is_directory(path)) throw ReadError(path_text(path) + " is a file; a File Geodatabase is a folder");
}

/// Files that GDAL and SQLite open by themselves, beside the one that is named or in a folder: from a pipe or a device
/// they might read for ever.
void require_ordinary_parts(const fs::path& path, Format format) {
    const bool folder = fs::is_directory(path);
    const std::string name = path_text(path.filename());
    const std::string parts = format == Format::shapefile ? path_text(path.stem()) + "." : name + ".";
    std::error_code unknown;  // a folder that cannot be listed: whoever reads a part then says so
    for (const auto& entry : fs::directory_iterator(folder ? path : fs::absolute(path).parent_path(), unknown)) {
        const std::string other = path_text(entry.path().filename());
        if (!folder && !other.starts_with(parts) && !other.starts_with(name + "-")) continue;
        const fs::file_status found = fs::status(entry.path(), unknown);
        if (!fs::exists(found) || fs::is_regular_file(found) || fs::is_directory(found)) continue;
        throw ReadError(other + " belongs to " + name +
                        " and is not a regular file; put a copy of the data in its place, or take it away");
    }
}

}  // namespace

fs::path existing(const fs::path& given) {
    require_plain_path(path_text(given));
    fs::path path = given.has_filename() ? given : given.parent_path();  // "x.gdb/"
    std::error_code failed;
    if (!fs::exists(path, failed)) {
        throw ReadError(path_text(path) + (failed ? " cannot be reached: " + failed.message() : " does not exist"));
    }
    return path;
}

fs::path existing_file(const fs::path& given) {
    fs::path path = existing(given);
    require_regular(path);
    return path;
}

Source locate(const fs::path& given, const ReadOptions& limits) {
    const fs::path path = existing(given);
    const auto format = format_of(path);
    if (!format) throw ReadError(path_text(path) + unknown_ending(path));
    require_fitting_kind(path, *format);
    require_ordinary_parts(path, *format);
    Source source{*format, fs::absolute(path), path_text(path.filename()), {}};
    if (const auto bytes = size_on_disk(path); bytes > limits.max_bytes && !limits.ids) {
        throw ReadError(source.file_name + " has " + std::to_string(bytes) + " bytes, more than the limit of " +
                        std::to_string(limits.max_bytes));
    }
    if (lower(path_text(path.extension())) == ".zip") {
        auto [names, keeper] = shapefiles_in_archive(source.path, limits.max_bytes);
        source.gdal_names = std::move(names);
        source.keeper = std::move(keeper);
    } else {
        source.gdal_names = {path_text(source.path)};
    }
    return source;
}

KeptText file_bytes(const Source& source, const Execution& execution) try {
    const auto failure = [&](const std::string& cause) {
        return ReadError(source.file_name + " cannot be read: " + cause);
    };
    const SystemFile file = SystemFile::opened(source.path);
    const auto size = static_cast<std::size_t>(file.size());
    // Not filled with zeros first, and read by several threads: a large file's pages cost more than its bytes.
    const std::shared_ptr<char[]> bytes(new char[size + 1]);  // one more, to see that the file ends
    constexpr std::size_t bytes_per_block = std::size_t{4} << 20U;
    const auto require_bytes = [&](std::size_t begin, std::size_t count, std::size_t expected) {
        if (file.read(bytes.get() + begin, count, begin) != expected)
            throw failure("its size changes while it is read");
    };
    parallel_for(size, bytes_per_block, execution,
                 [&](std::size_t begin, std::size_t end) { require_bytes(begin, end - begin, end - begin); });
    require_bytes(size, 1, 0);
    return {bytes, {bytes.get(), size}};
} catch (const SystemFault& fault) {
    throw ReadError(source.file_name + " cannot be read: " + fault.what());
}

}  // namespace sheltermap::io
