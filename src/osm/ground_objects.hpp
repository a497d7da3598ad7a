// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/osm/read_basemap.hpp"

#include "ground_rules.hpp"
#include "marked_deleted.hpp"
#include "versions.hpp"
#include <cstddef>
#include <cstdint>
#include <osmium/osm/node.hpp>
#include <osmium/osm/relation.hpp>
#include <osmium/osm/way.hpp>
#include <string>
#include <unordered_map>
#include <vector>

namespace sheltermap::osm {

/// A line, or an area of one way or of several, of a base map.
struct GroundShape {
    OnGround is{};
    std::uint32_t name = 0;
    std::int64_t id = 0;
    std::uint64_t order = 0;         ///< which object of its kind in the file it is
    bool area = false;               ///< of the whole way, which is closed, or of the members
    std::size_t begin = 0, end = 0;  ///< nodes in GroundObjects::refs; of a relation ways in GroundObjects::members
};

/// The nodes of a way that areas are made of.
struct MemberWay {
    std::int64_t id = 0;
    std::uint64_t order = 0;
    std::size_t begin = 0, end = 0;
};

struct GroundPlace {
    OnGround is{};
    std::uint32_t name = 0;
    std::int64_t id = 0;
    std::uint64_t order = 0;
    std::int64_t residents = 0;
    XY at{};
};

/// What of a file is on a base map. Relations are taken first, then ways, then nodes; what is not `unique` is noted in
/// a second reading before the next kind is taken.
class GroundObjects {
public:
    GroundObjects(const BasemapOptions& options, const MarkedDeleted& deleted);

    void take(const osmium::Relation& relation);
    void take(const osmium::Way& way);
    void take(const osmium::Node& node);
    /// Leaves the newest version of what was taken of a kind.
    void keep_newest_relations();
    void keep_newest_ways();
    void keep_newest_places();

    Versions relation_versions, way_versions, node_versions;
    std::vector<GroundShape> ways, relations;
    std::vector<GroundPlace> places;
    std::vector<std::int64_t> refs;
    std::vector<std::int64_t> members;                          ///< ids of ways
    std::unordered_map<std::int64_t, std::size_t> member_rows;  ///< by id: which of member_ways
    std::vector<MemberWay> member_ways;
    std::vector<std::string> names{""};
    std::uint64_t outdated = 0;

private:
    struct Boundary {
        std::uint8_t level;
        std::uint64_t order;
        std::int64_t relation;
        std::int64_t way;
    };
    std::uint32_t name_number(const osmium::OSMObject& object);

    const BasemapOptions& options_;
    const MarkedDeleted& deleted_;
    std::vector<std::string> name_keys_;
    std::vector<Boundary> boundaries_;
    std::unordered_map<std::int64_t, std::uint8_t> boundary_ways_;  ///< the highest level of what they bound
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

}  // namespace sheltermap::osm
