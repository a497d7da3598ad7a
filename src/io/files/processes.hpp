// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace sheltermap::io {

/// The name of this machine in its network; "host" where it has none.
[[nodiscard]] std::string host_name();

[[nodiscard]] std::int64_t this_process() noexcept;

/// Whether a process of this machine runs, whoever started it.
[[nodiscard]] bool is_running(std::int64_t process) noexcept;

}  // namespace sheltermap::io
