// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geodesy/lonlat_measure.hpp"

#include "sheltermap/base/sum.hpp"
#include "sheltermap/geodesy/geodesic.hpp"

#include "area_from_parallel.hpp"
#include <array>
#include <cmath>
#include <numbers>

namespace sheltermap {
namespace {

constexpr double flattening = 1 / 298.257223563;
constexpr double e2 = flattening * (2 - flattening);
const double eccentricity = std::sqrt(e2);
constexpr double radians = std::numbers::pi / 180;

/// Mean of f along an edge, f a function of latitude in radians: Gauss-Legendre with four nodes per half degree, whose
/// error is below the rounding of doubles for all that changes as smoothly as an ellipsoid.
template <class OfLatitude>
double mean_along(XY from, XY to, OfLatitude f) {
    constexpr std::array<double, 4> node{0.06943184420297371, 0.33000947820757187, 0.66999052179242813,
                                         0.93056815579702629};
    constexpr std::array<double, 4> weight{0.17392742256872693, 0.32607257743127307, 0.32607257743127307,
                                           0.17392742256872693};
    const double rise = to.y - from.y;
    const int pieces = 1 + static_cast<int>(std::abs(rise) / 0.5);
    double sum = 0;
    for (int piece = 0; piece < pieces; ++piece) {
        for (std::size_t i = 0; i < node.size(); ++i) {
            sum += weight[i] * f((from.y + rise * (piece + node[i]) / pieces) * radians);
        }
    }
    return sum / pieces;
}

/// atanh without the cost of it for small numbers; the first term left out is below 1e-17.
double inverse_hyperbolic_tangent(double z) {
    if (std::abs(z) > 0.01) return std::atanh(z);
    const double z2 = z * z;
    return z * (1 + z2 * (1 / 3.0 + z2 * (1 / 5.0 + z2 / 7)));
}

/// The same for sin of angles up to 0.001.
double sine(double angle) {
    const double square = angle * angle;
    return angle * (1 - square / 6 * (1 - square / 20));
}

double ring_area_m2(std::span<const XY> ring) {
    if (ring.empty()) return 0;
    const AreaFromParallel from_parallel(ring.front().y);
    Sum area;
    for (std::size_t i = 1; i < ring.size(); ++i) area.add(from_parallel.area_m2(ring[i - 1], ring[i]));
    return std::abs(area.value());
}

double edge_length_m(XY from, XY to) {
    const double east = (to.x - from.x) * radians;
    const double north = (to.y - from.y) * radians;
    return mean_along(from, to, [&](double latitude) {
        const double s = std::sin(latitude);
        const double normal_radius = wgs84_a_m / std::sqrt(1 - e2 * s * s);
        const double meridian_radius = normal_radius * (1 - e2) / (1 - e2 * s * s);
        return std::hypot(normal_radius * std::cos(latitude) * east, meridian_radius * north);
    });
}

/// Calls `visit(ring, is_hole)` for every ring of a row.
template <class Visit>
void for_each_ring(const GeometryColumn& column, std::size_t row, Visit visit) {
    for (auto part = column.part_offsets[row]; part < column.part_offsets[row + 1]; ++part) {
        const auto first = column.ring_offsets[static_cast<std::size_t>(part)];
        for (auto ring = first; ring < column.ring_offsets[static_cast<std::size_t>(part) + 1]; ++ring) {
            visit(column.ring(ring), ring != first);
        }
    }
}

}  // namespace

AreaFromParallel::AreaFromParallel(double latitude)
    : base_(latitude * radians), sin_base_(std::sin(base_)), cos_base_(std::cos(base_)) {}

double AreaFromParallel::rise_of_sine(double latitude) const noexcept {
    const double half = (latitude - base_) / 2;
    if (std::abs(half) > 0.001) return 2 * std::cos((latitude + base_) / 2) * std::sin(half);
    // The same, cos(base + half) by the series of a small angle's.
    const double square = half * half;
    const double rise = sine(half);
    return 2 * rise * (cos_base_ * (1 - square / 2 * (1 - square / 12)) - sin_base_ * rise);
}

/// The difference of two terms of the formula each, without cancellation.
double AreaFromParallel::per_radian(double rise) const noexcept {
    const double s = sin_base_ + rise;
    const double fractions = rise * (1 + e2 * s * sin_base_) / ((1 - e2 * s * s) * (1 - e2 * sin_base_ * sin_base_));
    const double tangents = inverse_hyperbolic_tangent(eccentricity * rise / (1 - e2 * s * sin_base_)) / eccentricity;
    return wgs84_b_m * wgs84_b_m / 2 * (fractions + tangents);
}

double AreaFromParallel::area_m2(XY from, XY to) const noexcept {
    constexpr double low = 0.02;  // degrees
    const double turn = (to.x - from.x) * radians;
    const double height = to.y - from.y;
    if (std::abs(height) > low) {
        return turn * mean_along(from, to, [&](double latitude) { return per_radian(rise_of_sine(latitude)); });
    }
    // The mean of a function over a width h is its value in the middle and h² / 24 times its second derivative there,
    // but for some h⁴ / 1920 times the fourth: less than 1e-13 of the area.
    const double rise = rise_of_sine((from.y + to.y) / 2 * radians);
    const double s = sin_base_ + rise;
    const double w = 1 - e2 * s * s;
    const double second = wgs84_b_m * wgs84_b_m * s * (4 * e2 * (1 - s * s) - w) / (w * w * w);
    const double h = height * radians;
    return turn * (per_radian(rise) + second * h * h / 24);
}

double lonlat_area_m2(const GeometryColumn& column, std::size_t row) {
    if (!is_areal(column.types[row])) return 0;
    Sum area;
    for_each_ring(column, row, [&](std::span<const XY> ring, bool hole) {
        area.add(hole ? -ring_area_m2(ring) : ring_area_m2(ring));
    });
    return area.value();
}

double lonlat_length_m(const GeometryColumn& column, std::size_t row) {
    const GeometryType type = column.types[row];
    if (type != GeometryType::line_string && type != GeometryType::multi_line_string) return 0;
    Sum length;
    for_each_ring(column, row, [&](std::span<const XY> line, bool) {
        for (std::size_t i = 1; i < line.size(); ++i) length.add(edge_length_m(line[i - 1], line[i]));
    });
    return length.value();
}

}  // namespace sheltermap
