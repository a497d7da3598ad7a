// SPDX-License-Identifier: Apache-2.0
#include "feature_clip.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/lonlat_measure.hpp"

#include "common_shape.hpp"
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace sheltermap {
namespace {

double measure(const GeometryColumn& column, std::size_t row) {
    return is_areal(column.types[row]) ? lonlat_area_m2(column, row) : lonlat_length_m(column, row);
}

/// A polygon made ready for questions about many others.
class PreparedShape {
public:
    explicit PreparedShape(const GEOSGeometry* shape) : prepared_(GEOSPrepare_r(geos().handle, shape)) {
        if (!prepared_) throw GeometryError("prepare: " + geos_failure());
    }
    [[nodiscard]] bool intersects(const GEOSGeometry* other) const {
        return answer(GEOSPreparedIntersects_r(geos().handle, prepared_.get(), other), "intersects");
    }
    [[nodiscard]] bool covers(const GEOSGeometry* other) const {
        return answer(GEOSPreparedCovers_r(geos().handle, prepared_.get(), other), "covers");
    }

private:
    struct Destroy {
        void operator()(const GEOSPreparedGeometry* prepared) const noexcept {
            GEOSPreparedGeom_destroy_r(geos().handle, prepared);
        }
    };
    static bool answer(char said, const char* operation) {
        if (said == 2) throw GeometryError(std::string(operation) + ": " + geos_failure());
        return said == 1;
    }
    std::unique_ptr<const GEOSPreparedGeometry, Destroy> prepared_;
};

}  // namespace

FeatureClip::FeatureClip(const GeometryColumn& features, std::size_t row, Shared& shared)
    : features_(features), row_(row), shared_(shared), whole_(measure(features, row)) {}

double FeatureClip::clip(std::span<const std::int32_t> zones, GeometryColumn* shapes) {
    if (!(whole_ > 0)) return 0;
    std::vector<std::int32_t> ordered;
    if (zones.size() > 1) zones = ordered = in_order_of_place(zones);
    put_on_walk(zones);
    return is_areal(features_.types[row_]) ? clip_polygon(zones, shapes) : clip_lines(shapes);
}

/// Zones from one end of the map to the other, whatever their numbers; only equal ones stand by row. The rounding of
/// sums and overlays depends on what comes first, and an answer must not.
std::vector<std::int32_t> FeatureClip::in_order_of_place(std::span<const std::int32_t> zones) const {
    std::vector<std::int32_t> ordered(zones.begin(), zones.end());
    const auto vertices = [&](std::int32_t row) {
        return shared_.zone_column.row_vertices(static_cast<std::size_t>(row));
    };
    std::ranges::sort(ordered);
    std::ranges::stable_sort(ordered, [&](std::int32_t one, std::int32_t other) {
        return std::ranges::lexicographical_compare(
            vertices(one), vertices(other), [](XY a, XY b) { return std::pair(a.x, a.y) < std::pair(b.x, b.y); });
    });
    return ordered;
}

/// Zones that lie over each other in many layers become one before they are followed: nearly all their edges lie
/// within others. Of zones that adjoin, or are few, a union is never made.
void FeatureClip::put_on_walk(std::span<const std::int32_t> zones) {
    if (boundary_ == nullptr) boundary_ = &shared_.feature.put(features_, row_);
    std::vector<const Boundary*> others(zones.size());
    std::ranges::transform(zones, others.begin(),
                           [&](std::int32_t zone) { return &shared_.zones[static_cast<std::size_t>(zone)]; });
    shared_.walk.put(*boundary_, others);
    if (!is_areal(features_.types[row_]) || !shared_.walk.meetings().are_stacked()) return;
    GeometryColumn layers;
    for (const std::int32_t zone : zones) layers.append_row(shared_.zone_column, static_cast<std::size_t>(zone));
    stack_ = merged(layers);
    others.assign(1, &shared_.stack.put(stack_, 0));
    shared_.walk.put(*boundary_, others);
}

double FeatureClip::clip_polygon(std::span<const std::int32_t> zones, GeometryColumn* shapes) {
    BoundaryWalk& walk = shared_.walk;
    const CommonArea known = walk.common_area(shared_.stop);
    if (known.all) return uncut(shapes);
    // Rounding must not make a share of 1 + 1e-16, nor a shape change the figure.
    const double amount = std::min(known.area_m2, whole_);
    if (shapes == nullptr || !(amount > 0)) return amount;
    const bool followed = walk.meetings().size() == 2 && !walk.meetings().any_touch();
    if (!followed || !append_common_shape(walk.boundary(), *shapes)) append_overlay(zones, *shapes);
    return amount;
}

double FeatureClip::clip_lines(GeometryColumn* shapes) {
    GeometryColumn inside;
    if (shared_.walk.common_lines(inside, shared_.stop)) return uncut(shapes);
    const double amount = std::min(lonlat_length_m(inside, 0), whole_);
    if (shapes != nullptr && amount > 0) shapes->append_row(inside, 0);
    return amount;
}

double FeatureClip::uncut(GeometryColumn* shapes) const {
    if (shapes != nullptr) shapes->append_row(features_, row_);
    return whole_;
}

/// Of several zones, those wholly inside need no overlay before they are joined.
void FeatureClip::append_overlay(std::span<const std::int32_t> zones, GeometryColumn& shapes) const {
    const GeosGeometry feature = to_geos(features_, row_);
    const PreparedShape prepared(feature.get());
    GeometryColumn parts;
    for (const std::int32_t zone : zones) {
        if (shared_.stop.stop_requested()) break;
        const GEOSGeometry* const shape = shared_.shapes.at(static_cast<std::size_t>(zone));
        if (zones.size() > 1 && prepared.covers(shape)) {
            append_geos_parts(parts, shape, GeometryType::multi_polygon);
        } else if (zones.size() == 1 || prepared.intersects(shape)) {
            const GeosGeometry part = checked(GEOSIntersection_r(geos().handle, feature.get(), shape), "intersection");
            append_geos_parts(parts, part.get(), GeometryType::multi_polygon);
        }
    }
    if (parts.size() == 0) parts.begin_row(GeometryType::multi_polygon);
    shapes.append_row(parts.size() == 1 ? parts : merged(parts), 0);
}

}  // namespace sheltermap
