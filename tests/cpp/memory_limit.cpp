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

static void* allocated(std::size_t bytes) {
    if (bytes >= refused_from) throw std::bad_alloc();
    if (void* memory = std::malloc(bytes > 0 ? bytes : 1)) return memory;
    throw std::bad_alloc();
}

}  // namespace sheltermap

// Those of arrays and those that do not throw call these.
void* operator new(std::size_t bytes) { return sheltermap::allocated(bytes); }
void operator delete(void* memory) noexcept { std::free(memory); }
void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
