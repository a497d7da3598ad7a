// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/service_area.hpp"

#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geometry/dissolve.hpp"
#include "sheltermap/index/place_index.hpp"

#include "geodesy/latitudes.hpp"
#include "star.hpp"
#include "united_circles.hpp"
#include <cmath>
#include <numbers>
#include <stdexcept>
#include <string>
#include <vector>

namespace sheltermap {
namespace {

constexpr std::size_t facilities_per_block = 16;
constexpr std::int32_t the_circle = -1;
/// How exactly the end of a ray is known.
constexpr double end_m = 1e-6;

void require_in_range(const ServiceAreaOptions& options) {
    if (!(options.distance_m > 0 && options.distance_m <= largest_service_distance_m)) {
        throw std::invalid_argument("distance_m must be above 0 and at most 1,000,000, not " +
                                    std::to_string(options.distance_m));
    }
    if (!(options.area_error >= 1e-6 && options.area_error <= 0.1)) {
        throw std::invalid_argument("area_error must lie in [1e-6, 0.1], not " + std::to_string(options.area_error));
    }
}

/// How far an edge may stray, as a share of the ray: an arc of length l and sagitta s has 2/3 s l more than its chord,
/// and 1/2 r l is the sector behind it.
double tolerance(const ServiceAreaOptions& options) { return 0.75 * options.area_error; }

/// Directions that are enough for a circle, with a tenth left for what the ellipsoid adds to one in the plane.
std::size_t rays_of_circle(const ServiceAreaOptions& options) {
    return static_cast<std::size_t>(std::ceil(std::numbers::pi / std::acos(1 - 0.9 * tolerance(options))));
}

/// The point of a ray that is as far from another place as from its start; at `end_m_along` it is nearer to the other.
/// Illinois variant of regula falsi: the difference of the distances never grows along the ray.
double bisector_m(LonLat from, double azimuth_deg, LonLat other, double end_m_along) {
    const auto difference = [&](double along_m) {
        return geodesic_distance_m(geodesic_destination(from, azimuth_deg, along_m), other) - along_m;
    };
    double low = geodesic_distance_m(from, other) / 2;
    double high = end_m_along;
    double at_low = difference(low);
    double at_high = difference(high);
    int moved = 0;
    for (int i = 0; i < 100 && high - low > end_m && at_low > 0 && at_high < 0; ++i) {
        const double middle = low + (high - low) * at_low / (at_low - at_high);
        const double here = difference(middle);
        if (std::abs(here) <= end_m / 100) return middle;
        const int side = here > 0 ? 1 : -1;
        (side > 0 ? low : high) = middle;
        (side > 0 ? at_low : at_high) = here;
        if (moved == side) (side > 0 ? at_high : at_low) /= 2;
        moved = side;
    }
    return at_low > 0 ? high : low;
}

/// The part of a circle around a facility where none is nearer.
class NearestPart {
public:
    NearestPart(std::span<const LonLat> places, const PlaceIndex& index, std::size_t row, double distance_m)
        : places_(places), index_(index), row_(row), distance_m_(distance_m) {}

    /// Shortened to the bisector with whoever is nearer at its end, until nobody is.
    [[nodiscard]] Ray ray(double azimuth_deg) const {
        Ray ray{distance_m_, the_circle};
        const LonLat from = places_[row_];
        for (;;) {
            const LonLat at = geodesic_destination(from, azimuth_deg, ray.length_m);
            const auto nearest = index_.find(at, {.k = 1, .max_distance_m = ray.length_m});
            if (nearest.empty() || nearest[0].distance_m >= ray.length_m - end_m) return ray;
            const std::int32_t other = nearest[0].row;
            ray = {bisector_m(from, azimuth_deg, places_[static_cast<std::size_t>(other)], ray.length_m), other};
        }
    }

private:
    std::span<const LonLat> places_;
    const PlaceIndex& index_;
    std::size_t row_;
    double distance_m_;
};

/// One row per facility, made by `shape(row)`.
template <class Shape>
GeometryColumn for_each_facility(std::span<const LonLat> facilities, const Execution& execution, Shape shape) {
    std::vector<GeometryColumn> rows(facilities.size());
    parallel_for(facilities.size(), facilities_per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            if (execution.stop.stop_requested()) return;
            if (has_position(facilities[row])) {
                rows[row] = shape(row);
            } else {
                rows[row].append_missing();
            }
        }
    });
    GeometryColumn column;
    for (const GeometryColumn& row : rows) column.append_row(row, 0);
    return column;
}

GeometryColumn missing() {
    GeometryColumn column;
    column.append_missing();
    return column;
}

}  // namespace

GeometryColumn service_area(std::span<const LonLat> facilities, const ServiceAreaOptions& options,
                            const Execution& execution) {
    require_in_range(options);
    require_latitudes(facilities, "facilities");
    if (auto united = united_circles(facilities, options.distance_m, rays_of_circle(options), execution)) {
        return *std::move(united);
    }
    return dissolved(for_each_facility(facilities, execution, [&](std::size_t row) {
        const auto circle = [&](double) { return Ray{options.distance_m, the_circle}; };
        return to_polygon({facilities[row], circle}, rays_of_circle(options), tolerance(options));
    }));
}

GeometryColumn service_areas_by_nearest(std::span<const LonLat> facilities, const ServiceAreaOptions& options,
                                        const Execution& execution) {
    require_in_range(options);
    const PlaceIndex index(facilities);
    return for_each_facility(facilities, execution, [&](std::size_t row) {
        if (index.find(facilities[row])[0].row != static_cast<std::int32_t>(row)) return missing();
        const NearestPart part(facilities, index, row, options.distance_m);
        const auto ray = [&](double azimuth_deg) { return part.ray(azimuth_deg); };
        return to_polygon({facilities[row], ray}, 16, tolerance(options));
    });
}

}  // namespace sheltermap
