// SPDX-License-Identifier: Apache-2.0
#include "zone_shapes.hpp"

#include <utility>

namespace sheltermap {

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
