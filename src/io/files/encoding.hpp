// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <string_view>

namespace sheltermap::io {

/// The text in UTF-8; names of encodings as the C library, Python and Windows spell them. Throws std::invalid_argument
/// where the encoding is unknown or the bytes do not fit it.
[[nodiscard]] std::string to_utf8(std::string_view bytes, const std::string& encoding);

/// The bytes with "\\xA0" in the place of each that is not UTF-8, so that a message can hold them.
[[nodiscard]] std::string escaped(std::string_view bytes);

/// "is not UTF-8; say by encoding= …", to end a message about a text.
[[nodiscard]] std::string encoding_advice();

}  // namespace sheltermap::io
