// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/parallel.hpp"

#include "sheltermap/base/error.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <limits>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace sheltermap {
namespace {

/// The exception of the lowest block that threw, so that the report does not depend on the number of threads.
class FirstFailure {
public:
    void record(std::size_t block) {
        const std::scoped_lock lock(mutex_);
        if (block < block_) {
            block_ = block;
            exception_ = std::current_exception();
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
        for (unsigned t = 1; t < threads_for(blocks, execution.threads); ++t) helpers.emplace_back(work);
        work();
    }
    failure.rethrow();
    if (execution.stop.stop_requested()) throw Cancelled();
}

}  // namespace sheltermap
