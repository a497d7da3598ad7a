// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <filesystem>

namespace sheltermap {

/// A file mapped into memory, read-only. Under Windows nobody can replace or remove it meanwhile.
class MappedFile {
public:
    /// What is no regular file, or holds nothing, has no bytes. Throws SystemFault.
    explicit MappedFile(const std::filesystem::path& path);
    ~MappedFile();
    MappedFile(const MappedFile&) = delete;
    MappedFile& operator=(const MappedFile&) = delete;

    [[nodiscard]] const char* bytes() const noexcept { return static_cast<const char*>(bytes_); }
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    void* bytes_ = nullptr;
    std::size_t size_ = 0;
};

}  // namespace sheltermap
