// SPDX-License-Identifier: Apache-2.0
#include "io/files/lock_files.hpp"

#include "base/path_text.hpp"
#include "io/files/write_failure.hpp"
#include <string>
#include <system_error>

namespace sheltermap::io {

void require_unlocked(const std::filesystem::path& target) {
    namespace fs = std::filesystem;
    std::error_code unreachable;
    const bool is_folder = fs::is_directory(target, unreachable);
    // ArcGIS puts them into the folder of a geodatabase, and beside a shapefile as NAME.shp.HOST.1234.5678.sr.lock.
    const fs::path folder = is_folder ? target : fs::absolute(target).parent_path();
    const std::string begin = is_folder ? "" : path_text(target.stem()) + ".";
    for (const auto& entry : fs::directory_iterator(folder, unreachable)) {
        const std::string name = path_text(entry.path().filename());
        if (!name.starts_with(begin) || entry.path().extension() != ".lock") continue;
        throw write_failure(target, "a program, by its lock file '" + name +
                                        "' ArcGIS, has it open; close it there, or delete that file where none has");
    }
}

}  // namespace sheltermap::io
