// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/error.hpp"
#include "sheltermap/base/parallel.hpp"
#include "sheltermap/planning/siting.hpp"

#include <chrono>
#include <utility>

namespace sheltermap {

/// When a search has to end: its seconds are over, or it is asked to stop. What it does in a given number of steps
/// depends on neither.
class SearchClock {
public:
    SearchClock(double seconds, const Execution& execution, bool keep_best)
        : begin_(std::chrono::steady_clock::now()), seconds_(seconds), stop_(execution.stop), keep_best_(keep_best) {}

    /// Whether to end now; true ever after. Throws Cancelled where nobody asked for the best so far.
    [[nodiscard]] bool over() {
        if (end_ != SearchEnd::converged) return true;
        if (stop_.stop_requested()) {
            if (!keep_best_) throw Cancelled();
            end_ = SearchEnd::interrupted;
        } else if (std::chrono::duration<double>(std::chrono::steady_clock::now() - begin_).count() > seconds_) {
            end_ = SearchEnd::time;
        }
        return end_ != SearchEnd::converged;
    }
    [[nodiscard]] SearchEnd end() const noexcept { return end_; }

private:
    std::chrono::steady_clock::time_point begin_;
    double seconds_;
    std::stop_token stop_;
    bool keep_best_;
    SearchEnd end_ = SearchEnd::converged;
};

}  // namespace sheltermap
