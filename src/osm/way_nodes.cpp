// SPDX-License-Identifier: Apache-2.0
#include "way_nodes.hpp"

#include "tag_lookup.hpp"
#include "way_rules.hpp"
#include <algorithm>
#include <cstddef>
#include <utility>

namespace sheltermap::osm {

WayNodes::WayNodes(std::vector<std::int64_t> ids, const Profile& profile,
                   const std::unordered_set<std::int64_t>& deleted)
    : profile_(profile), deleted_(deleted), ids_(std::move(ids)) {
    std::sort(ids_.begin(), ids_.end());
    ids_.erase(std::unique(ids_.begin(), ids_.end()), ids_.end());
    at.resize(ids_.size());
    for (auto* const column : {&known, &blocked, &ford}) column->assign(ids_.size(), 0);
    version_.assign(ids_.size(), 0);
}

void WayNodes::take(const osmium::Node& node) {
    const auto found = std::lower_bound(ids_.begin(), ids_.end(), node.id());
    if (found == ids_.end() || *found != node.id()) return;
    const auto i = static_cast<std::size_t>(found - ids_.begin());
    if (node.version() < version_[i]) return;
    version_[i] = node.version();
    known[i] = node.visible() && node.location().valid() && !deleted_.contains(node.id()) ? 1 : 0;
    if (known[i] == 0) return;
    at[i] = {node.location().x(), node.location().y()};
    const bool told = !node.tags().empty();
    blocked[i] = told && is_blocked(lookup(node), profile_) ? 1 : 0;
    ford[i] = told && is_ford(lookup(node)) ? 1 : 0;
}

std::uint32_t WayNodes::number(std::int64_t id) const {
    return static_cast<std::uint32_t>(std::lower_bound(ids_.begin(), ids_.end(), id) - ids_.begin());
}

std::uint64_t WayNodes::missing() const {
    return static_cast<std::uint64_t>(std::count(known.begin(), known.end(), 0));
}

}  // namespace sheltermap::osm
