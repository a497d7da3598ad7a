// SPDX-License-Identifier: Apache-2.0
#include "io/files/moving.hpp"

#include "base/system_fault.hpp"
#ifdef _WIN32
#include <memory>
#include <windows.h>
#else
#include "base/system_file.hpp"
#include <cerrno>
#include <cstdio>
#include <fcntl.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/fs.h>
#include <sys/syscall.h>
#endif
#endif

namespace sheltermap::io {

#ifdef _WIN32

void sync_to_disk(const std::filesystem::path& path) {
    if (std::filesystem::is_directory(path)) return;  // names are brought there by MOVEFILE_WRITE_THROUGH
    constexpr DWORD shared_by_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
    HANDLE file =
        CreateFileW(path.c_str(), GENERIC_WRITE, shared_by_all, nullptr, OPEN_EXISTING, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (file == INVALID_HANDLE_VALUE) throw SystemFault::last();
    const std::unique_ptr<void, decltype(&CloseHandle)> closed_at_the_end(file, &CloseHandle);
    if (FlushFileBuffers(file) == 0) throw SystemFault::last();
}

void rename_over(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (MoveFileExW(from.c_str(), to.c_str(), MOVEFILE_REPLACE_EXISTING | MOVEFILE_WRITE_THROUGH) == 0)
        throw SystemFault::last();
}

bool exchange_names(const std::filesystem::path& /*one*/, const std::filesystem::path& /*other*/) { return false; }

#else

namespace {

bool brought_to_disk(int file) {
#ifdef F_FULLFSYNC
    if (fcntl(file, F_FULLFSYNC) == 0) return true;  // fsync of macOS ends before the disk has written
#endif
    return fsync(file) == 0;
}

/// Of two names; 0, or errno.
int exchanged([[maybe_unused]] const char* one, [[maybe_unused]] const char* other) {
#if defined(__linux__)
    return syscall(SYS_renameat2, AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) == 0 ? 0 : errno;
#elif defined(__APPLE__)
    return renamex_np(one, other, RENAME_SWAP) == 0 ? 0 : errno;
#else
    return ENOSYS;
#endif
}

}  // namespace

void sync_to_disk(const std::filesystem::path& path) {
    const SystemFile file = SystemFile::opened(path);
    if (!brought_to_disk(file.handle())) throw SystemFault::last();
}

void rename_over(const std::filesystem::path& from, const std::filesystem::path& to) {
    if (std::rename(from.c_str(), to.c_str()) != 0) throw SystemFault::last();
}

bool exchange_names(const std::filesystem::path& one, const std::filesystem::path& other) {
    switch (exchanged(one.c_str(), other.c_str())) {
        case 0:
            return true;
        case EINVAL:
        case ENOSYS:
        case ENOTSUP:
            return false;
        default:
            throw SystemFault::last();
    }
}

#endif

}  // namespace sheltermap::io
