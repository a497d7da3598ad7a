// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/atomic.hpp"

#include "base/path_text.hpp"
#include "base/system_fault.hpp"
#include "io/files/moving.hpp"
#include "io/files/processes.hpp"
#include "io/files/write_failure.hpp"
#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <system_error>

namespace sheltermap::io {
namespace {

namespace fs = std::filesystem;

/// So many bytes of the target's name that the rest of a sibling's, a journal's ending included, still fits into 255.
constexpr std::size_t longest_kept = 120, longest_ending = 20;

/// The target's name; a long one is cut, and told from others by its hash.
std::string short_name(const fs::path& target) {
    std::string name = path_text(target.filename());
    if (name.size() <= longest_kept) return name;
    std::uint64_t hash = 14695981039346656037U;  // FNV-1a
    for (const char byte : name) hash = (hash ^ static_cast<unsigned char>(byte)) * 1099511628211U;
    std::size_t kept = longest_kept / 2;
    while (kept > 0 && (static_cast<unsigned char>(name[kept]) & 0xC0U) == 0x80U) --kept;  // no half of a character
    return name.substr(0, kept) + "~" + std::to_string(hash);
}

/// Siblings are named ".<target>.<host>.<process>.<number>.part<ending>".
std::string prefix_for(const fs::path& target) { return "." + short_name(target) + "." + host_name() + "."; }

std::string ending_of(const fs::path& target) {
    const std::string ending = path_text(target.extension());
    return ending.size() <= longest_ending ? ending : "";
}

/// Best effort: a left-over that stays does no harm.
void remove_leftovers(const fs::path& target) {
    const std::string prefix = prefix_for(target);
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(target.parent_path(), ignored)) {
        const std::string name = path_text(entry.path().filename());
        if (!name.starts_with(prefix) || name.find(".part", prefix.size()) == std::string::npos) continue;
        const std::int64_t process = std::strtoll(name.c_str() + prefix.size(), nullptr, 10);
        if (process > 0 && !is_running(process)) fs::remove_all(entry.path(), ignored);
    }
}

/// Brings a file, or a folder with all that is in it, to the disk.
void sync(const fs::path& path) {
    if (fs::is_directory(path)) {
        for (const auto& entry : fs::directory_iterator(path)) sync(entry.path());
    }
    sync_to_disk(path);
}

/// A new file gets the rights of the one it replaces.
void keep_rights(const fs::path& fresh, const fs::path& target) {
    std::error_code ignored;
    const auto status = fs::status(target, ignored);
    if (fs::exists(status)) fs::permissions(fresh, status.permissions(), ignored);
}

/// Where names cannot be exchanged (Windows, some network shares): two renames, between which the target is missing
/// for a moment; a process that dies there leaves the old folder under its sibling's name.
void exchange_in_two_steps(const fs::path& fresh, const fs::path& target) {
    const fs::path aside = sibling_for(target);
    rename_over(target, aside);
    try {
        rename_over(fresh, target);
    } catch (const SystemFault&) {
        rename_over(aside, target);
        throw;
    }
    rename_over(aside, fresh);
}

/// Where a link points to is what gets replaced, or made, not the link.
fs::path resolved(const fs::path& target) {
    constexpr int most_links = 40;  // as Linux follows
    fs::path path = fs::absolute(target.has_filename() ? target : target.parent_path());
    std::error_code unreachable;
    for (int followed = 0; fs::is_symlink(path, unreachable); ++followed) {
        if (followed == most_links)
            throw WriteError(path_text(target) + " cannot be written: its links lead in a circle");
        path = path.parent_path() / fs::read_symlink(path);
    }
    return fs::weakly_canonical(path.parent_path()) / path.filename();
}

}  // namespace

fs::path sibling_for(const fs::path& target) {
    static std::atomic<unsigned> count = 0;
    const fs::path place = resolved(target);
    std::error_code unreachable;
    if (!fs::is_directory(place.parent_path(), unreachable)) {
        throw WriteError(path_text(target) + " cannot be written: there is no folder " +
                         path_text(place.parent_path()));
    }
    remove_leftovers(place);
    return place.parent_path() / path_named(prefix_for(place) + std::to_string(this_process()) + "." +
                                            std::to_string(count++) + ".part" + ending_of(place));
}

void replace(const fs::path& fresh, const fs::path& target) try {
    if (!fs::exists(fresh)) throw std::invalid_argument(path_text(fresh) + " does not exist");
    const fs::path place = resolved(target);
    const bool is_folder = fs::is_directory(fresh);
    if (fs::exists(place) && fs::is_directory(place) != is_folder) {
        throw WriteError(path_text(target) + " cannot be written: it is a " +
                         (is_folder ? "file, not a folder" : "folder"));
    }
    sync(fresh);
    if (is_folder && fs::exists(place)) {
        if (!exchange_names(fresh, place)) exchange_in_two_steps(fresh, place);
    } else {
        keep_rights(fresh, place);
        rename_over(fresh, place);
    }
    sync_to_disk(place.parent_path());
    std::error_code ignored;
    if (is_folder) fs::remove_all(fresh, ignored);  // after an exchange it is the old folder
} catch (const fs::filesystem_error& error) {
    throw write_failure(target, error.code().message());
} catch (const SystemFault& fault) {
    throw write_failure(target, fault.what());
}

}  // namespace sheltermap::io
