// SPDX-License-Identifier: Apache-2.0
#include "io/files/block_file.hpp"

#include "sheltermap/base/error.hpp"

#include "base/system_fault.hpp"
#include "io/files/write_failure.hpp"
#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace sheltermap::io {
namespace {

SystemFile created_or_failure(const std::filesystem::path& path, const std::filesystem::path& target) try {
    return SystemFile::created(path);
} catch (const SystemFault& fault) {
    throw write_failure(target, fault.what());
}

}  // namespace

BlockFile::BlockFile(const std::filesystem::path& path, std::filesystem::path target)
    : target_(std::move(target)), file_(created_or_failure(path, target_)) {}

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
    try {
        file_.write(text, place);
        while (!text.empty()) {
            const std::size_t bytes = file_.read(back.data(), std::min(back.size(), text.size()), place);
            if (bytes == 0 || std::memcmp(back.data(), text.data(), bytes) != 0) fail_unlike();
            text.remove_prefix(bytes);
            place += bytes;
        }
    } catch (const SystemFault& fault) {
        throw write_failure(target_, fault.what());
    }
}

void BlockFile::close() try {
    if (file_.size() != size_) fail_unlike();
    file_.close();
} catch (const SystemFault& fault) {
    throw write_failure(target_, fault.what());
}

void BlockFile::fail_unlike() const { throw write_failure(target_, "what was written cannot be read back"); }

}  // namespace sheltermap::io
