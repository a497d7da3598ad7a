// SPDX-License-Identifier: Apache-2.0
#include "io/ogr/shapefile.hpp"

#include "sheltermap/base/error.hpp"

#include <cpl_string.h>

#include "base/path_text.hpp"
#include "io/ogr/dbf.hpp"
#include <algorithm>
#include <cctype>
#include <filesystem>

namespace sheltermap::io {

ByteFile shapefile_member(const std::string& shp, std::string_view ending) {
    const std::string stem = shp.substr(0, shp.size() - 4);
    std::string capitals(ending);
    std::ranges::transform(capitals, capitals.begin(),
                           [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
    const auto file_name = [](const std::string& path) { return path_text(path_named(path).filename()); };
    for (const auto& candidate : {stem + std::string(ending), stem + capitals}) {
        VSIStatBufL status;
        if (VSIStatL(candidate.c_str(), &status) == 0) return {candidate, file_name(candidate)};
    }
    throw ReadError(file_name(shp) + " is not complete: the file " + file_name(stem) + std::string(ending) +
                    " that belongs to it is missing; a shapefile is .shp, .shx and .dbf (and .prj) in one folder");
}

std::string shapefile_encoding(CSLConstList metadata) {
    constexpr std::string_view ansi = "87";
    const auto value = [&](const char* key) { return std::string(CSLFetchNameValueDef(metadata, key, "")); };
    std::string encoding = value("ENCODING_FROM_CPG");
    if (encoding.empty() && value("LDID_VALUE") != ansi) encoding = value("ENCODING_FROM_LDID");
    return EQUAL(encoding.c_str(), "UTF-8") ? "" : encoding;
}

std::int64_t deleted_records(const std::string& shp) {
    DbfCells cells(shapefile_member(shp, ".dbf"));
    std::int64_t deleted = 0;
    for (std::uint32_t record = 0; record < cells.header().records; ++record)
        deleted += cells.is_deleted(record) ? 1 : 0;
    return deleted;
}

}  // namespace sheltermap::io
