// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <memory>
#include <vector>
#ifdef __linux__
#include <sys/mman.h>
#endif

namespace sheltermap {

/// Reserves memory in large pages where the system has them: millions of random steps through it miss fewer entries of
/// the page table, and filling it costs fewer page faults. Without them it is a plain reserve.
template <class T>
void reserve_in_large_pages(std::vector<T>& values, std::size_t count) {
    values.reserve(count);
#ifdef MADV_HUGEPAGE
    constexpr std::size_t large = std::size_t{1} << 21U;
    void* first = values.data();
    std::size_t bytes = count * sizeof(T);
    if (std::align(large, large, first, bytes) != nullptr) (void)madvise(first, bytes / large * large, MADV_HUGEPAGE);
#endif
}

/// Brings memory nearer that is read soon. Callers are always_inline too: GCC takes a function that does nothing else
/// for one without effect, and leaves out its calls.
[[gnu::always_inline]] inline void prefetch([[maybe_unused]] const void* at) noexcept {
#ifdef __GNUC__
    __builtin_prefetch(at);
#endif
}

}  // namespace sheltermap
