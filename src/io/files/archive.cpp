// SPDX-License-Identifier: Apache-2.0
#include "io/files/archive.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/io/runtime.hpp"

#include <cpl_string.h>
#include <cpl_vsi.h>

#include "base/path_text.hpp"
#include "io/files/archive_names.hpp"
#include "io/files/archive_size.hpp"
#include "io/gdal_call.hpp"
#include "io/text.hpp"
#include <algorithm>
#include <cctype>
#include <memory>
#include <string_view>
#include <utility>

namespace sheltermap::io {
namespace {

constexpr std::int64_t max_ratio = 100;         // beyond it data of this kind is a bomb
constexpr std::uint64_t most_members = 10'000;  // of which GDAL's list takes a fifth of a second, of 100,000 minutes

bool points_outside(std::string_view member) {
    return member.starts_with('/') || member.find('\\') != std::string_view::npos || member.starts_with("../") ||
           member.find("/../") != std::string_view::npos || member.ends_with("/..");
}

/// Not what macOS keeps beside a file, its resource fork: "__MACOSX/…" or "._name".
bool is_shapefile(const std::string& member) {
    const std::string file = path_text(path_named(member).filename());
    return lower(member).ends_with(".shp") && !file.starts_with("._") && member.find("__MACOSX/") == std::string::npos;
}

struct CloseDirectory {
    void operator()(VSIDIR* directory) const noexcept { VSICloseDir(directory); }
};

}  // namespace

ArchivedShapefiles shapefiles_in_archive(const std::filesystem::path& archive, std::int64_t max_bytes) {
    start_runtime();
    GdalCall call;
    const std::string name = path_text(archive.filename());
    if (const auto members = members_in_archive(ByteFile(path_text(archive), name)); members > most_members) {
        throw ReadError(name + " has " + std::to_string(members) + " members, more than the limit of " +
                        std::to_string(most_members) + "; unpack it and read the shapefile you need");
    }
    const auto copy = without_leading_slashes(archive);
    const std::string root = "/vsizip/{" + (copy ? copy->gdal_name() : path_text(archive)) + "}";
    const std::unique_ptr<VSIDIR, CloseDirectory> directory(VSIOpenDir(root.c_str(), -1, nullptr));
    if (!directory) throw ReadError(name + " is not a whole zip archive: " + call.take());
    const auto packed = static_cast<std::int64_t>(std::filesystem::file_size(archive));
    std::int64_t unpacked = 0;
    std::vector<std::string> found;
    while (const VSIDIREntry* entry = VSIGetNextDirEntry(directory.get())) {
        const std::string member = entry->pszName;
        if (points_outside(member)) throw ReadError(name + ": the member '" + member + "' points outside the archive");
        unpacked += static_cast<std::int64_t>(entry->nSize);
        if (unpacked > max_bytes || unpacked > packed * max_ratio) {
            throw ReadError(name + " would unpack to more than " +
                            std::to_string(std::min(max_bytes, packed * max_ratio)) +
                            " bytes (a limit against zip bombs); unpack it yourself if you trust it");
        }
        if (is_shapefile(member)) found.push_back(root + "/" + member);
    }
    if (const auto said = call.take(); !said.empty()) throw ReadError(name + " is a damaged zip archive: " + said);
    if (found.empty()) throw ReadError(name + " holds no shapefile (.shp); other layers are read unpacked");
    std::ranges::sort(found);
    return {std::move(found), copy};
}

}  // namespace sheltermap::io
