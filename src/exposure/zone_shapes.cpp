// SPDX-License-Identifier: Apache-2.0
#include "zone_shapes.hpp"

#include "sheltermap/base/error.hpp"

#include <utility>

namespace sheltermap {
namespace {

bool answer(char said, const char* operation) {
    if (said == 2) throw GeometryError(std::string(operation) + ": " + geos_failure());
    return said == 1;
}

}  // namespace

ZoneShape::ZoneShape(const GeometryColumn& zones, std::size_t row)
    : geometry_(to_geos(zones, row)), prepared_(GEOSPrepare_r(geos().handle, geometry_.get())) {
    if (!prepared_) throw GeometryError("prepare: " + geos_failure());
}

bool ZoneShape::intersects(const GEOSGeometry* feature) const {
    return answer(GEOSPreparedIntersects_r(geos().handle, prepared_.get(), feature), "intersects");
}

bool ZoneShape::covers(const GEOSGeometry* feature) const {
    return answer(GEOSPreparedCovers_r(geos().handle, prepared_.get(), feature), "covers");
}

ZoneShapePool::Lease ZoneShapePool::lease() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return {new ZoneShapes(zones_), Return{this}};
    Lease taken(free_.back().release(), Return{this});
    free_.pop_back();
    return taken;
}

void ZoneShapePool::Return::operator()(ZoneShapes* shapes) const {
    std::unique_ptr<ZoneShapes> held(shapes);
    const std::lock_guard lock(pool->mutex_);
    pool->free_.push_back(std::move(held));
}

}  // namespace sheltermap
