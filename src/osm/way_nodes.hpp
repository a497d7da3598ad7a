// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/streets.hpp"
#include "sheltermap/osm/profile.hpp"

#include "marked_deleted.hpp"
#include <cstdint>
#include <osmium/osm/node.hpp>
#include <unordered_set>
#include <vector>

namespace sheltermap::osm {

/// The nodes that ways name, in the order of their ids, each in its newest version.
class WayNodes {
public:
    WayNodes(std::vector<std::int64_t> ids, const Profile& profile, const std::unordered_set<std::int64_t>& deleted);

    void take(const osmium::Node& node);
    [[nodiscard]] std::uint32_t number(std::int64_t id) const;
    [[nodiscard]] std::uint64_t missing() const;

    std::vector<GridPoint> at;
    std::vector<std::uint8_t> known;
    std::vector<std::uint8_t> blocked;
    std::vector<std::uint8_t> ford;

private:
    const Profile& profile_;
    const std::unordered_set<std::int64_t>& deleted_;
    std::vector<std::int64_t> ids_;
    std::vector<std::uint32_t> version_;
};

}  // namespace sheltermap::osm
