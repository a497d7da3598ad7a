// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>
#include <random>
#include <string>
#include <vector>

namespace sheltermap {

/// How random places are spread; after the layouts in which spatial joins have broken elsewhere.
enum class Layout : std::uint8_t { uniform, clustered, sparse, duplicate, polar, antimeridian };

inline std::vector<LonLat> random_places(std::mt19937_64& random, Layout layout, std::size_t count) {
    std::uniform_real_distribution<double> unit(0, 1);
    std::normal_distribution<double> normal(0, 1);
    std::vector<LonLat> places;
    while (places.size() < count) {
        LonLat at{};
        switch (layout) {
            case Layout::uniform:
                at = {20 + 8 * unit(random), 55 + 3 * unit(random)};
                break;
            case Layout::clustered:
                at = {24 + std::floor(3 * unit(random)) + 0.01 * normal(random), 57 + 0.01 * normal(random)};
                break;
            case Layout::sparse:  // even on the sphere
                at = {360 * unit(random) - 180, std::asin(2 * unit(random) - 1) * 180 / std::numbers::pi};
                break;
            case Layout::duplicate:  // a grid of 0.1 degrees: equal places and equal distances
                at = {24 + std::round(10 * unit(random)) / 10, 57 + std::round(10 * unit(random)) / 10};
                break;
            case Layout::polar:
                at = {360 * unit(random) - 180, (unit(random) < 0.5 ? -1 : 1) * (90 - 2 * unit(random))};
                break;
            case Layout::antimeridian:
                at = {(unit(random) < 0.5 ? -180 : 180) + 0.2 * normal(random), 10 * normal(random)};
                at.lon = std::remainder(at.lon, 360);
                break;
        }
        places.push_back(at);
    }
    return places;
}

}  // namespace sheltermap
