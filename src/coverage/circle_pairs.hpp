// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/coordinates.hpp"

#include "circle_crossing.hpp"
#include "circle_curve.hpp"
#include "geometry/envelope.hpp"
#include <array>
#include <cstddef>
#include <cstdint>
#include <numbers>
#include <span>
#include <vector>

namespace sheltermap {

/// Geodesic circles of one radius, each around another place.
struct Circles {
    static constexpr double turn = 2 * std::numbers::pi;
    static constexpr std::size_t per_block = 256;
    /// Radians along a circle, or shares of its radius, that are too close to be told apart: 0.5 µm of 500 m, a hundred
    /// times the error of a crossing.
    static constexpr double delicate = 1e-9;

    double radius_m;
    std::vector<LonLat> places;
    std::vector<CircleCurve> curves;
    std::vector<Envelope> boxes;

    Circles(std::vector<LonLat> around, double distance_m, std::size_t terms, const Execution& execution);
};

/// Two circles that overlap; crossing 0 is clockwise of the direction from the first to the second, crossing 1 on the
/// other side.
struct CirclePair {
    std::uint32_t first = 0, second = 0;
    double apart = 0;                           // in radii
    std::array<CircleCrossing, 2> crossings{};  // guessed, or exact
    bool clear = true;                          // false where they only just meet, or nearly coincide
};

/// All pairs, in the order of their circles. Those crossings are exact that may lie on the boundary of the union.
[[nodiscard]] std::vector<CirclePair> circle_pairs(const Circles& circles, const Execution& execution);

/// Azimuths that another disc covers, clockwise from `begin`, and the crossings at its ends: 2 p and 2 p + 1 are those
/// of pair p.
struct CoveredStretch {
    double begin, length;
    std::uint32_t begin_crossing, end_crossing;
    double error;  // of its ends
    bool flat;     // its circles cross at a small angle
};

/// Per circle, by what is known of the crossings.
[[nodiscard]] std::vector<std::vector<CoveredStretch>> covered_stretches(std::size_t circles,
                                                                         std::span<const CirclePair> pairs);

}  // namespace sheltermap
