// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/atomic.hpp"

#include "io/files/write_failure.hpp"
#include <array>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <stdexcept>
#include <string>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace sheltermap::io {
namespace {

namespace fs = std::filesystem;

std::string host_name() {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0) return "host";
    return name.data();
}

/// So many bytes of the target's name that the rest of a sibling's, a journal's ending included, still fits into 255.
constexpr std::size_t longest_kept = 120, longest_ending = 20;

/// The target's name; a long one is cut, and told from others by its hash.
std::string short_name(const fs::path& target) {
    std::string name = target.filename().string();
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
    const std::string ending = target.extension().string();
    return ending.size() <= longest_ending ? ending : "";
}

bool is_running(long process) { return kill(static_cast<pid_t>(process), 0) == 0 || errno != ESRCH; }

/// Best effort: a left-over that stays does no harm.
void remove_leftovers(const fs::path& target) {
    const std::string prefix = prefix_for(target);
    std::error_code ignored;
    for (const auto& entry : fs::directory_iterator(target.parent_path(), ignored)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with(prefix) || name.find(".part", prefix.size()) == std::string::npos) continue;
        const long process = std::strtol(name.c_str() + prefix.size(), nullptr, 10);
        if (process > 0 && !is_running(process)) fs::remove_all(entry.path(), ignored);
    }
}

bool sync_one(const fs::path& path) {
    const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) return false;
    const bool synced = fsync(file) == 0;
    const int cause = errno;
    close(file);
    errno = cause;
    return synced;
}

/// Brings a file, or a folder with all that is in it, to the disk.
void sync(const fs::path& path) {
    if (fs::is_directory(path)) {
        for (const auto& entry : fs::directory_iterator(path)) sync(entry.path());
    }
    if (!sync_one(path)) throw write_failure(path, std::generic_category().message(errno));
}

/// A new file gets the rights of the one it replaces.
void keep_rights(const fs::path& fresh, const fs::path& target) {
    std::error_code ignored;
    const auto status = fs::status(target, ignored);
    if (fs::exists(status)) fs::permissions(fresh, status.permissions(), ignored);
}

void rename_or_throw(const fs::path& from, const fs::path& to, const fs::path& target) {
    if (std::rename(from.c_str(), to.c_str()) != 0) throw write_failure(target, std::generic_category().message(errno));
}

/// For file systems without RENAME_EXCHANGE (some network shares): two renames, between which the target is missing
/// for a moment; a process that dies there leaves the old folder under its sibling's name.
void exchange_in_two_steps(const fs::path& fresh, const fs::path& target) {
    const fs::path aside = sibling_for(target);
    rename_or_throw(target, aside, target);
    if (std::rename(fresh.c_str(), target.c_str()) != 0) {
        const std::string cause = std::generic_category().message(errno);
        rename_or_throw(aside, target, target);
        throw write_failure(target, cause);
    }
    fs::rename(aside, fresh);
}

void exchange(const fs::path& fresh, const fs::path& target) {
    if (renameat2(AT_FDCWD, fresh.c_str(), AT_FDCWD, target.c_str(), RENAME_EXCHANGE) == 0) return;
    if (errno != EINVAL && errno != ENOSYS) throw write_failure(target, std::generic_category().message(errno));
    exchange_in_two_steps(fresh, target);
}

/// Where a link points to is what gets replaced, or made, not the link.
fs::path resolved(const fs::path& target) {
    constexpr int most_links = 40;  // as Linux follows
    fs::path path = fs::absolute(target.has_filename() ? target : target.parent_path());
    std::error_code unreachable;
    for (int followed = 0; fs::is_symlink(path, unreachable); ++followed) {
        if (followed == most_links)
            throw WriteError(target.string() + " cannot be written: its links lead in a circle");
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
        throw WriteError(target.string() + " cannot be written: there is no folder " + place.parent_path().string());
    }
    remove_leftovers(place);
    return place.parent_path() /
           (prefix_for(place) + std::to_string(getpid()) + "." + std::to_string(count++) + ".part" + ending_of(place));
}

void replace(const fs::path& fresh, const fs::path& target) try {
    if (!fs::exists(fresh)) throw std::invalid_argument(fresh.string() + " does not exist");
    const fs::path place = resolved(target);
    const bool is_folder = fs::is_directory(fresh);
    if (fs::exists(place) && fs::is_directory(place) != is_folder) {
        throw WriteError(target.string() + " cannot be written: it is a " +
                         (is_folder ? "file, not a folder" : "folder"));
    }
    sync(fresh);
    if (is_folder && fs::exists(place)) {
        exchange(fresh, place);
    } else {
        keep_rights(fresh, place);
        rename_or_throw(fresh, place, target);
    }
    if (!sync_one(place.parent_path())) throw write_failure(target, std::generic_category().message(errno));
    std::error_code ignored;
    if (is_folder) fs::remove_all(fresh, ignored);  // after an exchange it is the old folder
} catch (const fs::filesystem_error& error) {
    throw write_failure(target, error.code().message());
}

}  // namespace sheltermap::io
