// SPDX-License-Identifier: Apache-2.0
#include "used_ways.hpp"

#include "reading.hpp"
#include "rings.hpp"
#include "tag_lookup.hpp"
#include "way_rules.hpp"
#include <algorithm>
#include <cstring>
#include <string_view>

namespace sheltermap::osm {
namespace {

constexpr std::size_t most_refs = std::size_t{1} << 24U;  ///< that are remembered of all ways: 128 MB

std::string_view name_of(const osmium::OSMObject& object) {
    const char* const name = object.tags().get_value_by_key("name");
    return name != nullptr ? name : object.tags().get_value_by_key("ref", "");
}

}  // namespace

void UsedWays::set_name(Street& street, const osmium::OSMObject& object) {
    const std::string name = sound_name(name_of(object), object);
    if (name.empty()) return;
    const auto [entry, fresh] = numbers_.try_emplace(name, static_cast<std::uint32_t>(names.size()));
    if (fresh) names.push_back(name);
    street.name = entry->second;
}

void UsedWays::remember(const osmium::Way& way) {
    if (all_refs_.size() > most_refs || !way.visible() || deleted_.ways.contains(way.id())) return;
    all_ids_.push_back(way.id());
    for (const auto& node : way.nodes()) all_refs_.push_back(node.ref());
    all_ends_.push_back(all_refs_.size());
}

void UsedWays::take(const osmium::Way& way) {
    const std::uint64_t order = ways_.take(way.id());
    remember(way);
    if (!way.visible() || way.nodes().size() < 2) return;
    const TagLookup tags = lookup(way);
    auto street = to_street(tags, profile_);
    if (!street) return;
    if (deleted_.ways.contains(way.id())) {
        ++outdated;
        return;
    }
    street->way_id = way.id();
    set_name(*street, way);
    const bool area = way.nodes().size() >= least_ring && way.is_closed() && is_area(tags);
    const std::size_t begin = refs.size();
    for (const auto& node : way.nodes()) refs.push_back(node.ref());
    ways.push_back({area ? walked_all_over(*street) : *street, area, begin, refs.size(), order});
}

void UsedWays::take(const osmium::Relation& relation) {
    const std::uint64_t order = relations_.take(relation.id());
    if (!relation.visible() || std::strcmp(relation.tags().get_value_by_key("type", ""), "multipolygon") != 0) return;
    const TagLookup tags = lookup(relation);
    auto street = to_street(tags, profile_);
    if (!street || !is_area(tags)) return;
    if (deleted_.relations.contains(relation.id())) {
        ++outdated;
        return;
    }
    street->way_id = -relation.id();
    set_name(*street, relation);
    UsedArea area{walked_all_over(*street), {}, order};
    for (const auto& member : relation.members()) {
        if (member.type() == osmium::item_type::way) area.members.push_back(member.ref());
    }
    areas.push_back(std::move(area));
}

void UsedWays::keep_newest() {
    const std::size_t all = ways.size() + areas.size();
    std::erase_if(ways, [&](const UsedWay& way) { return !ways_.is_newest(way.street.way_id, way.order); });
    std::erase_if(areas, [&](const UsedArea& area) { return !relations_.is_newest(-area.street.way_id, area.order); });
    outdated += all - ways.size() - areas.size();
}

bool UsedWays::find_members() {
    for (const UsedArea& area : areas) {
        for (const std::int64_t member : area.members) members.try_emplace(member);
    }
    const bool known = members.empty() || (ways_.unique() && all_refs_.size() <= most_refs);
    if (known) {
        for (auto& [id, nodes] : members) {
            const auto found = std::lower_bound(all_ids_.begin(), all_ids_.end(), id);
            if (found == all_ids_.end() || *found != id) continue;
            const auto i = static_cast<std::size_t>(found - all_ids_.begin());
            const auto begin = all_refs_.begin() + static_cast<std::ptrdiff_t>(i == 0 ? 0 : all_ends_[i - 1]);
            nodes.assign(begin, all_refs_.begin() + static_cast<std::ptrdiff_t>(all_ends_[i]));
        }
    }
    for (auto* const forgotten : {&all_ids_, &all_refs_}) std::vector<std::int64_t>().swap(*forgotten);
    return known;
}

void UsedWays::take_member(const osmium::Way& way) {
    const std::uint64_t order = members_read_++;
    const auto found = members.find(way.id());
    if (found == members.end() || !way.visible() || !ways_.is_newest(way.id(), order)) return;
    if (deleted_.ways.contains(way.id())) return;
    found->second.clear();
    for (const auto& node : way.nodes()) found->second.push_back(node.ref());
}

}  // namespace sheltermap::osm
