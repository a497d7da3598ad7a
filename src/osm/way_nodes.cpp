// SPDX-License-Identifier: Apache-2.0
#include "way_nodes.hpp"

#include "tag_lookup.hpp"
#include "way_rules.hpp"
#include <utility>

namespace sheltermap::osm {

WayNodes::WayNodes(std::vector<std::int64_t> ids, const Profile& profile,
                   const std::unordered_set<std::int64_t>& deleted)
    : NodePlaces(std::move(ids), deleted), profile_(profile) {
    for (auto* const column : {&blocked, &ford}) column->assign(known.size(), 0);
}

void WayNodes::take(const osmium::Node& node) {
    const auto taken = NodePlaces::take(node);
    if (!taken || known[*taken] == 0) return;
    const bool told = !node.tags().empty();
    blocked[*taken] = told && is_blocked(lookup(node), profile_) ? 1 : 0;
    ford[*taken] = told && is_ford(lookup(node)) ? 1 : 0;
}

}  // namespace sheltermap::osm
