// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geodesy/geodesic.hpp"

#include <geodesic.h>

#include "base/not_finite.hpp"
#include "latitudes.hpp"
#include <cmath>
#include <stdexcept>
#include <string>

namespace sheltermap {
namespace {

const geod_geodesic& wgs84() {
    static const geod_geodesic ellipsoid = [] {
        geod_geodesic g{};
        geod_init(&g, wgs84_a_m, 1 / 298.257223563);
        return g;
    }();
    return ellipsoid;
}

void require_equal_length(std::size_t a, std::size_t b) {
    if (a != b) {
        throw std::invalid_argument("lengths differ: " + std::to_string(a) + " and " + std::to_string(b));
    }
}

struct RingMeasure {
    double area_m2;
    double perimeter_m;
};

RingMeasure measure_ring(std::span<const XY> ring) {
    geod_polygon polygon{};
    geod_polygon_init(&polygon, 0);
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) geod_polygon_addpoint(&wgs84(), &polygon, ring[i].y, ring[i].x);
    RingMeasure measure{};
    geod_polygon_compute(&wgs84(), &polygon, 0, 1, &measure.area_m2, &measure.perimeter_m);
    measure.area_m2 = std::abs(measure.area_m2);
    return measure;
}

double line_length_m(std::span<const XY> line) {
    double length = 0;
    for (std::size_t i = 1; i < line.size(); ++i) {
        length += geodesic_distance_m(LonLat{line[i - 1].x, line[i - 1].y}, LonLat{line[i].x, line[i].y});
    }
    return length;
}

/// Sum over the rings of a row; `measure(ring, is_hole)`.
template <class Measure>
double sum_over_rings(const GeometryColumn& column, std::size_t row, Measure measure) {
    double sum = 0;
    for (auto part = column.part_offsets[row]; part < column.part_offsets[row + 1]; ++part) {
        const auto first = column.ring_offsets[static_cast<std::size_t>(part)];
        for (auto ring = first; ring < column.ring_offsets[static_cast<std::size_t>(part) + 1]; ++ring) {
            sum += measure(column.ring(ring), ring != first);
        }
    }
    return sum;
}

template <class OfRow>
std::vector<double> for_each_row(const GeometryColumn& column, const Execution& execution, OfRow of_row) {
    std::vector<double> result(column.size(), nan);
    parallel_for(column.size(), 64, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t row = begin; row < end; ++row) {
            if (column.types[row] != GeometryType::missing) result[row] = of_row(row);
        }
    });
    return result;
}

}  // namespace

double geodesic_distance_m(LonLat from, LonLat to) {
    double distance = nan;
    geod_inverse(&wgs84(), from.lat, from.lon, to.lat, to.lon, &distance, nullptr, nullptr);
    return distance;
}

GeodesicLine geodesic_line(LonLat from, LonLat to) {
    GeodesicLine line{nan, nan, nan};
    geod_inverse(&wgs84(), from.lat, from.lon, to.lat, to.lon, &line.distance_m, &line.azimuth_from_deg,
                 &line.azimuth_to_deg);
    return line;
}

std::vector<double> geodesic_distance_m(std::span<const LonLat> from, std::span<const LonLat> to,
                                        const Execution& execution) {
    require_equal_length(from.size(), to.size());
    require_latitudes(from, "from");
    require_latitudes(to, "to");
    std::vector<double> distance(from.size());
    parallel_for(from.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) distance[i] = geodesic_distance_m(from[i], to[i]);
    });
    return distance;
}

std::vector<GeodesicLine> geodesic_line(std::span<const LonLat> from, std::span<const LonLat> to,
                                        const Execution& execution) {
    require_equal_length(from.size(), to.size());
    require_latitudes(from, "from");
    require_latitudes(to, "to");
    std::vector<GeodesicLine> lines(from.size());
    parallel_for(from.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) lines[i] = geodesic_line(from[i], to[i]);
    });
    return lines;
}

LonLat geodesic_destination(LonLat from, double azimuth_deg, double distance_m) {
    LonLat to{nan, nan};
    geod_direct(&wgs84(), from.lat, from.lon, azimuth_deg, distance_m, &to.lat, &to.lon, nullptr);
    return to;
}

std::vector<LonLat> geodesic_destination(std::span<const LonLat> from, std::span<const double> azimuth_deg,
                                         std::span<const double> distance_m, const Execution& execution) {
    require_equal_length(from.size(), azimuth_deg.size());
    require_equal_length(from.size(), distance_m.size());
    require_latitudes(from, "from");
    std::vector<LonLat> to(from.size());
    parallel_for(from.size(), rows_per_block, execution, [&](std::size_t begin, std::size_t end) {
        for (std::size_t i = begin; i < end; ++i) to[i] = geodesic_destination(from[i], azimuth_deg[i], distance_m[i]);
    });
    return to;
}

std::vector<double> geodesic_area_m2(const GeometryColumn& column, const Execution& execution) {
    return for_each_row(column, execution, [&](std::size_t row) {
        if (!is_areal(column.types[row])) return 0.0;
        return sum_over_rings(column, row, [](std::span<const XY> ring, bool hole) {
            const double area = measure_ring(ring).area_m2;
            return hole ? -area : area;
        });
    });
}

std::vector<double> geodesic_length_m(const GeometryColumn& column, const Execution& execution) {
    return for_each_row(column, execution, [&](std::size_t row) {
        const bool areal = is_areal(column.types[row]);
        return sum_over_rings(column, row, [&](std::span<const XY> ring, bool) {
            return areal ? measure_ring(ring).perimeter_m : line_length_m(ring);
        });
    });
}

void require_latitudes(std::span<const LonLat> places, const char* what) {
    for (std::size_t row = 0; row < places.size(); ++row) {
        if (has_position(places[row]) && std::abs(places[row].lat) > 90) {
            throw std::invalid_argument(std::string(what) + ": row " + std::to_string(row + 1) + " has latitude " +
                                        std::to_string(places[row].lat) + ", outside [-90, 90]");
        }
    }
}

}  // namespace sheltermap
