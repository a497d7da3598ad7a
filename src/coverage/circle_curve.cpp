// SPDX-License-Identifier: Apache-2.0
#include "circle_curve.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <cmath>
#include <numbers>

namespace sheltermap {

std::size_t CircleCurve::terms(double distance_m, double latitude) {
    constexpr double error_m = 1e-8;
    const double ratio = distance_m / wgs84_b_m * (1 + std::tan(std::abs(latitude) * std::numbers::pi / 180));
    double next = wgs84_a_m;
    for (std::size_t count = 0; count <= most_terms; ++count) {
        if (next < error_m && count >= 4) return count;
        next *= ratio;
    }
    return 0;
}

CircleCurve::CircleCurve(LonLat centre, double distance_m, std::size_t terms)
    : centre_{centre.lon, centre.lat}, terms_(terms) {
    // Type-II cosine and sine transforms of the offsets at azimuths from north to south.
    const double part = 1 / static_cast<double>(terms);
    for (std::size_t i = 0; i < terms; ++i) {
        const double azimuth = (static_cast<double>(i) + 0.5) * part;  // of a half turn
        const LonLat to = geodesic_destination(centre, 180 * azimuth, distance_m);
        const double north = to.lat - centre.lat;
        const double east = std::remainder(to.lon - centre.lon, 360);
        const Direction towards = direction(std::numbers::pi * azimuth);
        for (std::size_t k = 0; k < terms; ++k) {
            lat_[k] += (k == 0 ? 1 : 2) * part * north * towards.cosine[k];
            lon_[k] += 2 * part * east * towards.sine[k];
        }
    }
}

Envelope CircleCurve::envelope() const noexcept {
    XY reach{};
    for (std::size_t k = 0; k < terms_; ++k) {
        reach.x += std::abs(lon_[k]);
        reach.y += std::abs(lat_[k]);
    }
    return {centre_.x - reach.x, centre_.y - reach.y, centre_.x + reach.x, centre_.y + reach.y};
}

CircleCurve::Tangent CircleCurve::tangent(double azimuth) const noexcept {
    const Direction towards = direction(azimuth);
    Tangent tangent{at(towards), {}};
    for (std::size_t k = 1; k < terms_; ++k) {
        tangent.slope.x += static_cast<double>(k) * lon_[k] * towards.cosine[k];
        tangent.slope.y -= static_cast<double>(k) * lat_[k] * towards.sine[k];
    }
    return tangent;
}

CircleCurve::Direction CircleCurve::direction(double azimuth) {
    Direction result{};
    result.cosine[0] = 1;
    const double c = std::cos(azimuth), s = std::sin(azimuth);
    for (std::size_t k = 1; k < most_terms; ++k) {
        result.cosine[k] = result.cosine[k - 1] * c - result.sine[k - 1] * s;
        result.sine[k] = result.sine[k - 1] * c + result.cosine[k - 1] * s;
    }
    return result;
}

}  // namespace sheltermap
