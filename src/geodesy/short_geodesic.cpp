// SPDX-License-Identifier: Apache-2.0
#include "geodesy/short_geodesic.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include "base/vector_clones.hpp"
#include <algorithm>
#include <cmath>

namespace sheltermap {
namespace {

/// The ellipsoid is x² + y² + g z² = a²; half the gradient of the left side, normal to it, is (x, y, g z).
constexpr double g = (wgs84_a_m / wgs84_b_m) * (wgs84_a_m / wgs84_b_m);

struct Vector {
    double x, y, z;
};
[[gnu::always_inline]] inline double dot(Vector p, Vector q) { return p.x * q.x + p.y * q.y + p.z * q.z; }

/// Normal curvature where half the gradient is `normal`, in the direction of the chord projected on the tangent plane.
[[gnu::always_inline]] inline double curvature(Vector chord, double chord2, Vector normal) {
    const double normal2 = dot(normal, normal), along = dot(chord, normal);
    const double up = chord.z * normal2 - along * normal.z;
    const double tangent2 = std::max(normal2 * (chord2 * normal2 - along * along), 1e-300);  // 0 for equal ends
    return (1 + (g - 1) * up * up / tangent2) / std::sqrt(normal2);
}

/// The formula and its error are in docs/accuracy.md, under "Short distances without an inverse".
[[gnu::always_inline]] inline double arc_over(Vector from, Vector to) {
    const Vector chord{to.x - from.x, to.y - from.y, to.z - from.z};
    const double chord2 = dot(chord, chord);
    // The middle of the chord lies below the surface: go up along the normal by one step of Newton.
    const Vector middle{(from.x + to.x) / 2, (from.y + to.y) / 2, (from.z + to.z) / 2};
    const Vector below{middle.x, middle.y, g * middle.z};
    const double size2 = dot(middle, below);
    const double step = 0.5 * (wgs84_a_m * wgs84_a_m - size2) / dot(below, below);
    const Vector top{middle.x * (1 + step), middle.y * (1 + step), middle.z * (1 + g * step)};
    const Vector normal{top.x, top.y, g * top.z};

    const double at_ends_from = curvature(chord, chord2, {from.x, from.y, g * from.z});
    const double at_ends_to = curvature(chord, chord2, {to.x, to.y, g * to.z});
    const double at_middle = curvature(chord, chord2, normal) * (std::sqrt(dot(top, normal)) / wgs84_a_m);
    const double normal2 = dot(normal, normal);
    const double twist = (g - 1) * chord.z * (normal.x * chord.y - normal.y * chord.x) / normal2;  // chord² torsion
    const double quarter2 = chord2 / 4;
    const double k = 0.8 * at_middle + 0.1 * (at_ends_from + at_ends_to) +
                     (at_ends_to - at_ends_from) * (at_ends_to - at_ends_from) / (120 * at_middle) +
                     at_middle * (7.0 / 60) * twist * twist / std::max(chord2, 1e-300) +
                     quarter2 * at_middle * at_middle * (at_ends_from + at_ends_to - 2 * at_middle) / 60;
    // asin(t) / t for t = k chord / 2, at most 0.04: the next term is below 3e-16.
    const double t2 = quarter2 * k * k;
    return std::sqrt(chord2) * (1 + t2 * (1.0 / 6 + t2 * (3.0 / 40 + t2 * (5.0 / 112 + t2 * (35.0 / 1152)))));
}

}  // namespace

double short_geodesic_m(const Ecef& from, const Ecef& to) noexcept {
    return arc_over({from[0], from[1], from[2]}, {to[0], to[1], to[2]});
}

SHELTERMAP_VECTOR_CLONES
void short_geodesic_m(const EcefColumns& from, const EcefColumns& to, std::span<double> distance_m) noexcept {
    const double *px = from.x.data(), *py = from.y.data(), *pz = from.z.data();
    const double *qx = to.x.data(), *qy = to.y.data(), *qz = to.z.data();
    double* const distance = distance_m.data();
    for (std::size_t i = 0; i < distance_m.size(); ++i) {
        distance[i] = arc_over({px[i], py[i], pz[i]}, {qx[i], qy[i], qz[i]});
    }
}

SHELTERMAP_VECTOR_CLONES
void short_geodesic_m(const Ecef& from, const EcefColumns& to, std::span<double> distance_m) noexcept {
    const double *qx = to.x.data(), *qy = to.y.data(), *qz = to.z.data();
    double* const distance = distance_m.data();
    for (std::size_t i = 0; i < distance_m.size(); ++i) {
        distance[i] = arc_over({from[0], from[1], from[2]}, {qx[i], qy[i], qz[i]});
    }
}

}  // namespace sheltermap
