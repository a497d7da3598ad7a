// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"

#include <cstdint>
#include <filesystem>
#include <unordered_set>

namespace sheltermap::osm {

/// The objects that an editor marked as deleted and kept in its file, by id: `action="delete"`, as JOSM writes it.
struct MarkedDeleted {
    std::unordered_set<std::int64_t> nodes, ways, relations;
};

/// Those of an XML file, packed or not; none of a PBF file, which has no such mark. libosmium does not read it.
[[nodiscard]] MarkedDeleted marked_deleted(const std::filesystem::path& path, const Execution& execution);

}  // namespace sheltermap::osm
