// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <charconv>
#ifndef __cpp_lib_to_chars
#include "base/real_by_strtod.hpp"
#endif

namespace sheltermap {

/// The number that a text begins with, as std::from_chars reads it, which not every standard library (LLVM's) has for
/// numbers with a fraction: the nearest double, in any locale, and no blank, + or 0x before it.
inline std::from_chars_result read_real(const char* first, const char* last, double& value) noexcept {
#ifdef __cpp_lib_to_chars
    return std::from_chars(first, last, value);
#else
    return real_by_strtod(first, last, value);
#endif
}

}  // namespace sheltermap
