// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include "geometry/envelope.hpp"
#include <array>
#include <cstddef>
#include <vector>

namespace sheltermap {

/// A geodesic circle as a curve in longitude and latitude, by azimuth: latitude is a sum of cosines of its multiples
/// and longitude one of sines, as east and west are alike. Through as many geodesics as terms; every further term is
/// smaller by the ratio of radius and earth, so that a few give the circle within 0.1 µm.
class CircleCurve {
public:
    static constexpr std::size_t most_terms = 9;

    /// Terms that are enough for circles at latitudes up to some degrees; 0 where `most_terms` are not.
    static std::size_t terms(double distance_m, double latitude);

    CircleCurve() = default;
    CircleCurve(LonLat centre, double distance_m, std::size_t terms);

    [[nodiscard]] XY centre() const noexcept { return centre_; }
    /// Half the width and half the height, about.
    [[nodiscard]] XY size() const noexcept { return {lon_[1], lat_[1]}; }
    /// Around the curve and a little more.
    [[nodiscard]] Envelope envelope() const noexcept;

    struct Tangent {
        XY at, slope;  // degrees, and per radian of azimuth
    };
    [[nodiscard]] Tangent tangent(double azimuth) const noexcept;

    /// Cosines and sines of the multiples of some azimuths, the same for all circles.
    struct Direction {
        std::array<double, most_terms> cosine, sine;
    };
    static Direction direction(double azimuth);
    [[nodiscard]] XY at(const Direction& direction) const noexcept {
        XY place = centre_;
        for (std::size_t k = 0; k < terms_; ++k) {
            place.x += lon_[k] * direction.sine[k];
            place.y += lat_[k] * direction.cosine[k];
        }
        return place;
    }

private:
    XY centre_{};
    std::size_t terms_ = 0;
    std::array<double, most_terms> lon_{}, lat_{};
};

}  // namespace sheltermap
