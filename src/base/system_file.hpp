// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <string_view>

namespace sheltermap {

/// A file of the system, read and written where one says, by several threads at once. Everything throws SystemFault.
class SystemFile {
public:
#ifdef _WIN32
    using Handle = void*;
#else
    using Handle = int;
#endif

    /// One that is there, for reading. Others may go on writing it, rename it or take it away; a pipe is not waited
    /// for.
    [[nodiscard]] static SystemFile opened(const std::filesystem::path& path);
    /// One that is not there yet, for writing and reading.
    [[nodiscard]] static SystemFile created(const std::filesystem::path& path);
    ~SystemFile();
    SystemFile(const SystemFile&) = delete;
    SystemFile& operator=(const SystemFile&) = delete;

    [[nodiscard]] bool is_regular() const;
    [[nodiscard]] std::uint64_t size() const;
    /// Reads `count` bytes from `offset` on, or as many as there are; how many these were.
    [[nodiscard]] std::size_t read(char* to, std::size_t count, std::uint64_t offset) const;
    void write(std::string_view bytes, std::uint64_t offset) const;
    /// To be called where something was written: some disks say only here that they are full.
    void close();
    [[nodiscard]] Handle handle() const noexcept { return handle_; }

private:
    explicit SystemFile(Handle handle) noexcept : handle_(handle) {}
    Handle handle_;
};

/// A stream of bytes into a file that is not there yet; null where there is one, or none can be made (errno).
[[nodiscard]] std::FILE* created_stream(const std::filesystem::path& path) noexcept;

}  // namespace sheltermap
