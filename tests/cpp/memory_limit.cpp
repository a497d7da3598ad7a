// SPDX-License-Identifier: Apache-2.0
#include "memory_limit.hpp"

#include <cstdlib>
#include <limits>
#include <new>

namespace sheltermap {
namespace {

constexpr std::size_t none = std::numeric_limits<std::size_t>::max();
thread_local std::size_t refused_from = none;

}  // namespace

MemoryLimit::MemoryLimit(std::size_t bytes) noexcept { refused_from = bytes; }
MemoryLimit::~MemoryLimit() { refused_from = none; }

static void* allocated_or_none(std::size_t bytes) noexcept {
    return bytes >= refused_from ? nullptr : std::malloc(bytes > 0 ? bytes : 1);
}

static void* allocated(std::size_t bytes) {
    if (void* memory = allocated_or_none(bytes)) return memory;
    throw std::bad_alloc();
}

}  // namespace sheltermap

// All of them, as the address sanitizer brings its own of those that are not here.
void* operator new(std::size_t bytes) { return sheltermap::allocated(bytes); }
void* operator new[](std::size_t bytes) { return sheltermap::allocated(bytes); }
void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return sheltermap::allocated_or_none(bytes); }
void* operator new[](std::size_t bytes, const std::nothrow_t&) noexcept { return sheltermap::allocated_or_none(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete[](void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void* memory, std::size_t) noexcept { std::free(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
void operator delete[](void* memory, const std::nothrow_t&) noexcept { std::free(memory); }
