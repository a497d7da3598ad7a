// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>

namespace sheltermap {

/// While it lives, this thread gets no piece of memory of `bytes` or more from operator new.
class MemoryLimit {
public:
    explicit MemoryLimit(std::size_t bytes) noexcept;
    ~MemoryLimit();
    MemoryLimit(const MemoryLimit&) = delete;
    MemoryLimit& operator=(const MemoryLimit&) = delete;
};

}  // namespace sheltermap
