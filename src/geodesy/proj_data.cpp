// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geodesy/proj_data.hpp"

#include "sheltermap/base/error.hpp"

#include "base/path_text.hpp"
#include <mutex>

namespace sheltermap {
namespace {

struct Folder {
    std::mutex mutex;
    std::filesystem::path path = SHELTERMAP_PROJ_DATA_DIR;
    static Folder& instance() {
        static Folder kept;  // NOLINT(*-non-const-global-variables): its mutex guards it
        return kept;
    }
};

}  // namespace

std::filesystem::path proj_data() {
    Folder& kept = Folder::instance();
    const std::scoped_lock lock(kept.mutex);
    return kept.path;
}

void use_proj_data(const std::filesystem::path& folder) {
    if (!std::filesystem::exists(folder / "proj.db")) throw Error("proj.db is not in " + path_text(folder));
    Folder& kept = Folder::instance();
    const std::scoped_lock lock(kept.mutex);
    kept.path = folder;
}

}  // namespace sheltermap
