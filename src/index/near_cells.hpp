// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/coordinates.hpp"

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace sheltermap {

/// The cells of a grid over longitude and latitude from which some place may lie within a distance. Most of a country
/// is far from every shelter, and learns so here in a few steps.
class NearCells {
public:
    /// Around places that have a position. `distance_m` is at most `largest_distance_m`.
    NearCells(std::span<const LonLat> places, double distance_m);

    static constexpr double largest_distance_m = 1'000'000;

    /// False only where no place lies within the distance.
    [[nodiscard]] bool may_reach(LonLat from) const noexcept {
        if (!(from.lon >= -180 && from.lon <= 180)) return true;  // written another way round the world
        if (!(from.lon >= west_ && from.lon <= east_ && from.lat >= south_ && from.lat <= north_)) return false;
        const std::size_t cell = row_of(from.lat) * columns_ + column_of(from.lon);
        return (bits_[cell / 64] >> (cell % 64) & 1U) != 0;
    }

private:
    /// The part of a meridian's and a parallel's degrees that a place reaches at most.
    struct Reached {
        double south, north, lon, half_width;
    };
    [[nodiscard]] static Reached reached(LonLat place, double distance_m);
    [[nodiscard]] std::size_t column_of(double lon) const noexcept { return cell_of(lon - west_, per_lon_, columns_); }
    [[nodiscard]] std::size_t row_of(double lat) const noexcept { return cell_of(lat - south_, per_lat_, rows_); }
    [[nodiscard]] static std::size_t cell_of(double beyond, double per_degree, std::size_t cells) noexcept {
        const auto cell = static_cast<std::size_t>(beyond * per_degree);
        return cell < cells ? cell : cells - 1;
    }
    void mark(double south, double north, double west, double east);

    double west_ = 180, east_ = -180, south_ = 90, north_ = -90;
    std::size_t columns_ = 1, rows_ = 1;
    double per_lon_ = 0, per_lat_ = 0;
    std::vector<std::uint64_t> bits_;
};

}  // namespace sheltermap
