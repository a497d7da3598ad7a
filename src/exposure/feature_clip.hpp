// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include "boundary.hpp"
#include "boundary_walk.hpp"
#include "geometry/geos.hpp"
#include "zone_shapes.hpp"
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace sheltermap {

/// One feature, a polygon or lines, to be clipped by zones: by crossings of boundaries where these can tell, else by
/// GEOS.
class FeatureClip {
public:
    /// What features share to be quick: the zones, and the memory of a thread.
    struct Shared {
        const GeometryColumn& zone_column;
        std::span<const Boundary> zones;
        ZoneShapes& shapes;
        BoundaryWalk walk{};
        BoundaryStorage feature{};
    };
    FeatureClip(const GeometryColumn& features, std::size_t row, Shared& shared);

    /// Of the whole feature, square metres or metres.
    [[nodiscard]] double whole() const noexcept { return whole_; }
    /// What it has in common with the union of zones, each part of it once, at most the whole. Where that is more than
    /// 0, its geometry is appended to `shapes`, if there are any.
    [[nodiscard]] double clip(std::span<const std::int32_t> zones, GeometryColumn* shapes);

private:
    [[nodiscard]] std::vector<std::int32_t> in_order_of_place(std::span<const std::int32_t> zones) const;
    [[nodiscard]] std::optional<CommonArea> common_area(std::span<const std::int32_t> zones);
    [[nodiscard]] double overlay(std::span<const std::int32_t> zones, GeometryColumn* shapes);
    [[nodiscard]] double uncut(GeometryColumn* shapes) const;
    [[nodiscard]] const GEOSGeometry* geometry();

    const GeometryColumn& features_;
    std::size_t row_;
    Shared& shared_;
    double whole_;
    const Boundary* boundary_ = nullptr;
    GeosGeometry geometry_;
};

}  // namespace sheltermap
