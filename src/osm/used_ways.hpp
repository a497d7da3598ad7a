// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/streets.hpp"
#include "sheltermap/osm/profile.hpp"

#include "marked_deleted.hpp"
#include "versions.hpp"
#include <cstddef>
#include <cstdint>
#include <osmium/osm/relation.hpp>
#include <osmium/osm/way.hpp>
#include <string>
#include <unordered_map>
#include <vector>

namespace sheltermap::osm {

/// A way of a profile.
struct UsedWay {
    Street street;
    bool area = false;               ///< closed, and walked all over
    std::size_t begin = 0, end = 0;  ///< its nodes in UsedWays::refs
    std::uint64_t order = 0;         ///< which way of the file it is
};

/// A multipolygon of a profile: a square with its fountain.
struct UsedArea {
    Street street;
    std::vector<std::int64_t> members;  ///< ways
    std::uint64_t order = 0;            ///< which relation of the file it is
};

/// The ways and areas of a profile, with the ids of their nodes. Ways and relations of a file are taken, and where they
/// are not `unique` noted in a second reading; then the members of areas in one more, unless `find_members` knows them.
class UsedWays {
public:
    UsedWays(const Profile& profile, const MarkedDeleted& deleted) : profile_(profile), deleted_(deleted) {}

    void take(const osmium::Way& way);
    void take(const osmium::Relation& relation);
    /// Whether ids only rose; otherwise some object may stand there in several versions.
    [[nodiscard]] bool unique() const noexcept { return ways_.unique() && relations_.unique(); }
    void note(const osmium::Way& way) { ways_.note(way); }
    void note(const osmium::Relation& relation) { relations_.note(relation); }
    /// Leaves the newest version of what was taken.
    void keep_newest();
    /// Fills `members`; false where another reading has to, as the file is too large to remember all its ways.
    bool find_members();
    void take_member(const osmium::Way& way);

    std::vector<UsedWay> ways;
    std::vector<UsedArea> areas;
    std::unordered_map<std::int64_t, std::vector<std::int64_t>> members;  ///< nodes of ways that areas are made of
    std::vector<std::string> names{""};
    std::vector<std::int64_t> refs;
    std::uint64_t outdated = 0;  ///< of the profile, that were deleted or stand there in a newer version

private:
    void set_name(Street& street, const osmium::OSMObject& object);
    void remember(const osmium::Way& way);

    const Profile& profile_;
    const MarkedDeleted& deleted_;
    Versions ways_, relations_;
    std::uint64_t members_read_ = 0;
    std::vector<std::int64_t> all_ids_;  // of every way, in the order of the file
    std::vector<std::size_t> all_ends_;
    std::vector<std::int64_t> all_refs_;
    std::unordered_map<std::string, std::uint32_t> numbers_;
};

}  // namespace sheltermap::osm
