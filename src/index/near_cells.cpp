// SPDX-License-Identifier: Apache-2.0
#include "near_cells.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace sheltermap {
namespace {

constexpr double degrees = 180 / std::numbers::pi;
constexpr double least_meridian_radius_m = 6'335'439;  // of WGS 84, at the equator, rounded down: a (1 - e^2)
constexpr double least_normal_radius_m = 6'378'137;    // there, too: a
constexpr double rounding = 1e-9;                      // degrees, 0.1 mm; far above what the formulas round
constexpr std::size_t most_cells = 2048;               // along an axis: half a megabyte of bits
constexpr double cells_per_reach = 4;

std::size_t cells_along(double extent, double reach) {
    return static_cast<std::size_t>(std::clamp(std::ceil(extent / reach * cells_per_reach), 1.0, double{most_cells}));
}

}  // namespace

/// Along a curve of length s latitude changes by s / M at most, and longitude by s / (N cos lat): M and N are not less
/// than at the equator, and no latitude is farther from it than the first change allows.
NearCells::Reached NearCells::reached(LonLat place, double distance_m) {
    const double half_height = distance_m / least_meridian_radius_m * degrees + rounding;
    const double farthest = std::abs(place.lat) + half_height;
    constexpr double near_pole = 89.9;
    const double half_width =
        farthest > near_pole ? 360
                             : distance_m / (least_normal_radius_m * std::cos(farthest / degrees)) * degrees + rounding;
    return {std::max(place.lat - half_height, -90.0), std::min(place.lat + half_height, 90.0),
            std::remainder(place.lon, 360), half_width};
}

NearCells::NearCells(std::span<const LonLat> places, double distance_m) {
    for (const LonLat place : places) {
        const Reached part = reached(place, distance_m);
        south_ = std::min(south_, part.south);
        north_ = std::max(north_, part.north);
        west_ = std::min(west_, part.lon - part.half_width);
        east_ = std::max(east_, part.lon + part.half_width);
    }
    if (west_ < -180 || east_ > 180) {
        west_ = -180;
        east_ = 180;
    }
    const double height = north_ - south_, width = east_ - west_;
    const double reach = 2 * reached({0, 0}, distance_m).half_width;
    rows_ = height > 0 ? cells_along(height, reach) : 1;
    columns_ = width > 0 ? cells_along(width, reach) : 1;
    per_lat_ = height > 0 ? static_cast<double>(rows_) / height : 0;
    per_lon_ = width > 0 ? static_cast<double>(columns_) / width : 0;
    bits_.resize(rows_ * columns_ / 64 + 1);
    for (const LonLat place : places) {
        const auto [south, north, lon, half_width] = reached(place, distance_m);
        if (half_width >= 180) {
            mark(south, north, -180, 180);
            continue;
        }
        mark(south, north, std::max(lon - half_width, -180.0), std::min(lon + half_width, 180.0));
        if (lon - half_width < -180) mark(south, north, lon - half_width + 360, 180);
        if (lon + half_width > 180) mark(south, north, -180, lon + half_width - 360);
    }
}

void NearCells::mark(double south, double north, double west, double east) {
    const std::size_t first = column_of(std::max(west, west_)), last = column_of(std::min(east, east_));
    for (std::size_t row = row_of(south); row <= row_of(north); ++row) {
        for (std::size_t cell = row * columns_ + first; cell <= row * columns_ + last;) {
            // As many as the word has left, at once.
            const std::size_t in_word = std::min(64 - cell % 64, row * columns_ + last + 1 - cell);
            const std::uint64_t ones = in_word == 64 ? ~std::uint64_t{0} : (std::uint64_t{1} << in_word) - 1;
            bits_[cell / 64] |= ones << (cell % 64);
            cell += in_word;
        }
    }
}

}  // namespace sheltermap
