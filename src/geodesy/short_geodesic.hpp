// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "geodesy/ecef.hpp"
#include <span>

namespace sheltermap {

/// The longest chord for which short_geodesic_m keeps its promise.
inline constexpr double short_chord_m = 400'000;
/// Its error, the rounding of the coordinates included (docs/accuracy.md).
inline constexpr double short_geodesic_error_m = 10e-9;

/// Length of the geodesic between two places at most short_chord_m apart through the earth: the chord bent to the
/// curvature of the ellipsoid in its direction. No trigonometry, some hundred times quicker in bulk than Karney's
/// inverse.
[[nodiscard]] double short_geodesic_m(const Ecef& from, const Ecef& to) noexcept;

/// Pair by pair, the same numbers; all of one size.
void short_geodesic_m(const EcefColumns& from, const EcefColumns& to, std::span<double> distance_m) noexcept;

/// From one place to each of many; as many distances as places.
void short_geodesic_m(const Ecef& from, const EcefColumns& to, std::span<double> distance_m) noexcept;

}  // namespace sheltermap
