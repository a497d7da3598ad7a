// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace sheltermap {

/// Why a search for sites ended: its answer is proven to be the best, its time was up, its share of work was done
/// without a proof, or it was asked to stop.
enum class SearchEnd : std::uint8_t { proven, time, converged, interrupted };
inline constexpr std::array<std::string_view, 4> search_end_names{"proven", "time", "converged", "interrupted"};

/// What all questions of siting share. Sites are rows of the facilities of a Reach, existing ones among them.
///
///     const SitingOptions options{.locked = {0, 1}, .seconds = 2};  // the first two are there already
struct SitingOptions {
    std::vector<std::int32_t> locked{};     ///< stand already: they serve, and count neither as sites nor in budgets
    std::vector<std::int32_t> forbidden{};  ///< must not be chosen
    std::vector<std::int32_t> start{};      ///< a choice to begin with, from an earlier answer; it may be empty
    std::size_t facilities = 0;  ///< how many rows facilities have; 0: up to the last that is reached or named
    double seconds = 10;         ///< the best so far is returned after that
    bool keep_best = false;      ///< asked to stop, return the best so far instead of throwing Cancelled
};

/// Sites, and how far from the best possible choice they can be at most.
///
///     const Siting siting = maximal_covering(reach, people, 500, {.p = 3});
///     const double gap = siting.bound - siting.objective;  // no choice serves more than that many people more
struct Siting {
    std::vector<std::int32_t> chosen;  ///< rows of facilities, ascending, locked ones included
    double objective = 0;
    double bound = 0;  ///< no choice is better than that; the objective itself where it is proven
    bool proven = false;
    std::vector<std::int32_t> fixed_in;   ///< rows that every better choice than this one has; all, where it is proven
    std::vector<std::int32_t> fixed_out;  ///< rows that no better choice than this one has
    std::vector<std::int32_t> unreached;  ///< demand rows that the choice does not reach (often enough)
    std::int64_t iterations = 0;          ///< steps of the bound, at the root and below
    SearchEnd stopped = SearchEnd::converged;
};

}  // namespace sheltermap
