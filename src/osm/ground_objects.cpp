// SPDX-License-Identifier: Apache-2.0
#include "ground_objects.hpp"

#include "reading.hpp"
#include "rings.hpp"
#include <algorithm>
#include <string_view>

namespace sheltermap::osm {
GroundObjects::GroundObjects(const BasemapOptions& options, const MarkedDeleted& deleted)
    : options_(options), deleted_(deleted) {
    for (const std::string& language : options.languages) name_keys_.push_back("name:" + language);
}

std::uint32_t GroundObjects::name_number(const osmium::OSMObject& object) {
    const std::string name = sound_name(name_in(object.tags(), name_keys_), object);
    if (name.empty()) return 0;
    const auto [entry, fresh] = numbers_.try_emplace(name, static_cast<std::uint32_t>(names.size()));
    if (fresh) names.push_back(name);
    return entry->second;
}

void GroundObjects::take(const osmium::Relation& relation) {
    const std::uint64_t order = relation_versions.take(relation.id());
    if (!relation.visible()) return;
    const std::string_view type = relation.tags().get_value_by_key("type", "");
    if (type != "multipolygon" && type != "boundary") return;
    const auto level = boundary_level(relation.tags());
    const auto area = as_area(relation.tags());
    if (!level && !area) return;
    if (deleted_.relations.contains(relation.id())) {
        ++outdated;
        return;
    }
    const std::size_t begin = members.size();
    for (const auto& member : relation.members()) {
        if (member.type() != osmium::item_type::way) continue;
        if (level) boundaries_.push_back({*level, order, relation.id(), member.ref()});
        if (area) members.push_back(member.ref());
    }
    if (area) relations.push_back({*area, name_number(relation), relation.id(), order, true, begin, members.size()});
}

void GroundObjects::keep_newest_relations() {
    outdated +=
        std::erase_if(relations, [&](const auto& each) { return !relation_versions.is_newest(each.id, each.order); });
    for (const Boundary& each : boundaries_) {
        if (!relation_versions.is_newest(each.relation, each.order)) continue;
        const auto [entry, fresh] = boundary_ways_.try_emplace(each.way, each.level);
        if (!fresh) entry->second = std::min(entry->second, each.level);
    }
    for (const GroundShape& each : relations) {
        for (std::size_t i = each.begin; i < each.end; ++i) member_rows.try_emplace(members[i], 0);
    }
}

void GroundObjects::take(const osmium::Way& way) {
    const std::uint64_t order = way_versions.take(way.id());
    if (!way.visible() || way.nodes().size() < 2) return;
    std::vector<OnGround> found = as_line(way.tags());
    std::erase_if(found,
                  [&](OnGround is) { return is.ground == Ground::streets && is.rank > options_.streets_to_rank; });
    auto level = boundary_level(way.tags());
    if (const auto of_relation = boundary_ways_.find(way.id()); of_relation != boundary_ways_.end()) {
        level = std::min(level.value_or(of_relation->second), of_relation->second);
    }
    if (level) found.push_back({Ground::boundaries, *level});
    const bool closed = way.nodes().size() >= least_ring && way.is_closed();
    const auto area = closed ? as_area(way.tags()) : std::nullopt;
    const bool is_member = member_rows.contains(way.id());
    if (found.empty() && !area && !is_member) return;
    if (deleted_.ways.contains(way.id())) {
        ++outdated;
        return;
    }
    const std::size_t begin = refs.size();
    for (const auto& node : way.nodes()) refs.push_back(node.ref());
    if (is_member) member_ways.push_back({way.id(), order, begin, refs.size()});
    if (found.empty() && !area) return;
    const std::uint32_t name = name_number(way);
    if (area) ways.push_back({*area, name, way.id(), order, true, begin, refs.size()});
    for (const OnGround is : found) {
        // A boundary bears no name: which of the two sides' would it be?
        const std::uint32_t told = is.ground == Ground::boundaries ? 0 : name;
        ways.push_back({is, told, way.id(), order, false, begin, refs.size()});
    }
}

void GroundObjects::keep_newest_ways() {
    const auto old = [&](const auto& each) { return !way_versions.is_newest(each.id, each.order); };
    outdated += std::erase_if(ways, old);
    std::erase_if(member_ways, old);
    for (auto& [id, row] : member_rows) row = member_ways.size();
    for (std::size_t row = 0; row < member_ways.size(); ++row) member_rows[member_ways[row].id] = row;
}

void GroundObjects::take(const osmium::Node& node) {
    const std::uint64_t order = node_versions.take(node.id());
    if (!node.visible() || node.tags().empty() || !node.location().valid()) return;
    const auto is = as_place(node.tags());
    if (!is) return;
    const std::uint32_t name = name_number(node);
    if (name == 0) return;
    if (deleted_.nodes.contains(node.id())) {
        ++outdated;
        return;
    }
    places.push_back(
        {*is, name, node.id(), order, residents(node.tags()), {node.location().lon(), node.location().lat()}});
}

void GroundObjects::keep_newest_places() {
    outdated += std::erase_if(places, [&](const auto& each) { return !node_versions.is_newest(each.id, each.order); });
}

}  // namespace sheltermap::osm
