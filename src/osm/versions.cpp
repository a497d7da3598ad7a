// SPDX-License-Identifier: Apache-2.0
#include "versions.hpp"

namespace sheltermap::osm {

std::uint64_t Versions::take(std::int64_t id) {
    rising_ = rising_ && (taken_ == 0 || id > last_id_);
    last_id_ = id;
    return taken_++;
}

void Versions::note(const osmium::OSMObject& object) {
    const std::uint64_t order = noted_++;
    const auto [entry, fresh] = newest_.try_emplace(object.id(), Newest{object.version(), order});
    if (!fresh && object.version() >= entry->second.version) entry->second = {object.version(), order};
}

bool Versions::is_newest(std::int64_t id, std::uint64_t order) const {
    if (rising_) return true;
    const auto found = newest_.find(id);
    return found != newest_.end() && found->second.order == order;
}

}  // namespace sheltermap::osm
