// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geodesy/lonlat_measure.hpp"

#include "sheltermap/base/sum.hpp"
#include "sheltermap/geodesy/geodesic.hpp"

#include <array>
#include <cmath>
#include <numbers>

namespace sheltermap {
namespace {

constexpr double flattening = 1 / 298.257223563;
constexpr double e2 = flattening * (2 - flattening);
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

/// Area between the equator and a latitude per radian of longitude: b²/2 (s / (1 - e² s²) + atanh(e s) / e), s = sin φ
/// (Snyder 1987, USGS Professional Paper 1395, equation 3-12).
double area_per_radian(double latitude) {
    static const double e = std::sqrt(e2);
    const double s = std::sin(latitude);
    return wgs84_b_m * wgs84_b_m / 2 * (s / (1 - e2 * s * s) + std::atanh(e * s) / e);
}

double ring_area_m2(std::span<const XY> ring) {
    Sum area;
    for (std::size_t i = 1; i < ring.size(); ++i) {
        const double turn = (ring[i].x - ring[i - 1].x) * radians;
        area.add(turn * mean_along(ring[i - 1], ring[i], area_per_radian));
    }
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
