// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string_view>

namespace sheltermap::osm {

/// A tag of OpenStreetMap.
struct Tag {
    std::string_view key;
    std::string_view value;
};

/// How ways of one class are gone: `highway=value`; without such a tag `route=ferry` is a "ferry", `man_made=pier` a
/// "pier", and `railway=platform` and `public_transport=platform` are a "platform".
struct ClassRule {
    std::string_view value;
    double kmh;
    enum class Use {
        yes,
        if_allowed
    } use = Use::yes;       ///< if_allowed: only where a tag for this means of travel allows it
    bool no_entry = false;  ///< got on and off only at its ends
};

/// Which streets a means of travel may use, and how fast: data, listed with sources in docs/network.md.
struct Profile {
    std::string_view name;
    std::span<const ClassRule> classes;          ///< other ways are not used
    std::span<const std::string_view> access;    ///< keys that allow or refuse, the first that a way has decides
    std::span<const std::string_view> refusals;  ///< values of these keys that refuse; others allow
    std::span<const Tag> refused_tags;           ///< ways with one of these are not used unless the first key allows it
    std::span<const std::string_view> one_way;   ///< keys that make a way one-way, the first that a way has decides
    bool implied_one_way;                        ///< roundabouts and motorways are one-way
    bool maxspeed_caps;                          ///< a lower maxspeed replaces the speed of the class
    std::span<const std::string_view> passes;    ///< values of `barrier` on a node that are passed; empty: all
    std::span<const Tag> blocking_tags;          ///< of a node, that are not passed
    double walking_m_s;                          ///< between a place and the street
    double closing_depth_m;                      ///< water deeper than this closes a street
};

/// walk, wheelchair, car, emergency.
[[nodiscard]] std::span<const Profile> profiles() noexcept;
/// Throws std::invalid_argument, listing what there is, for another name.
///
///     const double slow_m_s = profile("wheelchair").walking_m_s;
[[nodiscard]] const Profile& profile(std::string_view name);

}  // namespace sheltermap::osm
