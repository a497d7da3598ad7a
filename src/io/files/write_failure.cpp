// SPDX-License-Identifier: Apache-2.0
#include "io/files/write_failure.hpp"

#include "base/path_text.hpp"
#include <cmath>
#include <cstdint>

namespace sheltermap::io {
namespace {

constexpr std::uintmax_t scarce_bytes = 100'000'000;  ///< above it the disk is not what is wrong

}  // namespace

WriteError write_failure(const std::filesystem::path& target, const std::string& cause) {
    std::error_code unknown;
    const auto space = std::filesystem::space(std::filesystem::absolute(target).parent_path(), unknown);
    std::string free;
    if (!unknown && space.available < scarce_bytes) {
        const auto tenths = std::llround(static_cast<double>(space.available) / 100'000);
        free = " (" + std::to_string(tenths / 10) + "." + std::to_string(tenths % 10) + " MB free on that disk)";
    }
    return WriteError(path_text(target) + " cannot be written: " + cause + free +
                      "; what was there before is unchanged");
}

}  // namespace sheltermap::io
