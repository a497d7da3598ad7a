// SPDX-License-Identifier: Apache-2.0
#include "base/mapped_file.hpp"

#include "base/system_fault.hpp"
#include "base/system_file.hpp"
#ifdef _WIN32
#include <memory>
#include <windows.h>
#else
#include <sys/mman.h>
#endif

namespace sheltermap {
namespace {

#ifdef _WIN32

void* mapped(SystemFile::Handle file, std::size_t /*size: all of it*/) {
    HANDLE mapping = CreateFileMappingW(file, nullptr, PAGE_READONLY, 0, 0, nullptr);
    if (mapping == nullptr) throw SystemFault::last();
    const std::unique_ptr<void, decltype(&CloseHandle)> closed_at_the_end(mapping, &CloseHandle);  // the view goes on
    void* bytes = MapViewOfFile(mapping, FILE_MAP_READ, 0, 0, 0);
    if (bytes == nullptr) throw SystemFault::last();
    return bytes;
}

void unmap(void* bytes, std::size_t /*size*/) { UnmapViewOfFile(bytes); }

#else

void* mapped(SystemFile::Handle file, std::size_t size) {
    void* bytes = mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file, 0);
    if (bytes == MAP_FAILED) throw SystemFault::last();
    return bytes;
}

void unmap(void* bytes, std::size_t size) { munmap(bytes, size); }

#endif

}  // namespace

MappedFile::MappedFile(const std::filesystem::path& path) {
    const SystemFile file = SystemFile::opened(path);
    const auto size = static_cast<std::size_t>(file.is_regular() ? file.size() : 0);
    if (size == 0) return;
    bytes_ = mapped(file.handle(), size);
    size_ = size;
}

MappedFile::~MappedFile() {
    if (bytes_ != nullptr) unmap(bytes_, size_);
}

}  // namespace sheltermap
