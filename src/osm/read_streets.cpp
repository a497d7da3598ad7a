// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/osm/read_streets.hpp"

#include "sheltermap/base/error.hpp"

#include "base/path_text.hpp"
#include "marked_deleted.hpp"
#include "network/walkable_area.hpp"
#include "reading.hpp"
#include "rings.hpp"
#include "used_ways.hpp"
#include "way_nodes.hpp"
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace sheltermap::osm {
namespace {

UsedWays read_ways(const std::filesystem::path& path, const Profile& profile, const MarkedDeleted& deleted,
                   const Execution& execution) {
    constexpr auto ways_and_relations = osmium::osm_entity_bits::way | osmium::osm_entity_bits::relation;
    UsedWays ways(profile, deleted);
    const auto read = [&](auto take) {
        read_all<osmium::Way, osmium::Relation>(path, ways_and_relations, execution, take);
    };
    read([&](const auto& object) { ways.take(object); });
    if (!ways.unique()) {
        read([&](const auto& object) { ways.note(object); });
        ways.keep_newest();
    }
    if (!ways.find_members()) {
        read_all<osmium::Way>(path, osmium::osm_entity_bits::way, execution,
                              [&](const auto& way) { ways.take_member(way); });
    }
    return ways;
}

/// Ways and areas become streets; where nodes are missing they are cut.
class Joining {
public:
    Joining(UsedWays ways, WayNodes nodes) : ways_(std::move(ways)), nodes_(std::move(nodes)) {
        streets_.names = std::move(ways_.names);
    }

    Streets join(GraphInfo& info) {
        for (const UsedWay& way : ways_.ways) {
            const auto refs = std::span(ways_.refs).subspan(way.begin, way.end - way.begin);
            auto ring = way.area ? points_of(refs) : std::nullopt;
            if (ring) {
                areas_.push_back({way.street, {*std::move(ring)}});
            } else {
                add_line(way.street, refs);
                info.areas_gone_round += way.area ? 1U : 0U;
            }
        }
        for (const UsedArea& area : ways_.areas) {
            if (!add_area(area)) ++info.areas_left_out;
        }
        streets_.points = std::move(nodes_.at);
        streets_.blocked = std::move(nodes_.blocked);
        const std::uint64_t gone_round = add_areas(streets_, areas_);
        info.areas_crossed = areas_.size() - gone_round;
        info.areas_gone_round += gone_round;
        return std::move(streets_);
    }

private:
    /// Nothing where one is missing.
    [[nodiscard]] std::optional<std::vector<std::uint32_t>> points_of(std::span<const std::int64_t> refs) const {
        std::vector<std::uint32_t> points;
        for (const std::int64_t ref : refs) {
            points.push_back(nodes_.number(ref));
            if (nodes_.known[points.back()] == 0) return std::nullopt;
        }
        return points;
    }

    void add_line(const Street& street, std::span<const std::int64_t> refs) {
        const std::size_t first = streets_.streets.size();
        bool ford = false;
        const auto finish = [&] {
            const std::uint64_t begin = streets_.offsets.back();
            if (streets_.vertices.size() - begin < 2) {
                streets_.vertices.resize(begin);
            } else {
                streets_.streets.push_back(street);
                streets_.offsets.push_back(streets_.vertices.size());
            }
        };
        for (const std::int64_t ref : refs) {
            const std::uint32_t point = nodes_.number(ref);
            ford = ford || nodes_.ford[point] != 0;
            if (nodes_.known[point] != 0) {
                streets_.vertices.push_back(point);
            } else {
                finish();
            }
        }
        finish();
        // A ferry's duration is that of the whole way; of its parts only the speed of the class is known.
        const bool whole =
            streets_.streets.size() - first == 1 && streets_.offsets.back() - streets_.offsets[first] == refs.size();
        for (Street& part : std::span(streets_.streets).subspan(first)) {
            if (!whole) part.duration_s = 0;
            if (ford) part.flags &= static_cast<std::uint8_t>(~street_bridge);
        }
    }

    bool add_area(const UsedArea& area) {
        std::vector<std::vector<std::int64_t>> members;
        for (const std::int64_t member : area.members) members.push_back(ways_.members.at(member));
        const auto rings = joined_rings(members);
        if (!rings || rings->empty()) return false;
        WalkableArea walkable{area.street, {}};
        for (const auto& refs : *rings) {
            auto ring = points_of(refs);
            if (!ring || ring->size() < 4) return false;
            walkable.rings.push_back(*std::move(ring));
        }
        areas_.push_back(std::move(walkable));
        return true;
    }

    UsedWays ways_;
    WayNodes nodes_;
    Streets streets_;
    std::vector<WalkableArea> areas_;
};

Streets read(const std::filesystem::path& path, const Profile& profile, const Execution& execution, GraphInfo& info) {
    const MarkedDeleted deleted = marked_deleted(path, execution);
    UsedWays ways = read_ways(path, profile, deleted, execution);
    std::vector<std::int64_t> ids = ways.refs;
    for (const auto& [member, refs] : ways.members) ids.insert(ids.end(), refs.begin(), refs.end());
    WayNodes nodes(std::move(ids), profile, deleted.nodes);
    read_all<osmium::Node>(path, osmium::osm_entity_bits::node, execution, [&](const auto& node) { nodes.take(node); });
    info.ways_used = ways.ways.size();
    info.ways_outdated = ways.outdated;
    info.points_missing = nodes.missing();
    return Joining(std::move(ways), std::move(nodes)).join(info);
}

}  // namespace

Graph read_streets(const std::filesystem::path& path, const Profile& profile, const JoinOptions& joining,
                   const Execution& execution) {
    GraphInfo info{.profile = std::string(profile.name),
                   .source = path_text(path.filename()),
                   .walking_m_s = profile.walking_m_s,
                   .closing_depth_m = profile.closing_depth_m};
    Streets streets = read_file(path, [&] { return read(path, profile, execution, info); });
    if (streets.streets.empty()) {
        throw ReadError(path_text(path) + " holds no street for '" + info.profile +
                        "': " + std::to_string(info.ways_used) + " ways fit the profile, " +
                        std::to_string(info.points_missing) + " of their nodes are not in the file");
    }
    const Joined joined = join_streets(streets, joining, execution);
    info.ends_joined = joined.ends;
    info.crossings_joined = joined.crossings;
    return build_graph(streets, std::move(info));
}

}  // namespace sheltermap::osm
