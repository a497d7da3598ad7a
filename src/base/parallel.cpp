// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/parallel.hpp"

#include "sheltermap/base/error.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <vector>

namespace sheltermap {
namespace {

bool is_cancelled(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const Cancelled&) {
        return true;
    } catch (...) {
        return false;
    }
}

/// The exception of the lowest block that threw, so that the report does not depend on the number of threads. One that
/// only gave up because another failed says nothing of why.
class FirstFailure {
public:
    void record(std::size_t block) {
        const std::exception_ptr exception = std::current_exception();
        const bool gave_up = is_cancelled(exception);
        const std::scoped_lock lock(mutex_);
        if (exception_ && gave_up != gave_up_ ? gave_up_ : block < block_) {
            block_ = block;
            exception_ = exception;
            gave_up_ = gave_up;
        }
    }
    /// Blocks above one that failed need not run: their failure could not be the lowest.
    [[nodiscard]] bool outranks(std::size_t block) {
        const std::scoped_lock lock(mutex_);
        return block_ < block;
    }
    void rethrow() const {
        if (exception_) std::rethrow_exception(exception_);
    }

private:
    std::mutex mutex_;
    std::size_t block_ = std::numeric_limits<std::size_t>::max();
    std::exception_ptr exception_;
    bool gave_up_ = false;
};

unsigned threads_for(std::size_t blocks, unsigned wanted) {
    if (wanted == 0) wanted = std::max(1U, std::thread::hardware_concurrency());
    return static_cast<unsigned>(std::min<std::size_t>(wanted, blocks));
}

}  // namespace

void parallel_for(std::size_t count, std::size_t block, const Execution& execution,
                  const std::function<void(std::size_t begin, std::size_t end)>& body) {
    if (block == 0) throw std::invalid_argument("parallel_for: block must be at least 1");
    const std::size_t blocks = count / block + (count % block != 0 ? 1 : 0);
    std::atomic<std::size_t> next{0};
    FirstFailure failure;
    const auto work = [&] {
        for (std::size_t i = next.fetch_add(1); i < blocks; i = next.fetch_add(1)) {
            if (execution.stop.stop_requested() || failure.outranks(i)) return;
            try {
                body(i * block, std::min(count, (i + 1) * block));
            } catch (...) {
                failure.record(i);
            }
        }
    };
    {
        std::vector<std::jthread> helpers;  // joined at the end of this scope; the calling thread works too
        try {
            for (unsigned t = 1; t < threads_for(blocks, execution.threads); ++t) helpers.emplace_back(work);
        } catch (const std::system_error&) {  // no room for one more: those that are there do the work
        }
        work();
    }
    failure.rethrow();
    if (execution.stop.stop_requested()) throw Cancelled();
}

}  // namespace sheltermap
