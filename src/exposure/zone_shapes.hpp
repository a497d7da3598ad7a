// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include "geometry/geos.hpp"
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace sheltermap {

/// A polygon made ready for many questions.
class ZoneShape {
public:
    ZoneShape(const GeometryColumn& zones, std::size_t row);
    [[nodiscard]] const GEOSGeometry* geometry() const noexcept { return geometry_.get(); }
    [[nodiscard]] bool intersects(const GEOSGeometry* feature) const;
    [[nodiscard]] bool covers(const GEOSGeometry* feature) const;

private:
    struct Destroy {
        void operator()(const GEOSPreparedGeometry* prepared) const noexcept {
            GEOSPreparedGeom_destroy_r(geos().handle, prepared);
        }
    };
    GeosGeometry geometry_;
    std::unique_ptr<const GEOSPreparedGeometry, Destroy> prepared_;
};

/// The zones as one thread uses them, each made when it is first asked for.
class ZoneShapes {
public:
    explicit ZoneShapes(const GeometryColumn& zones) : zones_(zones), shapes_(zones.size()) {}
    const ZoneShape& at(std::size_t row) {
        if (!shapes_[row]) shapes_[row].emplace(zones_, row);
        return *shapes_[row];
    }

private:
    const GeometryColumn& zones_;
    std::vector<std::optional<ZoneShape>> shapes_;
};

/// Hands each thread zones of its own for a while: GEOS builds the index of a prepared geometry when it is first used,
/// so that none may be used by two threads at once.
class ZoneShapePool {
public:
    explicit ZoneShapePool(const GeometryColumn& zones) : zones_(zones) {}
    struct Return {
        ZoneShapePool* pool;
        void operator()(ZoneShapes* shapes) const;
    };
    using Lease = std::unique_ptr<ZoneShapes, Return>;
    Lease lease();

private:
    const GeometryColumn& zones_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<ZoneShapes>> free_;
};

}  // namespace sheltermap
