// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace sheltermap {

/// Earth-centred, earth-fixed coordinates in metres.
using Ecef = std::array<double, 3>;

/// A place on the surface of WGS 84, each coordinate within 2 nm; NaN without a position. Longitudes a full turn apart
/// give the same numbers, as all longitudes do at a pole.
[[nodiscard]] Ecef to_ecef(LonLat place) noexcept;

/// Many places, axis by axis, the way vector instructions want them.
struct EcefColumns {
    std::vector<double> x, y, z;

    void resize(std::size_t count);
    [[nodiscard]] std::size_t size() const noexcept { return x.size(); }
    [[nodiscard]] Ecef operator[](std::size_t i) const noexcept { return {x[i], y[i], z[i]}; }
    void set(std::size_t i, const Ecef& at) noexcept;
};
/// The same numbers as one by one; `columns` gets the size of `places`.
void to_ecef(std::span<const LonLat> places, EcefColumns& columns);

/// How far a place is from the straight line, through the earth, between two others.
[[nodiscard]] double chord_to_line_m(const Ecef& place, const Ecef& from, const Ecef& to) noexcept;

/// The longest a shortest geodesic can be whose ends are `chord_m` apart through the earth.
///
/// No normal curvature of the ellipsoid exceeds a / b² (along the meridian at the equator), so by Schur's comparison
/// theorem a geodesic is at most as long as the circle arc of that curvature over the same chord. Beyond a chord of
/// 0.9999 of that circle's diameter the bound is half a meridian ellipse, the longest shortest path there is.
[[nodiscard]] double longest_geodesic_m(double chord_m) noexcept;

/// The longest chord there can be over a shortest geodesic of this length, at most half a meridian ellipse: that of the
/// circle of the smallest curvature, b / a² (docs/accuracy.md has the proof).
[[nodiscard]] double longest_chord_m(double geodesic_m) noexcept;

}  // namespace sheltermap
