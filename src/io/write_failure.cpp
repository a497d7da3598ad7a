// SPDX-License-Identifier: Apache-2.0
#include "write_failure.hpp"

#include <cmath>
#include <cstdio>

namespace sheltermap::io {

WriteError write_failure(const std::filesystem::path& target, const std::string& cause) {
    std::error_code unknown;
    const auto space = std::filesystem::space(std::filesystem::absolute(target).parent_path(), unknown);
    std::string free;
    if (!unknown) {
        const auto tenths = std::llround(static_cast<double>(space.available) / 100'000);
        free = " (" + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB free on that disk)";
    }
    return WriteError(target.string() + " cannot be written: " + cause + free + "; what was there before is unchanged");
}

}  // namespace sheltermap::io
