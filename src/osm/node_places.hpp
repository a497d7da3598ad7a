// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/streets.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <osmium/osm/node.hpp>
#include <unordered_set>
#include <vector>

namespace sheltermap::osm {

/// Where the nodes lie that ways name, in the order of their ids, each in its newest version.
class NodePlaces {
public:
    /// Throws Error for 2^32 nodes or more.
    NodePlaces(std::vector<std::int64_t> ids, const std::unordered_set<std::int64_t>& deleted);

    /// The number of a node that is wanted and in no newer version yet; nothing for all others.
    std::optional<std::uint32_t> take(const osmium::Node& node);
    /// Of a node that is wanted.
    [[nodiscard]] std::uint32_t number(std::int64_t id) const;
    [[nodiscard]] std::uint64_t missing() const;

    std::vector<GridPoint> at;
    std::vector<std::uint8_t> known;

private:
    const std::unordered_set<std::int64_t>& deleted_;
    std::vector<std::int64_t> ids_;
    std::vector<std::uint32_t> version_;
    std::size_t next_ = 0;  ///< where the last one was found, from which the next is looked for: most files are sorted
};

}  // namespace sheltermap::osm
