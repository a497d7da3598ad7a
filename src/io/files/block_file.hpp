// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"

#include "base/system_file.hpp"
#include <condition_variable>
#include <cstddef>
#include <filesystem>
#include <mutex>
#include <string_view>

namespace sheltermap::io {

/// A new file written in blocks by several threads, in the order of the blocks' numbers. What is written is read back
/// at once and compared byte by byte, for a disk that lost it may not have said so.
class BlockFile {
public:
    /// `target` is the file named in messages, which `path` will become. Throws WriteError.
    BlockFile(const std::filesystem::path& path, std::filesystem::path target);
    BlockFile(const BlockFile&) = delete;
    BlockFile& operator=(const BlockFile&) = delete;

    /// Appends a block, once those with lower numbers, from 0 on, have their places; throws WriteError.
    /// Throws Cancelled where they never will: a stop was requested, or somebody gave up.
    void write(std::size_t block, std::string_view text, const std::stop_token& stop);
    /// To be called where a block cannot be made, so that nobody waits for it.
    void give_up();
    /// Must be called at the end: some disks say only here that they are full.
    void close();

private:
    std::size_t place_for(std::size_t block, std::size_t bytes, const std::stop_token& stop);
    [[noreturn]] void fail_unlike() const;
    std::filesystem::path target_;
    SystemFile file_;
    std::mutex mutex_;
    std::condition_variable_any moved_on_;
    std::size_t next_block_ = 0;
    std::size_t size_ = 0;  ///< where the next block goes
    bool given_up_ = false;
};

}  // namespace sheltermap::io
