// SPDX-License-Identifier: Apache-2.0
#include "base/system_file.hpp"

#include "base/system_fault.hpp"
#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <utility>
#ifdef _WIN32
#include <io.h>
#include <share.h>
#include <sys/stat.h>
#include <windows.h>
#else
#include <sys/stat.h>
#include <unistd.h>
#endif

namespace sheltermap {

#ifdef _WIN32

namespace {

constexpr DWORD shared_by_all = FILE_SHARE_READ | FILE_SHARE_WRITE | FILE_SHARE_DELETE;
constexpr std::size_t most_at_once = std::size_t{1} << 30U;

HANDLE opened_or_fault(const std::filesystem::path& path, DWORD access, DWORD way) {
    HANDLE handle = CreateFileW(path.c_str(), access, shared_by_all, nullptr, way, FILE_ATTRIBUTE_NORMAL, nullptr);
    if (handle == INVALID_HANDLE_VALUE) throw SystemFault::last();
    return handle;
}

/// Where in the file something is read or written, whatever other threads do with it.
OVERLAPPED place(std::uint64_t offset) {
    OVERLAPPED at{};
    at.Offset = static_cast<DWORD>(offset);
    at.OffsetHigh = static_cast<DWORD>(offset >> 32U);
    return at;
}

}  // namespace

SystemFile SystemFile::opened(const std::filesystem::path& path) {
    return SystemFile(opened_or_fault(path, GENERIC_READ, OPEN_EXISTING));
}

SystemFile SystemFile::created(const std::filesystem::path& path) {
    return SystemFile(opened_or_fault(path, GENERIC_READ | GENERIC_WRITE, CREATE_NEW));
}

SystemFile::~SystemFile() {
    if (handle_ != INVALID_HANDLE_VALUE) CloseHandle(handle_);
}

bool SystemFile::is_regular() const { return GetFileType(handle_) == FILE_TYPE_DISK; }

std::uint64_t SystemFile::size() const {
    LARGE_INTEGER size{};
    if (GetFileSizeEx(handle_, &size) == 0) throw SystemFault::last();
    return static_cast<std::uint64_t>(size.QuadPart);
}

std::size_t SystemFile::read(char* to, std::size_t count, std::uint64_t offset) const {
    std::size_t done = 0;
    while (done < count) {
        OVERLAPPED at = place(offset + done);
        DWORD got = 0;
        if (ReadFile(handle_, to + done, static_cast<DWORD>(std::min(count - done, most_at_once)), &got, &at) == 0) {
            if (GetLastError() == ERROR_HANDLE_EOF) break;
            throw SystemFault::last();
        }
        if (got == 0) break;
        done += got;
    }
    return done;
}

void SystemFile::write(std::string_view bytes, std::uint64_t offset) const {
    while (!bytes.empty()) {
        OVERLAPPED at = place(offset);
        DWORD put = 0;
        if (WriteFile(handle_, bytes.data(), static_cast<DWORD>(std::min(bytes.size(), most_at_once)), &put, &at) == 0)
            throw SystemFault::last();
        bytes.remove_prefix(put);
        offset += put;
    }
}

void SystemFile::close() {
    if (CloseHandle(std::exchange(handle_, INVALID_HANDLE_VALUE)) == 0) throw SystemFault::last();
}

std::FILE* created_stream(const std::filesystem::path& path) noexcept {
    int file = -1;
    errno = _wsopen_s(&file, path.c_str(), _O_WRONLY | _O_CREAT | _O_EXCL | _O_BINARY | _O_NOINHERIT, _SH_DENYNO,
                      _S_IREAD | _S_IWRITE);
    return file < 0 ? nullptr : _fdopen(file, "wb");
}

#else

SystemFile SystemFile::opened(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (file < 0) throw SystemFault::last();
    return SystemFile(file);
}

SystemFile SystemFile::created(const std::filesystem::path& path) {
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (file < 0) throw SystemFault::last();
    return SystemFile(file);
}

SystemFile::~SystemFile() {
    if (handle_ >= 0) ::close(handle_);
}

bool SystemFile::is_regular() const {
    struct stat about{};
    if (::fstat(handle_, &about) != 0) throw SystemFault::last();
    return S_ISREG(about.st_mode);
}

std::uint64_t SystemFile::size() const {
    struct stat about{};
    if (::fstat(handle_, &about) != 0) throw SystemFault::last();
    return static_cast<std::uint64_t>(about.st_size);
}

std::size_t SystemFile::read(char* to, std::size_t count, std::uint64_t offset) const {
    std::size_t done = 0;
    while (done < count) {
        const ssize_t got = ::pread(handle_, to + done, count - done, static_cast<off_t>(offset + done));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) throw SystemFault::last();
        if (got == 0) break;
        done += static_cast<std::size_t>(got);
    }
    return done;
}

void SystemFile::write(std::string_view bytes, std::uint64_t offset) const {
    while (!bytes.empty()) {
        const ssize_t put = ::pwrite(handle_, bytes.data(), bytes.size(), static_cast<off_t>(offset));
        if (put < 0 && errno == EINTR) continue;
        if (put == 0) errno = ENOSPC;
        if (put <= 0) throw SystemFault::last();
        bytes.remove_prefix(static_cast<std::size_t>(put));
        offset += static_cast<std::uint64_t>(put);
    }
}

void SystemFile::close() {
    if (::close(std::exchange(handle_, -1)) != 0) throw SystemFault::last();
}

std::FILE* created_stream(const std::filesystem::path& path) noexcept { return std::fopen(path.c_str(), "wbx"); }

#endif

}  // namespace sheltermap
