// SPDX-License-Identifier: Apache-2.0
#include "star.hpp"

#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geometry/dissolve.hpp"
#include "sheltermap/geometry/validity.hpp"

#include "geodesy/edge.hpp"
#include <algorithm>
#include <cmath>
#include <functional>

namespace sheltermap {
namespace {

constexpr int deepest = 40;  // halvings of a direction; 360° / 2^40 is 0.1 mm at 1,000 km

/// Walks around a star; longitudes never jump, so that they may leave [-180, 180].
class Outline {
public:
    Outline(const Star& star, double tolerance) : star_(star), tolerance_(tolerance) {}

    std::vector<XY> trace(std::size_t rays) {
        const double step = 360.0 / static_cast<double>(rays);
        const Corner first = corner(0, star_.centre.lon);
        Corner last = first;
        ring_.push_back(first.at);
        for (std::size_t i = 1; i <= rays; ++i) {
            Corner next = i < rays ? corner(static_cast<double>(i) * step, last.at.x) : first;
            next.azimuth_deg = static_cast<double>(i) * step;
            next.at.x = beside(next.at.x, last.at.x);
            add_between(last, next, 0);
            // Vertices in between may have led around a pole the other way.
            next.at.x = beside(next.at.x, ring_.back().x);
            ring_.push_back(next.at);
            last = next;
        }
        return std::move(ring_);
    }

private:
    struct Corner {
        double azimuth_deg;
        Ray ray;
        XY at;
    };

    /// The longitude that is nearest to another, give or take whole turns.
    static double beside(double lon, double other) { return lon + 360 * std::round((other - lon) / 360); }

    [[nodiscard]] Corner corner(double azimuth_deg, double near_lon) const {
        const Ray ray = star_.ray(azimuth_deg);
        const LonLat at = geodesic_destination(star_.centre, azimuth_deg, ray.length_m);
        return {azimuth_deg, ray, {beside(at.lon, near_lon), at.lat}};
    }

    void add_between(const Corner& a, const Corner& b, int depth) {
        if (depth == deepest) return;
        const Corner middle = corner((a.azimuth_deg + b.azimuth_deg) / 2, a.at.x);
        const double allowed = tolerance_ * middle.ray.length_m;
        const LonLat from{a.at.x, a.at.y};
        const LonLat to{beside(b.at.x, a.at.x), b.at.y};
        const bool one_curve = a.ray.end == middle.ray.end && middle.ray.end == b.ray.end;
        const bool smooth = one_curve || geodesic_distance_m(from, to) <= allowed;
        if (smooth && geodesic_distance_m(LonLat{middle.at.x, middle.at.y}, Edge{from, to}) <= allowed) return;
        add_between(a, middle, depth + 1);
        Corner placed = middle;
        placed.at.x = beside(placed.at.x, ring_.back().x);
        ring_.push_back(placed.at);
        add_between(placed, b, depth + 1);
    }

    const Star& star_;
    double tolerance_;
    std::vector<XY> ring_;
};

GeometryColumn polygon_of(const std::vector<XY>& ring) {
    GeometryColumn column;
    column.begin_row(GeometryType::polygon);
    column.begin_part();
    column.append_ring(ring);
    return column;
}

bool lies_beyond_antimeridian(const std::vector<XY>& ring) {
    return std::any_of(ring.begin(), ring.end(), [](XY v) { return std::abs(v.x) > 180; });
}

/// Whole turns from the strip of longitudes that begins at -180.
double turns(XY at) { return std::floor((at.x + 180) / 360); }

/// Vertices a tenth of a millimetre beside the antimeridian move onto it: a bisector that runs along it would else
/// leave slivers on the other side.
void snap_to_antimeridian(std::vector<XY>& ring) {
    constexpr double near_deg = 1e-9;
    for (XY& vertex : ring) {
        const double meridian = 360 * std::round((vertex.x - 180) / 360) + 180;
        if (std::abs(vertex.x - meridian) < near_deg) vertex.x = meridian;
    }
}

/// Whole turns off, so that the westernmost longitude lies in [-180, 180).
void bring_home(std::vector<XY>& ring) {
    const double west = turns(*std::ranges::min_element(ring, {}, &XY::x));
    for (XY& vertex : ring) vertex.x -= 360 * west;
}

/// A ring once around a pole, its last vertex a turn from its first, as one that runs from antimeridian to antimeridian
/// and back along the pole.
std::vector<XY> closed_along_pole(const std::vector<XY>& ring, double pole) {
    const double turn = ring.back().x > ring.front().x ? 360 : -360;
    const std::size_t edges = ring.size() - 1;
    std::size_t i = 0;  // of the edge that crosses the antimeridian; a whole turn cannot but do so
    while (turns(ring[i]) == turns(ring[i + 1])) ++i;
    const double meridian = 360 * std::max(turns(ring[i]), turns(ring[i + 1])) - 180;
    const double t = (meridian - ring[i].x) / (ring[i + 1].x - ring[i].x);
    const double lat = std::lerp(ring[i].y, ring[i + 1].y, t);
    std::vector<XY> closed{{meridian, lat}};
    for (std::size_t k = 1; k <= edges; ++k) {
        const std::size_t at = i + k;
        closed.push_back(at < edges ? ring[at] : XY{ring[at - edges].x + turn, ring[at - edges].y});
    }
    closed.push_back({meridian + turn, lat});
    closed.push_back({meridian + turn, pole});
    closed.push_back({meridian, pole});
    closed.push_back(closed.front());
    return closed;
}

}  // namespace

GeometryColumn to_polygon(const Star& star, std::size_t rays, double tolerance) {
    std::vector<XY> ring = Outline(star, tolerance).trace(rays);
    const bool around_pole = std::abs(ring.back().x - ring.front().x) > 180;
    if (around_pole) {
        ring = closed_along_pole(ring, star.centre.lat > 0 ? 90 : -90);
    } else {
        ring.back() = ring.front();
    }
    snap_to_antimeridian(ring);
    bring_home(ring);
    std::reverse(ring.begin(), ring.end());  // azimuths run clockwise
    GeometryColumn polygon = polygon_of(ring);
    const bool crossed = !geometry_fault(polygon, 0).empty();  // at a tip thinner than its edges are exact
    if (crossed) polygon = repaired_polygon(polygon, 0);
    if (!crossed && !around_pole && !lies_beyond_antimeridian(ring)) return polygon;
    return cut_at_antimeridian(polygon, 0);
}

}  // namespace sheltermap
