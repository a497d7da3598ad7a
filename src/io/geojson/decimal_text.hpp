// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>

namespace sheltermap::io {

/// Appends the shortest text that reads back as the same number: what std::to_chars gives, quicker for numbers of few
/// digits. The number must be finite.
void append_number(std::string& out, double value);
void append_number(std::string& out, std::int64_t value);

/// Appends degrees with seven decimals at most, zeros at the end left out, and never "-0".
void append_degrees(std::string& out, double degrees);

}  // namespace sheltermap::io
