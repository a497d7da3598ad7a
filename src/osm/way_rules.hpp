// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/network/streets.hpp"
#include "sheltermap/osm/profile.hpp"

#include <functional>
#include <optional>
#include <string_view>

namespace sheltermap::osm {

/// The value of a key, empty where an object does not have it.
using TagLookup = std::function<std::string_view(const char* key)>;

/// A way as a street of a profile, without name and id; nothing where the profile does not use it.
[[nodiscard]] std::optional<Street> to_street(const TagLookup& tags, const Profile& profile);

/// Whether a closed way, or the rings of a relation, are the border of what may be walked all over: a square, a pier.
[[nodiscard]] bool is_area(const TagLookup& tags);

/// Whether a way, or a node of one, is a ford: no bridge there stays above the water.
[[nodiscard]] bool is_ford(const TagLookup& tags);

/// A street that is gone in all directions, in the quicker one's time: no area is one-way.
[[nodiscard]] Street walked_all_over(Street street);

/// Whether a node lets nobody of the profile pass.
[[nodiscard]] bool is_blocked(const TagLookup& tags, const Profile& profile);

/// Kilometres per hour of a maxspeed: "50", "30 mph"; nothing for "none", "LV:urban" and the like.
[[nodiscard]] std::optional<double> speed_kmh(std::string_view text);
/// Seconds of a duration: "00:20", "1:05:00", "PT1H30M", "15" (minutes); nothing for anything else.
[[nodiscard]] std::optional<double> duration_s(std::string_view text);

}  // namespace sheltermap::osm
