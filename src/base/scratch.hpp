// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace sheltermap {

/// Working memory that the blocks of a parallel loop hand on to each other, so that it is made once per thread.
///
///     ScratchPool<std::vector<double>> pool;
///     parallel_for(n, block, execution, [&](std::size_t begin, std::size_t end) {
///         pool.lend([&](std::vector<double>& scratch) { ... });
///     });
template <class Scratch>
class ScratchPool {
public:
    /// Calls `use(scratch)` with memory that nobody else uses meanwhile; it is as the last one left it.
    template <class Use>
    void lend(Use use) {
        std::unique_ptr<Scratch> scratch = take();
        use(*scratch);
        const std::scoped_lock lock(mutex_);
        idle_.push_back(std::move(scratch));
    }

    /// Calls `use(scratch)` with each that there is, when nobody works any more.
    template <class Use>
    void for_each(Use use) const {
        for (const auto& scratch : idle_) use(*scratch);
    }

private:
    std::unique_ptr<Scratch> take() {
        const std::scoped_lock lock(mutex_);
        if (idle_.empty()) return std::make_unique<Scratch>();
        std::unique_ptr<Scratch> scratch = std::move(idle_.back());
        idle_.pop_back();
        return scratch;
    }

    std::mutex mutex_;
    std::vector<std::unique_ptr<Scratch>> idle_;
};

}  // namespace sheltermap
