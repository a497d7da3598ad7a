// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/reach/reach_in_blocks.hpp"

#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace sheltermap {

/// How what a facility offers weighs less with the way to it, d; `scale` and `limit` are the decay's.
enum class DecayFamily : std::uint8_t {
    binary,       ///< 1
    steps,        ///< the weight of the first step that d is within, 0 beyond the last
    linear,       ///< 1 - d / limit
    kernel,       ///< 1 - (d / limit)^2, after Epanechnikov
    gaussian,     ///< exp(-d^2 / (2 scale^2))
    bell,         ///< (exp(-d^2 / (2 limit^2)) - exp(-1/2)) / (1 - exp(-1/2)), which is 0 at the limit (Dai 2010)
    exponential,  ///< exp(-d / scale)
    power         ///< (scale / d)^exponent, 1 as far as the scale
};

/// The weight of a facility by the way to it; beyond the limit it is 0, at the limit it is not yet.
///
///     const Decay in_bands{.family = DecayFamily::steps, .up_to = {600, 1200, 1800}, .weight = {1, 0.68, 0.22}};
///     const double of_twenty_minutes = decay_weights(std::vector{1200.0}, in_bands)[0];
struct Decay {
    DecayFamily family = DecayFamily::binary;
    double limit = std::numeric_limits<double>::infinity();
    double scale = 0;
    double exponent = 1;
    std::vector<double> up_to{};   ///< steps: ascending costs
    std::vector<double> weight{};  ///< steps: one for each of them
};

/// The weight of each cost. Throws std::invalid_argument where the decay lacks what its family needs.
[[nodiscard]] std::vector<double> decay_weights(std::span<const double> cost, const Decay& decay);

enum class CatchmentMethod : std::uint8_t {
    two_step,    ///< the supply of a facility divided among all who see it (Luo, Wang 2003; Luo, Qi 2009)
    three_step,  ///< the same, people dividing themselves among the facilities that they see (Wan, Zou, Sternberg 2012)
    gravity      ///< what everybody sees, divided among nobody (Hansen 1959)
};

/// What each person can count on, and what each facility is asked for. Seen is a facility with a weight
/// above 0 that has something to offer.
struct FloatingCatchment {
    std::vector<double> access;      ///< per demand row; NaN: no position, or sees a facility without a ratio
    std::vector<std::int32_t> seen;  ///< per demand row: how many facilities it sees
    std::vector<Reason> reason;      ///< per demand row: as its reach has it
    std::vector<double>
        ratio;  ///< per facility: supply per person, NaN where nobody sees it; by gravity all its supply
    std::vector<double> weighted_demand;  ///< per facility: its people, each by the weight that it is divided with
    std::vector<double> people;           ///< per facility: all who see it
};

/// Access to supply by floating catchments. The sum of people times access is the supply that somebody sees, but for
/// gravity. `people` that are NaN (not known) compete for nothing, supply that is NaN is not seen; all sums are exact,
/// so that the order of the rows and of the facilities leaves no trace. The pairs are gone through twice, and not held.
///
///     const std::vector<double> places{50, 600};  // of each facility
///     const FloatingCatchment found =
///         floating_catchment(reach, people, places, CatchmentMethod::two_step, {.limit = 500});
///     const double places_per_person = found.access[0];
///
/// Throws std::invalid_argument where lengths differ, a number is negative or infinite, or the
/// decay lacks what its family needs; std::overflow_error where weights are so small that a ratio is no number.
[[nodiscard]] FloatingCatchment floating_catchment(const ReachInBlocks& reach, std::span<const double> people,
                                                   std::span<const double> supply, CatchmentMethod method,
                                                   const Decay& decay, const Execution& execution = {});

}  // namespace sheltermap
