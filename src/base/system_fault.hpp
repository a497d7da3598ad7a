// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <stdexcept>
#include <string>

namespace sheltermap {

/// What the system refused, in its own words; who knows the file and what it was for says so around them.
class SystemFault : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
    /// The last refusal on this thread: errno, on Windows GetLastError.
    [[nodiscard]] static SystemFault last();
};

}  // namespace sheltermap
