// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdio>
#include <filesystem>
#include <memory>
#include <string_view>

namespace sheltermap::io {

/// A new file written front to back. Throws WriteError as soon as a byte cannot be written.
class OutputFile {
public:
    /// `target` is the file named in messages, which `path` will become.
    OutputFile(const std::filesystem::path& path, std::filesystem::path target);
    void write(std::string_view text);
    /// Must be called at the end: a full disk may show only here.
    void close();

private:
    [[noreturn]] void fail() const;
    struct Close {
        void operator()(std::FILE* file) const noexcept { std::fclose(file); }
    };
    std::filesystem::path target_;
    std::unique_ptr<std::FILE, Close> file_;
};

}  // namespace sheltermap::io
