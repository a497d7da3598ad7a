// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/network/graph.hpp"
#include "sheltermap/network/joining.hpp"
#include "sheltermap/osm/profile.hpp"

#include <filesystem>

namespace sheltermap::osm {

/// The street network of an OpenStreetMap file (.osm.pbf, .osm, .osm.gz, .osm.bz2) for one means of travel.
///
///     const Graph walk = read_streets("town.osm.pbf", profile("walk"));
///
/// Ways are cut where a node they name is not in the file, as at the edge of every extract; GraphInfo counts such
/// nodes. Turn restrictions are not read. Squares, piers and platforms that are areas are gone along their border and
/// straight across. Of an object in several versions the newest counts, and none that is deleted, as editors mark it
/// too. Streets meet at common nodes; others only as `joining` says.
/// Throws ReadError where the file cannot be read to its end, is of another format, holds no street for the profile, or
/// does not fit into memory.
[[nodiscard]] Graph read_streets(const std::filesystem::path& path, const Profile& profile,
                                 const JoinOptions& joining = {}, const Execution& execution = {});

}  // namespace sheltermap::osm
