// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/error.hpp"

#include "io/files/source.hpp"

namespace sheltermap::io {

/// The text of a file in UTF-8 without byte order mark: from `encoding` where one is given, from UTF-16 where the file
/// says so, else as it is (whether it is UTF-8 is for the caller to check, who can name the row). Throws ReadError.
[[nodiscard]] KeptText text_of(const Source& source, const std::string& encoding, const Execution& execution = {});

[[nodiscard]] ReadError too_many_rows(const std::string& file_name, const ReadOptions& options);

}  // namespace sheltermap::io
