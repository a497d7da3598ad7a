// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <functional>
#include <stop_token>

namespace sheltermap {

/// How a long computation runs. Results never depend on the number of threads.
struct Execution {
    unsigned threads = 0;  ///< 0: as many as the machine has
    std::stop_token stop;  ///< ask to stop here; the computation then throws Cancelled
};

/// Calls `body(begin, end)` for consecutive blocks of `block` rows that together make 0..count, on several threads.
///
///     std::vector<double> from_home_m(places.size());
///     parallel_for(places.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
///         for (std::size_t i = begin; i < end; ++i) from_home_m[i] = geodesic_distance_m(home, places[i]);
///     });
///
/// Blocks are handed out in order, each to one thread; the body must write only to its own rows.
/// Throws Cancelled once a stop was requested (looked at before every block), otherwise the exception of the
/// lowest block that threw.
void parallel_for(std::size_t count, std::size_t block, const Execution& execution,
                  const std::function<void(std::size_t begin, std::size_t end)>& body);

/// Rows a thread takes at once in loops over demand: large enough to hide the hand-out, small enough to stop soon.
inline constexpr std::size_t rows_per_block = 4096;

}  // namespace sheltermap
