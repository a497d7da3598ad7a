// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/osm/profile.hpp"

#include "node_places.hpp"
#include <cstdint>
#include <osmium/osm/node.hpp>
#include <unordered_set>
#include <vector>

namespace sheltermap::osm {

/// The nodes that ways name, and which of them nobody passes.
class WayNodes : public NodePlaces {
public:
    WayNodes(std::vector<std::int64_t> ids, const Profile& profile, const std::unordered_set<std::int64_t>& deleted);

    void take(const osmium::Node& node);

    std::vector<std::uint8_t> blocked;
    std::vector<std::uint8_t> ford;

private:
    const Profile& profile_;
};

}  // namespace sheltermap::osm
