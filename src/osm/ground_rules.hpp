// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/osm/read_basemap.hpp"

#include <cstdint>
#include <optional>
#include <osmium/osm/tag.hpp>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace sheltermap::osm {

/// What tags make of a line.
[[nodiscard]] std::vector<OnGround> as_line(const osmium::TagList& tags);
/// What tags make of a closed way, or of a multipolygon.
[[nodiscard]] std::optional<OnGround> as_area(const osmium::TagList& tags);
/// What tags make of a node.
[[nodiscard]] std::optional<OnGround> as_place(const osmium::TagList& tags);
/// The level of administration of a boundary; nothing for what is none.
[[nodiscard]] std::optional<std::uint8_t> boundary_level(const osmium::TagList& tags);
/// The name in the first of these languages that there is, else the name on the spot, else the number of a street.
[[nodiscard]] std::string_view name_in(const osmium::TagList& tags, std::span<const std::string> keys);
/// How many people live there: "1 234", "5000"; 0 where nobody says.
[[nodiscard]] std::int64_t residents(const osmium::TagList& tags);

}  // namespace sheltermap::osm
