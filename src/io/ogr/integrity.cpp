// SPDX-License-Identifier: Apache-2.0
#include "io/ogr/integrity.hpp"

#include "sheltermap/base/error.hpp"

#include "base/path_text.hpp"
#include "io/files/byte_file.hpp"
#include "io/ogr/dbf.hpp"
#include "io/ogr/flatgeobuf_header.hpp"
#include "io/ogr/shapefile.hpp"
#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <string_view>
#include <utility>
#include <vector>

namespace sheltermap::io {
namespace {

[[noreturn]] void cut(const ByteFile& file, std::uint64_t expected) {
    throw ReadError(file.label() + " is cut: it has " + std::to_string(file.size()) +
                    " bytes and its header speaks of " + std::to_string(expected) + "; get the file again");
}

void require_at_least(const ByteFile& file, std::uint64_t expected) {
    if (file.size() < expected) cut(file, expected);
}

/// https://www.esri.com/content/dam/esrisites/sitecore-archive/Files/Pdfs/library/whitepapers/pdfs/shapefile.pdf
void require_exact_shape_length(const ByteFile& file) {
    constexpr std::uint64_t length_offset = 24;  // in 16-bit words, big-endian
    const std::uint64_t declared = 2 * std::uint64_t{file.big_endian<std::uint32_t>(length_offset)};
    require_at_least(file, declared);
    if (file.size() > declared) {
        throw ReadError(file.label() + " is damaged: it goes on for " + std::to_string(file.size() - declared) +
                        " bytes after the end its header names, so rows would be left out; repair it (GDAL: ogr2ogr)");
    }
}

constexpr std::uint64_t shx_header_bytes = 100, shx_entry_bytes = 8;

/// Two rows whose geometry is one record of the .shp, or begins inside that of the other, would lie at one place.
void require_records_apart(const ByteFile& shx, std::uint64_t shapes) {
    constexpr std::uint32_t least_words = 6;  // a record's header and type
    const std::string entries = shx.bytes(shx_header_bytes, shapes * shx_entry_bytes);
    std::vector<std::pair<std::uint32_t, std::uint64_t>> places;  // in 16-bit words, and of which row
    for (std::uint64_t row = 0; row < shapes; ++row) {
        std::uint32_t words = 0;
        for (std::size_t i = 0; i < 4; ++i)
            words = (words << 8U) | static_cast<unsigned char>(entries[row * shx_entry_bytes + i]);
        if (words != 0) places.emplace_back(words, row);  // 0: the row has no geometry
    }
    if (!std::ranges::is_sorted(places)) std::ranges::sort(places);
    const auto close = std::ranges::adjacent_find(
        places, [](const auto& one, const auto& next) { return next.first - one.first < least_words; });
    if (close == places.end()) return;
    throw ReadError(shx.label() + " is damaged: rows " + std::to_string(close->second + 1) + " and " +
                    std::to_string(std::next(close)->second + 1) +
                    " have the same geometry in it; repair it (GDAL: ogr2ogr), or get the file again");
}

void require_whole_shapefile(const std::string& shp) {
    const std::string label = path_text(path_named(shp).filename());
    require_exact_shape_length(ByteFile(shp, label));
    const ByteFile shx = shapefile_member(shp, ".shx");
    require_exact_shape_length(shx);
    const ByteFile dbf = shapefile_member(shp, ".dbf");
    const DbfHeader header = read_dbf_header(dbf);
    const std::uint64_t records = header.records;
    const std::uint64_t expected = header.header_bytes + records * header.record_bytes;
    require_at_least(dbf, expected);
    if (dbf.size() >= expected + header.record_bytes + 1) {
        throw ReadError(dbf.label() + " is damaged: it holds more records than its header says");
    }
    const std::uint64_t shapes = (shx.size() - shx_header_bytes) / shx_entry_bytes;
    if (shapes != records) {
        throw ReadError(label + " is damaged: " + std::to_string(shapes) + " geometries in .shx, " +
                        std::to_string(records) + " rows in .dbf");
    }
    require_records_apart(shx, shapes);
}

/// https://www.sqlite.org/fileformat.html, section 1.3
void require_whole_database(const ByteFile& file) {
    constexpr std::string_view magic("SQLite format 3\0", 16);
    if (file.bytes(0, magic.size()) != magic)
        throw ReadError(file.label() + " is not a GeoPackage: it is not an SQLite database");
    const auto stored_size = file.big_endian<std::uint16_t>(16);
    const std::uint64_t page_bytes = stored_size == 1 ? 65'536 : stored_size;
    const std::uint64_t pages = file.big_endian<std::uint32_t>(28);
    // The count of pages holds only where the last writer knew of it.
    const bool count_is_current = file.big_endian<std::uint32_t>(24) == file.big_endian<std::uint32_t>(92);
    if (count_is_current && pages > 0) require_at_least(file, pages * page_bytes);
    if (page_bytes == 0 || file.size() % page_bytes != 0)
        cut(file, (file.size() / std::max<std::uint64_t>(page_bytes, 1) + 1) * page_bytes);
}

/// Every feature is preceded by its size, so the file must end where the last one does.
void require_whole_flatgeobuf(const ByteFile& file) {
    const FlatGeobufHeader header = read_flatgeobuf_header(file);
    std::uint64_t features = 0;
    std::uint64_t at = header.features_offset;
    require_at_least(file, at);
    for (; at < file.size(); ++features) {
        require_at_least(file, at + 4);
        at += 4 + std::uint64_t{file.little_endian<std::uint32_t>(at)};
        require_at_least(file, at);
    }
    if (header.features_count != 0 && features != header.features_count) {
        throw ReadError(file.label() + " is cut: its header speaks of " + std::to_string(header.features_count) +
                        " rows and there are " + std::to_string(features) + "; get the file again");
    }
}

/// https://github.com/rouault/dump_gdbtable/wiki/FGDB-Spec
void require_whole_geodatabase(const Source& source) {
    for (const auto& entry : std::filesystem::directory_iterator(source.path)) {
        const std::string label = source.file_name + "/" + path_text(entry.path().filename());
        if (entry.path().extension() == ".gdbtable") {
            const ByteFile table(path_text(entry.path()), label);
            require_at_least(table, table.little_endian<std::uint64_t>(24));
        } else if (entry.path().extension() == ".gdbtablx") {
            const ByteFile offsets(path_text(entry.path()), label);
            const std::uint64_t blocks = offsets.little_endian<std::uint32_t>(4);
            require_at_least(offsets, 16 + blocks * 1024 * offsets.little_endian<std::uint32_t>(12));
        }
    }
}

}  // namespace

void require_whole(const Source& source, const std::string& gdal_name) {
    switch (source.format) {
        case Format::geopackage:
            return require_whole_database(ByteFile(gdal_name, source.file_name));
        case Format::shapefile:
            return require_whole_shapefile(gdal_name);
        case Format::flatgeobuf:
            return require_whole_flatgeobuf(ByteFile(gdal_name, source.file_name));
        case Format::file_geodatabase:
            return require_whole_geodatabase(source);
        case Format::geojson:
        case Format::csv:
        case Format::geoparquet:
        case Format::spreadsheet:
        case Format::kml:
            return;  // their own syntax tells
    }
}

}  // namespace sheltermap::io
