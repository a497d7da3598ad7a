// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "cover_choice.hpp"
#include "search_clock.hpp"
#include "splitmix.hpp"
#include "subgradient.hpp"
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace sheltermap {

/// Good choices of sites for a covering problem: greedy, best swaps, ruin and recreate (Schrimpf et al. 2000).
class CoverSearch {
public:
    /// `worthless`: a cost from which on nobody asks for a choice.
    CoverSearch(const CoverProblem& problem, double worthless, SearchClock& clock);

    /// Greedy by what sites bring, and by what they bring for their cost; the better one improved by swaps.
    void begin(std::span<const std::int32_t> start, std::int64_t work);
    /// Improves a choice by swaps until none helps or so many arcs were looked at; it need not be within the limits.
    void improve(std::span<const std::int32_t> sites, std::int64_t work);
    /// Takes the choice as it is where it is better.
    void offer(std::span<const std::int32_t> sites);
    /// Takes out a few neighbours, puts in what is best there, and keeps what is little worse than before, less and
    /// less of that; until so many arcs were looked at.
    void ruin_and_recreate(std::int64_t work);
    /// Sites that need not be tried any more.
    void forbid(std::span<const Decided> decided);

    /// The best choice, or what nobody asks for, where that is less.
    [[nodiscard]] const Incumbent& incumbent() const noexcept { return incumbent_; }
    [[nodiscard]] double cost() const noexcept { return cost_; }
    [[nodiscard]] const std::vector<std::int32_t>& best() const noexcept { return best_; }

private:
    enum class By : std::uint8_t { worth, worth_for_cost, promise };

    void fill(By by, bool with_chance);
    void swap_until_best(std::int64_t work);
    bool swap_best();
    void drop_worthless();
    void ruin(std::size_t count);
    void put(std::int32_t site);
    void take(std::int32_t site);
    void undo();
    void keep_if_better();
    [[nodiscard]] std::int32_t best_addition(By by, bool second) const;
    [[nodiscard]] double cost_of(std::int32_t site) const;
    std::int32_t neighbour_of(std::int32_t site);

    const CoverProblem& problem_;
    SearchClock& clock_;
    CoverChoice choice_;
    Splitmix random_{1};
    Incumbent incumbent_;
    double cost_ = std::numeric_limits<double>::infinity();
    std::vector<std::int32_t> best_;
    std::vector<char> is_allowed_;
    std::vector<double> change_;
    std::vector<std::int32_t> touched_;
    std::vector<std::int32_t> journal_;  // what was put in, and ~ what was taken out, since the last round began
};

}  // namespace sheltermap
