// SPDX-License-Identifier: Apache-2.0
#include "io/files/block_file.hpp"

#include "sheltermap/base/error.hpp"

#include "io/files/write_failure.hpp"
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace sheltermap::io {

BlockFile::BlockFile(const std::filesystem::path& path, std::filesystem::path target)
    : target_(std::move(target)), descriptor_(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) {
    if (descriptor_ < 0) fail(std::generic_category().message(errno));
}

BlockFile::~BlockFile() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::size_t BlockFile::place_for(std::size_t block, std::size_t bytes, const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    if (!moved_on_.wait(lock, stop, [&] { return next_block_ == block || given_up_; }) || given_up_) throw Cancelled();
    ++next_block_;
    const std::size_t place = std::exchange(size_, size_ + bytes);
    moved_on_.notify_all();
    return place;
}

void BlockFile::give_up() {
    const std::scoped_lock lock(mutex_);
    given_up_ = true;
    moved_on_.notify_all();
}

void BlockFile::write(std::size_t block, std::string_view text, const std::stop_token& stop) {
    std::array<char, std::size_t{1} << 15U> back;  // NOLINT(*-member-init): written before it is read
    std::size_t place = place_for(block, text.size(), stop);
    for (std::size_t done = 0; done < text.size();) {
        const ssize_t put =
            ::pwrite(descriptor_, text.data() + done, text.size() - done, static_cast<off_t>(place + done));
        if (put < 0 && errno == EINTR) continue;
        if (put <= 0) fail(std::generic_category().message(put < 0 ? errno : ENOSPC));
        done += static_cast<std::size_t>(put);
    }
    while (!text.empty()) {
        const ssize_t got =
            ::pread(descriptor_, back.data(), std::min(back.size(), text.size()), static_cast<off_t>(place));
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) fail(std::generic_category().message(errno));
        const auto bytes = static_cast<std::size_t>(got);
        if (bytes == 0 || std::memcmp(back.data(), text.data(), bytes) != 0)
            fail("what was written cannot be read back");
        text.remove_prefix(bytes);
        place += bytes;
    }
}

void BlockFile::close() {
    struct stat about{};
    if (::fstat(descriptor_, &about) != 0) fail(std::generic_category().message(errno));
    if (static_cast<std::size_t>(about.st_size) != size_) fail("what was written cannot be read back");
    if (::close(std::exchange(descriptor_, -1)) != 0) fail(std::generic_category().message(errno));
}

void BlockFile::fail(const std::string& cause) const { throw write_failure(target_, cause); }

}  // namespace sheltermap::io
