// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>

namespace sheltermap {

/// Degrees on WGS 84, longitude first as in GeoJSON. NaN in either means "no position".
///
///     constexpr LonLat riga{.lon = 24.105, .lat = 56.950};
struct LonLat {
    double lon;
    double lat;
    friend bool operator==(const LonLat&, const LonLat&) = default;
};

/// A vertex in whatever coordinate reference system its column is in, easting (or longitude) first.
struct XY {
    double x;
    double y;
    friend bool operator==(const XY&, const XY&) = default;
};

/// Whether a row has a usable position.
[[nodiscard]] inline bool has_position(LonLat place) noexcept {
    return std::isfinite(place.lon) && std::isfinite(place.lat);
}

}  // namespace sheltermap
