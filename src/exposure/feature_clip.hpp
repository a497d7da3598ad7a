// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include "clip_polygon.hpp"
#include "zone_shapes.hpp"
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sheltermap {

/// What a feature has in common with some polygons, each part of it once: square metres or metres.
struct Clip {
    double amount = 0;
    std::optional<GeometryColumn> shape;  ///< one row, where it was asked for and the amount is above 0
};

/// One feature, a polygon or lines, to be clipped by zones: areas by common_area where that can tell, else by GEOS.
class FeatureClip {
public:
    FeatureClip(const GeometryColumn& features, std::size_t row, ClipPolygons& zones, ZoneShapes& shapes);

    /// Of the whole feature.
    [[nodiscard]] double whole() const noexcept { return whole_; }
    /// With the union of zones, at most the whole. `with_shape`: an amount above 0 comes with its geometry.
    [[nodiscard]] Clip clip(std::span<const std::int32_t> zones, bool with_shape);

private:
    [[nodiscard]] std::optional<CommonArea> area(std::span<const std::int32_t> zones);
    [[nodiscard]] Clip overlay(std::span<const std::int32_t> zones, bool with_shape);
    [[nodiscard]] Clip uncut(bool with_shape) const;
    [[nodiscard]] const GEOSGeometry* geometry();

    const GeometryColumn& features_;
    std::size_t row_;
    ClipPolygons& zones_;
    ZoneShapes& shapes_;
    double whole_;
    std::optional<ClipPolygon> polygon_;
    GeosGeometry geometry_;
};

}  // namespace sheltermap
