// SPDX-License-Identifier: Apache-2.0
#include "io/files/source.hpp"

#include "sheltermap/base/error.hpp"

#include "io/files/archive.hpp"
#include "io/text.hpp"
#include <algorithm>
#include <array>
#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
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
    const std::string ending = lower(path.extension().string());
    const auto* found = std::ranges::find(endings, ending, &std::pair<std::string_view, Format>::first);
    return found == endings.end() ? std::nullopt : std::optional(found->second);
}

/// What to do with a file whose ending says no format that can be read.
std::string unknown_ending(const fs::path& path) {
    constexpr std::array<std::string_view, 7> parts{".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qix"};
    if (std::ranges::find(parts, lower(path.extension().string())) != parts.end())
        return " is a part of a shapefile: read the .shp file beside it; save a table without places as CSV";
    constexpr std::array<std::string_view, 3> rasters{".tif", ".tiff", ".asc"};
    if (std::ranges::find(rasters, lower(path.extension().string())) != rasters.end())
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
    if (fs::is_directory(path)) throw ReadError(path.string() + " is a folder, not a file");
    if (!fs::is_regular_file(path))
        throw ReadError(path.string() + " is a device or a pipe, not a file: save as a file what it gives");
}

void require_fitting_kind(const fs::path& path, Format format) {
    if (format != Format::file_geodatabase) return require_regular(path);
    if (!fs::is_directory(path)) throw ReadError(path.string() + " is a file; a File Geodatabase is a folder");
}

/// Files that GDAL and SQLite open by themselves, beside the one that is named or in a folder: from a pipe or a device
/// they might read for ever.
void require_ordinary_parts(const fs::path& path, Format format) {
    const bool folder = fs::is_directory(path);
    const std::string name = path.filename().string();
    const std::string parts = format == Format::shapefile ? path.stem().string() + "." : name + ".";
    std::error_code unknown;  // a folder that cannot be listed: whoever reads a part then says so
    for (const auto& entry : fs::directory_iterator(folder ? path : fs::absolute(path).parent_path(), unknown)) {
        const std::string other = entry.path().filename().string();
        if (!folder && !other.starts_with(parts) && !other.starts_with(name + "-")) continue;
        const fs::file_status found = fs::status(entry.path(), unknown);
        if (!fs::exists(found) || fs::is_regular_file(found) || fs::is_directory(found)) continue;
        throw ReadError(other + " belongs to " + name +
                        " and is not a regular file; put a copy of the data in its place, or take it away");
    }
}

class ReadOnlyFile {
public:
    explicit ReadOnlyFile(const Source& source)
        : name_(source.file_name), descriptor_(::open(source.path.c_str(), O_RDONLY | O_CLOEXEC)) {
        if (descriptor_ < 0) fail(std::generic_category().message(errno));
    }
    ~ReadOnlyFile() { ::close(descriptor_); }
    ReadOnlyFile(const ReadOnlyFile&) = delete;
    ReadOnlyFile& operator=(const ReadOnlyFile&) = delete;

    [[nodiscard]] std::size_t size() const {
        struct stat about{};
        if (::fstat(descriptor_, &about) != 0) fail(std::generic_category().message(errno));
        return static_cast<std::size_t>(about.st_size);
    }
    /// Reads `count` bytes from `offset` on, or as many as there are; safe from several threads.
    std::size_t read(char* to, std::size_t count, std::size_t offset) const {
        std::size_t done = 0;
        while (done < count) {
            const ssize_t got = ::pread(descriptor_, to + done, count - done, static_cast<off_t>(offset + done));
            if (got < 0 && errno == EINTR) continue;
            if (got < 0) fail(std::generic_category().message(errno));
            if (got == 0) break;
            done += static_cast<std::size_t>(got);
        }
        return done;
    }
    [[noreturn]] void fail_changed() const { fail("its size changes while it is read"); }

private:
    [[noreturn]] void fail(const std::string& cause) const { throw ReadError(name_ + " cannot be read: " + cause); }
    const std::string& name_;
    int descriptor_;
};

}  // namespace

fs::path existing(const fs::path& given) {
    require_plain_path(given.string());
    fs::path path = given.has_filename() ? given : given.parent_path();  // "x.gdb/"
    std::error_code failed;
    if (!fs::exists(path, failed)) {
        throw ReadError(path.string() + (failed ? " cannot be reached: " + failed.message() : " does not exist"));
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
    if (!format) throw ReadError(path.string() + unknown_ending(path));
    require_fitting_kind(path, *format);
    require_ordinary_parts(path, *format);
    Source source{*format, fs::absolute(path), path.filename().string(), {}};
    if (const auto bytes = size_on_disk(path); bytes > limits.max_bytes) {
        throw ReadError(source.file_name + " has " + std::to_string(bytes) + " bytes, more than the limit of " +
                        std::to_string(limits.max_bytes));
    }
    if (lower(path.extension().string()) == ".zip") {
        auto [names, keeper] = shapefiles_in_archive(source.path, limits.max_bytes);
        source.gdal_names = std::move(names);
        source.keeper = std::move(keeper);
    } else {
        source.gdal_names = {source.path.string()};
    }
    return source;
}

KeptText file_bytes(const Source& source, const Execution& execution) {
    const ReadOnlyFile file(source);
    const std::size_t size = file.size();
    // Not filled with zeros first, and read by several threads: a large file's pages cost more than its bytes.
    const std::shared_ptr<char[]> bytes(new char[size + 1]);  // one more, to see that the file ends
    constexpr std::size_t bytes_per_block = std::size_t{4} << 20U;
    parallel_for(size, bytes_per_block, execution, [&](std::size_t begin, std::size_t end) {
        if (file.read(bytes.get() + begin, end - begin, begin) != end - begin) file.fail_changed();
    });
    if (file.read(bytes.get() + size, 1, size) != 0) file.fail_changed();
    return {bytes, {bytes.get(), size}};
}

}  // namespace sheltermap::io
