// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace sheltermap {

/// A path as text in UTF-8: for messages, and for GDAL, SQLite and PROJ, which take that on every system. Windows keeps
/// its names in UTF-16, and path::string() would bring them into the code page of the day; elsewhere names are bytes,
/// and stay those.
[[nodiscard]] inline std::string path_text(const std::filesystem::path& path) {
#ifdef _WIN32
    const std::u8string text = path.u8string();
    return {text.begin(), text.end()};
#else
    return path.native();
#endif
}

/// The path that such a text names.
[[nodiscard]] inline std::filesystem::path path_named(std::string_view text) {
#ifdef _WIN32
    return std::u8string(text.begin(), text.end());
#else
    return text;
#endif
}

}  // namespace sheltermap
