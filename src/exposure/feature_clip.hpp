// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include "boundary.hpp"
#include "boundary_walk.hpp"
#include "geometry/geos.hpp"
#include "zone_shapes.hpp"
#include <cstddef>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace sheltermap {

/// One feature, a polygon or lines, to be clipped by zones: by a walk along boundaries; shapes that this does not give
/// by GEOS.
class FeatureClip {
public:
    /// What features share to be quick: the zones, and the memory of a thread.
    struct Shared {
        const GeometryColumn& zone_column;
        std::span<const Boundary> zones;
        ZoneShapes& shapes;
        std::stop_token stop;
        BoundaryWalk walk{};
        BoundaryStorage feature{}, stack{};
    };
    FeatureClip(const GeometryColumn& features, std::size_t row, Shared& shared);

    /// Of the whole feature, square metres or metres.
    [[nodiscard]] double whole() const noexcept { return whole_; }
    /// What it has in common with the union of zones, each part of it once, at most the whole. Where that is more than
    /// 0, its geometry is appended to `shapes`, if there are any. Nothing of use where a stop was requested.
    [[nodiscard]] double clip(std::span<const std::int32_t> zones, GeometryColumn* shapes);

private:
    [[nodiscard]] std::vector<std::int32_t> in_order_of_place(std::span<const std::int32_t> zones) const;
    void put_on_walk(std::span<const std::int32_t> zones);
    [[nodiscard]] double clip_polygon(std::span<const std::int32_t> zones, GeometryColumn* shapes);
    [[nodiscard]] double clip_lines(GeometryColumn* shapes);
    [[nodiscard]] double uncut(GeometryColumn* shapes) const;
    void append_overlay(std::span<const std::int32_t> zones, GeometryColumn& shapes) const;

    const GeometryColumn& features_;
    std::size_t row_;
    Shared& shared_;
    double whole_;
    const Boundary* boundary_ = nullptr;
    GeometryColumn stack_;  // the union of zones that lie over each other
};

}  // namespace sheltermap
