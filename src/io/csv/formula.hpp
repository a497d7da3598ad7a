// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace sheltermap::io {

/// A text as a cell of a CSV: one that a spreadsheet would run as a formula (OWASP: CSV injection) gets an apostrophe
/// in front, and so does one that looks as if it had got one, so that `unguarded` gives back every text.
[[nodiscard]] std::string guarded(std::string_view text);

/// A cell without the apostrophe that keeps it from being a formula.
[[nodiscard]] std::string_view unguarded(std::string_view cell);

}  // namespace sheltermap::io
