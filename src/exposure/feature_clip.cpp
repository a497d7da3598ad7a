// SPDX-License-Identifier: Apache-2.0
#include "feature_clip.hpp"

#include "sheltermap/base/sum.hpp"
#include "sheltermap/geodesy/lonlat_measure.hpp"

#include "common_shape.hpp"
#include <algorithm>
#include <utility>

namespace sheltermap {
namespace {

double measure(const GeometryColumn& column, std::size_t row) {
    return is_areal(column.types[row]) ? lonlat_area_m2(column, row) : lonlat_length_m(column, row);
}

/// The part of a feature in the union of some polygons: what lies in the first, then what of the rest lies in the
/// second, and so on. The union itself, of polygons that may be a country's, is never made.
double clipped(const GEOSGeometry* feature, bool areal, const std::vector<const GEOSGeometry*>& polygons,
               GeometryColumn* shapes) {
    auto* const handle = geos().handle;
    const GeometryType type = areal ? GeometryType::multi_polygon : GeometryType::multi_line_string;
    GeometryColumn parts;
    GeosGeometry rest;
    Sum amount;
    for (std::size_t i = 0; i < polygons.size(); ++i) {
        const GEOSGeometry* const open = rest ? rest.get() : feature;
        const GeosGeometry part = checked(GEOSIntersection_r(handle, open, polygons[i]), "intersection");
        append_geos_parts(parts, part.get(), type);
        amount.add(measure(parts, i));
        if (i + 1 < polygons.size()) rest = checked(GEOSDifference_r(handle, open, polygons[i]), "difference");
    }
    if (shapes != nullptr && amount.value() > 0) {
        shapes->append_row(polygons.size() == 1 ? parts : merged(parts), 0);
    }
    return amount.value();
}

}  // namespace

FeatureClip::FeatureClip(const GeometryColumn& features, std::size_t row, Shared& shared)
    : features_(features), row_(row), shared_(shared), whole_(measure(features, row)) {}

double FeatureClip::clip(std::span<const std::int32_t> zones, GeometryColumn* shapes) {
    if (!(whole_ > 0)) return 0;
    std::vector<std::int32_t> ordered;
    if (zones.size() > 1) zones = ordered = in_order_of_place(zones);
    const auto known = common_area(zones);
    if (!known) return std::min(overlay(zones, shapes), whole_);
    if (known->all) return uncut(shapes);
    // Rounding must not make a share of 1 + 1e-16, nor a shape change the figure.
    const double amount = std::min(known->area_m2, whole_);
    if (shapes == nullptr || !(amount > 0)) return amount;
    if (zones.size() > 1 || !append_common_shape(shared_.walk.boundary(), *shapes)) {
        const std::size_t rows = shapes->size();
        static_cast<void>(overlay(zones, shapes));
        if (shapes->size() == rows) shapes->begin_row(GeometryType::multi_polygon);
    }
    return amount;
}

/// Zones from one end of the map to the other, whatever their numbers; only equal ones stand by row. The rounding of an
/// overlay depends on what comes first, and an answer must not.
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

std::optional<CommonArea> FeatureClip::common_area(std::span<const std::int32_t> zones) {
    if (!is_areal(features_.types[row_])) return std::nullopt;
    if (boundary_ == nullptr) boundary_ = &shared_.feature.put(features_, row_);
    const auto boundary_of = [&](std::int32_t zone) { return &shared_.zones[static_cast<std::size_t>(zone)]; };
    if (zones.size() == 1) {
        const Boundary* const zone = boundary_of(zones.front());
        return shared_.walk.common_area(*boundary_, std::span(&zone, 1));
    }
    std::vector<const Boundary*> others(zones.size());
    std::ranges::transform(zones, others.begin(), boundary_of);
    return shared_.walk.common_area(*boundary_, others);
}

double FeatureClip::overlay(std::span<const std::int32_t> zones, GeometryColumn* shapes) {
    std::vector<const GEOSGeometry*> touched;
    for (const std::int32_t zone : zones) {
        const ZoneShape& shape = shared_.shapes.at(static_cast<std::size_t>(zone));
        if (shape.covers(geometry())) return uncut(shapes);
        if (shape.intersects(geometry())) touched.push_back(shape.geometry());
    }
    if (touched.empty()) return 0;
    return clipped(geometry(), is_areal(features_.types[row_]), touched, shapes);
}

double FeatureClip::uncut(GeometryColumn* shapes) const {
    if (shapes != nullptr && whole_ > 0) shapes->append_row(features_, row_);
    return whole_;
}

const GEOSGeometry* FeatureClip::geometry() {
    if (!geometry_) geometry_ = to_geos(features_, row_);
    return geometry_.get();
}

}  // namespace sheltermap
