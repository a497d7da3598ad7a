// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace sheltermap {

/// A text for a message in which characters that nobody sees stand by their names: "people‹ZERO WIDTH SPACE›". A plain
/// space inside a text stays; so do bytes that are no UTF-8.
[[nodiscard]] std::string visible(std::string_view text);

}  // namespace sheltermap
