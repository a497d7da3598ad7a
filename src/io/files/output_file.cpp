// SPDX-License-Identifier: Apache-2.0
#include "io/files/output_file.hpp"

#include "base/system_file.hpp"
#include "io/files/write_failure.hpp"
#include <cerrno>
#include <system_error>
#include <utility>

namespace sheltermap::io {

OutputFile::OutputFile(const std::filesystem::path& path, std::filesystem::path target)
    : target_(std::move(target)), file_(created_stream(path)) {
    if (!file_) fail();
}

void OutputFile::write(std::string_view text) {
    if (std::fwrite(text.data(), 1, text.size(), file_.get()) != text.size()) fail();
}

void OutputFile::close() {
    if (std::fflush(file_.get()) != 0) fail();
    if (std::fclose(file_.release()) != 0) fail();
}

void OutputFile::fail() const { throw write_failure(target_, std::generic_category().message(errno)); }

}  // namespace sheltermap::io
