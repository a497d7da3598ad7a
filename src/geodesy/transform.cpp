// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geodesy/crs.hpp"
#include "sheltermap/geodesy/geodesic.hpp"

#include "base/not_finite.hpp"
#include "crs_state.hpp"
#include "proj.hpp"
#include <algorithm>
#include <cmath>
#include <numbers>

namespace sheltermap {
namespace {

constexpr std::size_t vertices_per_block = 65'536;  // a block must outweigh leasing an operation
const std::string lonlat_crs = "EPSG:4326";

static_assert(sizeof(XY) == 2 * sizeof(double) && sizeof(LonLat) == 2 * sizeof(double));

/// Transforms pairs in place; what PROJ cannot transform becomes NaN.
void transform(PJ* operation, PJ_DIRECTION direction, double* first, std::size_t count) {
    constexpr std::size_t stride = 2 * sizeof(double);
    proj_trans_generic(operation, direction, first, stride, count, first + 1, stride, count, nullptr, 0, 0, nullptr, 0,
                       0);
    for (std::size_t i = 0; i < 2 * count; i += 2) {
        if (!std::isfinite(first[i]) || !std::isfinite(first[i + 1])) first[i] = first[i + 1] = nan;
    }
}

template <class Pair>
void transform_all(std::vector<Pair>& pairs, const Crs& crs, PJ_DIRECTION direction, const Execution& execution) {
    parallel_for(pairs.size(), vertices_per_block, execution, [&](std::size_t begin, std::size_t end) {
        const OperationLease lease(crs.state().operand, lonlat_crs);
        transform(lease.get(), direction, reinterpret_cast<double*>(pairs.data() + begin), end - begin);
    });
}

/// Follows the edges of one row, adding vertices where the transformed edge bends away from a straight one.
class EdgeFollower {
public:
    EdgeFollower(PJ* operation, double max_deviation_m) : operation_(operation), max_deviation_m_(max_deviation_m) {}

    std::vector<XY> follow(std::span<const XY> ring) {
        std::vector<XY> result;
        if (ring.empty()) return result;
        result.push_back(lonlat(ring.front()));
        for (std::size_t i = 1; i < ring.size(); ++i) {
            const XY end = lonlat(ring[i]);
            add_between(result, ring[i - 1], result.back(), ring[i], end, 0);
            result.push_back(end);
        }
        return result;
    }

private:
    [[nodiscard]] XY lonlat(XY at) const {
        transform(operation_, PJ_FWD, &at.x, 1);
        return at;
    }

    // Bending is smooth along an edge, so its middle tells the most; 2^16 pieces are beyond any use.
    void add_between(std::vector<XY>& out, XY a, XY a_lonlat, XY b, XY b_lonlat, int depth) const {
        const XY middle{(a.x + b.x) / 2, (a.y + b.y) / 2};
        const XY there = lonlat(middle);
        const LonLat chord{(a_lonlat.x + b_lonlat.x) / 2, (a_lonlat.y + b_lonlat.y) / 2};
        const double deviation = geodesic_distance_m(chord, LonLat{there.x, there.y});
        if (!(deviation > max_deviation_m_) || depth == 16) return;
        add_between(out, a, a_lonlat, middle, there, depth + 1);
        out.push_back(there);
        add_between(out, middle, there, b, b_lonlat, depth + 1);
    }

    PJ* operation_;
    double max_deviation_m_;
};

}  // namespace

TransformationInfo describe_transformation(const Crs& from, const Crs& to) {
    if (from.state().shipped || to.state().shipped) {
        return {.name = "LKS-2020 to WGS 84 (EPSG:10840)", .accuracy_m = 1.0};
    }
    const OperationLease lease(from.state().operand, to.state().operand);
    const PJ_PROJ_INFO info = proj_pj_info(lease.get());
    const std::string name = info.description == nullptr ? "" : info.description;
    if (name.starts_with("unavailable")) return {.name = "several, chosen by place", .accuracy_m = std::nullopt};
    return {.name = name, .accuracy_m = info.accuracy >= 0 ? std::optional(info.accuracy) : std::nullopt};
}

std::vector<LonLat> to_lonlat(std::span<const XY> coordinates, const Crs& crs, const Execution& execution) {
    std::vector<LonLat> places(coordinates.size());
    std::transform(coordinates.begin(), coordinates.end(), places.begin(), [](XY at) { return LonLat{at.x, at.y}; });
    if (!crs.is_lonlat()) transform_all(places, crs, PJ_FWD, execution);
    return places;
}

std::vector<XY> from_lonlat(std::span<const LonLat> places, const Crs& crs, const Execution& execution) {
    std::vector<XY> coordinates(places.size());
    std::transform(places.begin(), places.end(), coordinates.begin(), [](LonLat at) { return XY{at.lon, at.lat}; });
    if (!crs.is_lonlat()) transform_all(coordinates, crs, PJ_INV, execution);
    return coordinates;
}

GeometryColumn to_lonlat(const GeometryColumn& column, const Crs& crs, double max_deviation_m,
                         const Execution& execution) {
    if (crs.is_lonlat()) return column;
    std::vector<GeometryColumn> rows(column.size());
    parallel_for(column.size(), 256, execution, [&](std::size_t begin, std::size_t end) {
        const OperationLease lease(crs.state().operand, lonlat_crs);
        EdgeFollower follower(lease.get(), max_deviation_m);
        for (std::size_t row = begin; row < end; ++row) {
            rows[row].begin_row(column.types[row]);
            for (auto part = column.part_offsets[row]; part < column.part_offsets[row + 1]; ++part) {
                rows[row].begin_part();
                const auto last = column.ring_offsets[static_cast<std::size_t>(part) + 1];
                for (auto ring = column.ring_offsets[static_cast<std::size_t>(part)]; ring < last; ++ring) {
                    rows[row].append_ring(follower.follow(column.ring(ring)));
                }
            }
        }
    });
    GeometryColumn result;
    for (const GeometryColumn& row : rows) result.append_row(row, 0);
    return result;
}

GeometryColumn from_lonlat(const GeometryColumn& column, const Crs& crs, const Execution& execution) {
    GeometryColumn result = column;
    if (!crs.is_lonlat()) transform_all(result.vertices, crs, PJ_INV, execution);
    return result;
}

}  // namespace sheltermap
