// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/error.hpp"
#include "sheltermap/base/parallel.hpp"
#include "sheltermap/planning/siting.hpp"

#include <chrono>
#include <cstdint>
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

/// Random numbers that are the same on every machine: SplitMix64 (Steele, Lea, Flood 2014).
class SplitMix {
public:
    explicit SplitMix(std::uint64_t seed) : state_(seed) {}

    std::uint64_t next() noexcept {
        std::uint64_t value = (state_ += 0x9E3779B97F4A7C15ull);
        value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9ull;
        value = (value ^ (value >> 27)) * 0x94D049BB133111EBull;
        return value ^ (value >> 31);
    }
    /// One of 0..count - 1.
    template <class Integer>
    Integer below(Integer count) noexcept {
        return static_cast<Integer>(next() % static_cast<std::uint64_t>(count));
    }

private:
    std::uint64_t state_;
};

}  // namespace sheltermap
