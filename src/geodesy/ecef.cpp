// SPDX-License-Identifier: Apache-2.0
#include "ecef.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include "base/vector_clones.hpp"
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace sheltermap {
namespace {

struct SinCos {
    double sin, cos;
};

/// Sine and cosine of degrees, written so that a compiler can do several at once; error below 2e-16.
///
/// The nearest multiple of 90° is taken away without rounding; on the rest, within ±45°, stand the minimax polynomials
/// of FreeBSD's msun (k_sin.c, k_cos.c; Sun Microsystems 1993).
[[gnu::always_inline]] inline SinCos sin_cos_of_degrees(double degrees) {
    constexpr double to_integer = 6755399441055744.0;  // 1.5 * 2^52: the sum's last bits are the nearest integer
    const double shifted = degrees * (1.0 / 90) + to_integer;
    const auto quadrant = std::bit_cast<std::uint64_t>(shifted);
    const double t = (degrees - 90 * (shifted - to_integer)) * (std::numbers::pi / 180);
    const double z = t * t;
    const double s = t + t * z *
                             (-1.66666666666666324348e-01 +
                              z * (8.33333333332248946124e-03 +
                                   z * (-1.98412698298579493134e-04 +
                                        z * (2.75573137070700676789e-06 +
                                             z * (-2.50507602534068634195e-08 + z * 1.58969099521155010221e-10)))));
    const double r = z * z *
                     (4.16666666666666019037e-02 +
                      z * (-1.38888888888741095749e-03 +
                           z * (2.48015872894767294178e-05 +
                                z * (-2.75573143513906633035e-07 +
                                     z * (2.08757232129817482790e-09 + z * -1.13596475577881948265e-11)))));
    const double w = 1 - 0.5 * z;
    const double c = w + ((1 - w - 0.5 * z) + r);
    const bool odd = (quadrant & 1) != 0;
    const double sine = odd ? c : s;
    const double cosine = odd ? s : c;
    const auto flip = [](double value, std::uint64_t negative) {
        return std::bit_cast<double>(std::bit_cast<std::uint64_t>(value) ^ (negative << 62));
    };
    return {flip(sine, quadrant & 2), flip(cosine, (quadrant + 1) & 2)};
}

[[gnu::always_inline]] inline Ecef on_ellipsoid(LonLat place) {
    constexpr double b2_a2 = (wgs84_b_m / wgs84_a_m) * (wgs84_b_m / wgs84_a_m);
    const SinCos lat = sin_cos_of_degrees(place.lat);
    const SinCos lon = sin_cos_of_degrees(place.lon);
    const double normal = wgs84_a_m / std::sqrt(1 - (1 - b2_a2) * lat.sin * lat.sin);
    const double from_axis = normal * lat.cos;
    return {from_axis * lon.cos, from_axis * lon.sin, normal * b2_a2 * lat.sin};
}

constexpr double smallest_radius_m = wgs84_b_m * wgs84_b_m / wgs84_a_m;
constexpr double largest_radius_m = wgs84_a_m * wgs84_a_m / wgs84_b_m;

}  // namespace

Ecef to_ecef(LonLat place) noexcept { return on_ellipsoid(place); }

void EcefColumns::resize(std::size_t count) {
    for (auto* axis : {&x, &y, &z}) axis->resize(count);
}

void EcefColumns::set(std::size_t i, const Ecef& at) noexcept {
    x[i] = at[0];
    y[i] = at[1];
    z[i] = at[2];
}

namespace {

SHELTERMAP_VECTOR_CLONES
void to_axes(const LonLat* places, std::size_t count, double* x, double* y, double* z) {
    for (std::size_t i = 0; i < count; ++i) {
        const Ecef at = on_ellipsoid(places[i]);
        x[i] = at[0];
        y[i] = at[1];
        z[i] = at[2];
    }
}

}  // namespace

void to_ecef(std::span<const LonLat> places, EcefColumns& columns) {
    columns.resize(places.size());
    to_axes(places.data(), places.size(), columns.x.data(), columns.y.data(), columns.z.data());
}

double chord_to_line_m(const Ecef& place, const Ecef& from, const Ecef& to) noexcept {
    const Ecef along{to[0] - from[0], to[1] - from[1], to[2] - from[2]};
    const Ecef there{place[0] - from[0], place[1] - from[1], place[2] - from[2]};
    const double squared = along[0] * along[0] + along[1] * along[1] + along[2] * along[2];
    const double product = along[0] * there[0] + along[1] * there[1] + along[2] * there[2];
    const double t = squared > 0 ? std::clamp(product / squared, 0.0, 1.0) : 0;
    return std::hypot(there[0] - t * along[0], there[1] - t * along[1], there[2] - t * along[2]);
}

double longest_geodesic_m(double chord_m) noexcept {
    constexpr double half_meridian_m = 20'003'931.4587;  // quarter meridian of WGS 84 is 10 001 965.7293 m
    const double sine = chord_m / (2 * smallest_radius_m);
    return sine < 0.9999 ? 2 * smallest_radius_m * std::asin(sine) : half_meridian_m;
}

double longest_chord_m(double geodesic_m) noexcept {
    return 2 * largest_radius_m * std::sin(geodesic_m / (2 * largest_radius_m));
}

}  // namespace sheltermap
