// SPDX-License-Identifier: Apache-2.0
#include "io/files/shapefile_members.hpp"

#include "sheltermap/io/atomic.hpp"

#include "base/path_text.hpp"
#include "io/files/write_failure.hpp"
#include "io/text.hpp"
#include <array>
#include <system_error>
#include <utility>
#include <vector>

namespace sheltermap::io {
namespace {

namespace fs = std::filesystem;

// The .shp first: without it the others are nothing. Behind the code page come what programs keep of an older state.
constexpr std::array members{".shp", ".shx", ".dbf", ".prj", ".cpg", ".qix", ".sbn", ".sbx",
                             ".fbn", ".fbx", ".ain", ".aih", ".atx", ".ixs", ".mxs", ".shp.xml"};

fs::path member(const fs::path& shp, const char* ending) { return shp.parent_path() / shp.stem().concat(ending); }

/// Files that were renamed, and are named back unless all went well.
class Moves {
public:
    ~Moves() {
        std::error_code ignored;
        for (auto move = done_.rbegin(); move != done_.rend(); ++move) fs::rename(move->second, move->first, ignored);
    }
    Moves() = default;
    Moves(const Moves&) = delete;
    Moves& operator=(const Moves&) = delete;
    void move(const fs::path& from, const fs::path& to) {
        if (!fs::exists(fs::symlink_status(from))) return;
        fs::rename(from, to);
        done_.emplace_back(from, to);
    }
    void keep() noexcept { done_.clear(); }

private:
    std::vector<std::pair<fs::path, fs::path>> done_;
};

}  // namespace

bool is_shapefile(const fs::path& path) { return lower(path_text(path.extension())) == ".shp"; }

void remove_shapefile(const fs::path& shp) noexcept {
    std::error_code ignored;
    for (const char* ending : members) fs::remove(member(shp, ending), ignored);
}

void replace_shapefile(const fs::path& fresh, const fs::path& target) {
    if (fs::is_directory(target)) throw write_failure(target, "it is a folder");
    const fs::path place = fs::absolute(target);
    const fs::path aside = sibling_for(target);
    try {
        Moves moves;
        for (const char* ending : members) moves.move(member(place, ending), member(aside, ending));
        try {
            for (auto ending = members.rbegin(); ending != members.rend(); ++ending)
                if (fs::exists(member(fresh, *ending))) replace(member(fresh, *ending), member(place, *ending));
        } catch (...) {
            remove_shapefile(place);
            throw;
        }
        moves.keep();
    } catch (const fs::filesystem_error& error) {
        throw write_failure(target, error.code().message());
    }
    remove_shapefile(aside);
}

}  // namespace sheltermap::io
