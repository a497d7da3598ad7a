// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geometry/geometry_column.hpp"

#include "geometry/geos.hpp"
#include <cstddef>
#include <memory>
#include <mutex>
#include <vector>

namespace sheltermap {

/// The zones as GEOS and one thread use them, each made when it is first asked for.
class ZoneShapes {
public:
    explicit ZoneShapes(const GeometryColumn& zones) : zones_(zones), shapes_(zones.size()) {}
    const GEOSGeometry* at(std::size_t row) {
        if (!shapes_[row]) shapes_[row] = to_geos(zones_, row);
        return shapes_[row].get();
    }

private:
    const GeometryColumn& zones_;
    std::vector<GeosGeometry> shapes_;
};

/// Hands each thread zones of its own for a while: GEOS keeps in a geometry what it was first asked for, so that none
/// may be used by two threads at once.
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
