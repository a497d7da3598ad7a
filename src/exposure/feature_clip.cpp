// SPDX-License-Identifier: Apache-2.0
#include "feature_clip.hpp"

#include "sheltermap/base/sum.hpp"
#include "sheltermap/geodesy/lonlat_measure.hpp"

#include <algorithm>
#include <utility>

namespace sheltermap {
namespace {

double measure(const GeometryColumn& column, std::size_t row) {
    return is_areal(column.types[row]) ? lonlat_area_m2(column, row) : lonlat_length_m(column, row);
}

/// The part of a feature in the union of some polygons: what lies in the first, then what of the rest lies in the
/// second, and so on. The union itself, of polygons that may be a country's, is never made.
Clip clipped(const GEOSGeometry* feature, bool areal, const std::vector<const GEOSGeometry*>& polygons,
             bool with_shape) {
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
    Clip clip{.amount = amount.value(), .shape = {}};
    if (with_shape) clip.shape = polygons.size() == 1 ? std::move(parts) : merged(parts);
    return clip;
}

}  // namespace

FeatureClip::FeatureClip(const GeometryColumn& features, std::size_t row, ClipPolygons& zones, ZoneShapes& shapes)
    : features_(features), row_(row), zones_(zones), shapes_(shapes), whole_(measure(features, row)) {}

Clip FeatureClip::clip(std::span<const std::int32_t> zones, bool with_shape) {
    std::vector<std::int32_t> ordered;
    if (zones.size() > 1) zones = ordered = zones_.in_order_of_place(zones);
    const auto known = area(zones);
    if (known && known->all) return uncut(with_shape);
    if (known && !(with_shape && known->area_m2 > 0)) return {.amount = std::min(known->area_m2, whole_), .shape = {}};
    Clip part = overlay(zones, with_shape);
    // Rounding must not make a share of 1 + 1e-16, nor a shape change the figure.
    part.amount = std::min(known ? known->area_m2 : part.amount, whole_);
    return part;
}

std::optional<CommonArea> FeatureClip::area(std::span<const std::int32_t> zones) {
    if (!is_areal(features_.types[row_])) return std::nullopt;
    if (!polygon_) polygon_.emplace(features_, row_);
    std::vector<const ClipPolygon*> others;
    for (const std::int32_t zone : zones) others.push_back(&zones_.at(static_cast<std::size_t>(zone)));
    return common_area(*polygon_, others);
}

Clip FeatureClip::overlay(std::span<const std::int32_t> zones, bool with_shape) {
    std::vector<const GEOSGeometry*> touched;
    for (const std::int32_t zone : zones) {
        const ZoneShape& shape = shapes_.at(static_cast<std::size_t>(zone));
        if (shape.covers(geometry())) return uncut(with_shape);
        if (shape.intersects(geometry())) touched.push_back(shape.geometry());
    }
    if (touched.empty()) return {};
    return clipped(geometry(), is_areal(features_.types[row_]), touched, with_shape);
}

Clip FeatureClip::uncut(bool with_shape) const {
    Clip part{.amount = whole_, .shape = {}};
    if (with_shape) part.shape.emplace().append_row(features_, row_);
    return part;
}

const GEOSGeometry* FeatureClip::geometry() {
    if (!geometry_) geometry_ = to_geos(features_, row_);
    return geometry_.get();
}

}  // namespace sheltermap
