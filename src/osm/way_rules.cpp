// SPDX-License-Identifier: Apache-2.0
#include "way_rules.hpp"

#include "base/real_number.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string>
#include <vector>

namespace sheltermap::osm {
namespace {

bool holds(std::span<const std::string_view> words, std::string_view word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ')) text.remove_prefix(1);
    while (text.ends_with(' ')) text.remove_suffix(1);
    return text;
}

std::string_view value_of(const TagLookup& tags, std::string_view key) { return tags(std::string(key).c_str()); }

/// The value of the first of these keys that there is.
std::string_view first_value(const TagLookup& tags, std::span<const std::string_view> keys) {
    for (const std::string_view key : keys) {
        const std::string_view value = value_of(tags, key);
        if (!value.empty()) return value;
    }
    return {};
}

/// Whether a test holds for one of the values of a list as `agricultural;forestry`.
template <class Test>
bool any_of_list(std::string_view list, Test test) {
    while (!list.empty()) {
        const std::size_t end = std::min(list.find(';'), list.size());
        const std::string_view each = trimmed(list.substr(0, end));
        if (!each.empty() && test(each)) return true;
        list.remove_prefix(std::min(end + 1, list.size()));
    }
    return false;
}

/// A list is as open as its most open value.
bool allows(const Profile& profile, std::string_view value) {
    return any_of_list(value, [&](std::string_view each) { return !holds(profile.refusals, each); });
}

const ClassRule* class_of(const TagLookup& tags, const Profile& profile) {
    std::string_view value = tags("highway");
    if (value.empty()) {
        if (tags("route") == "ferry")
            value = "ferry";
        else if (tags("man_made") == "pier")
            value = "pier";
        else if (tags("railway") == "platform" || tags("public_transport") == "platform")
            value = "platform";
    }
    const auto found = std::find_if(profile.classes.begin(), profile.classes.end(),
                                    [&](const ClassRule& rule) { return rule.value == value; });
    return found == profile.classes.end() ? nullptr : &*found;
}

bool is_used(const TagLookup& tags, const Profile& profile, const ClassRule& rule) {
    const std::string_view access = first_value(tags, profile.access);
    if (!access.empty() && !allows(profile, access)) return false;
    // What lies between all ways and this means of travel: `access=yes` alone does not open a cycleway to walkers.
    const auto special = profile.access.size() > 1 ? profile.access.first(profile.access.size() - 1) : profile.access;
    if (rule.use == ClassRule::Use::if_allowed && !allows(profile, first_value(tags, special))) return false;
    if (allows(profile, value_of(tags, profile.access.front()))) return true;
    return std::none_of(profile.refused_tags.begin(), profile.refused_tags.end(),
                        [&](const Tag& tag) { return value_of(tags, tag.key) == tag.value; });
}

/// The directions a way is open in.
enum class OpenDirections { both, forward, backward, none };

OpenDirections open_directions(const TagLookup& tags, const Profile& profile) {
    const std::string_view value = first_value(tags, profile.one_way);
    if (value == "yes" || value == "1" || value == "true") return OpenDirections::forward;
    if (value == "-1" || value == "reverse") return OpenDirections::backward;
    if (value == "reversible" || value == "alternating") return OpenDirections::none;
    if (value.empty() && profile.implied_one_way) {
        const std::string_view junction = tags("junction");
        const std::string_view highway = tags("highway");
        if (junction == "roundabout" || junction == "circular") return OpenDirections::forward;
        if (highway == "motorway" || highway == "motorway_link") return OpenDirections::forward;
    }
    return OpenDirections::both;
}

float speed_m_s(const TagLookup& tags, const Profile& profile, double class_kmh, const char* special_key) {
    double kmh = class_kmh;
    if (profile.maxspeed_caps) {
        auto limit = speed_kmh(tags(special_key));
        if (!limit) limit = speed_kmh(tags("maxspeed"));
        if (limit) kmh = std::min(kmh, *limit);
    }
    return static_cast<float>(kmh / 3.6);
}

bool is_set(std::string_view value) { return !value.empty() && value != "no"; }

/// Whether a way stays above water: what its value does not promise, as low_water_crossing, culvert or pontoon, does
/// not.
bool is_bridge(const TagLookup& tags) {
    constexpr std::array<std::string_view, 19> above_water{
        "yes",          "true",    "1",          "viaduct",  "aqueduct", "cantilever", "covered",
        "movable",      "trestle", "suspension", "arch",     "beam",     "truss",      "girder",
        "cable-stayed", "bascule", "drawbridge", "humpback", "swing"};
    std::string_view values = tags("bridge");
    if (values.empty() || is_ford(tags) || is_set(tags("flood_prone"))) return false;
    return tags("bridge:structure") != "floating" &&
           !any_of_list(values, [&](std::string_view each) { return !holds(above_water, each); });
}

bool is_tunnel(const TagLookup& tags) {
    constexpr std::array<std::string_view, 8> no_tunnel{"building_passage", "culvert", "proposed",   "planned",
                                                        "construction",     "removed", "demolished", "abandoned"};
    return is_set(tags("tunnel")) && !holds(no_tunnel, tags("tunnel"));
}

std::uint8_t flags_of(const TagLookup& tags, const ClassRule& rule) {
    const std::string_view junction = tags("junction");
    std::uint8_t flags = 0;
    if (is_bridge(tags)) flags |= street_bridge;
    if (is_tunnel(tags)) flags |= street_tunnel;
    if (rule.value == "ferry") flags |= street_ferry;
    if (rule.no_entry || tags("motorroad") == "yes") flags |= street_no_entry;
    if (junction == "roundabout" || junction == "circular") flags |= street_roundabout;
    return flags;
}

std::int8_t layer_of(std::string_view text) {
    int layer = 0;
    std::from_chars(text.data(), text.data() + text.size(), layer);
    return static_cast<std::int8_t>(std::clamp(layer, -100, 100));
}

/// The number at the beginning of a text, which loses it.
std::optional<double> take_number(std::string_view& text) {
    double number = 0;
    const std::string_view fixed = text.substr(0, text.find_first_of("eE"));  // nobody writes a speed with an exponent
    const auto [end, error] = read_real(fixed.data(), fixed.data() + fixed.size(), number);
    if (error != std::errc() || !(number >= 0)) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    return number;
}

/// "1H30M" and the like, after "PT".
std::optional<double> iso_duration_s(std::string_view text) {
    double seconds = 0;
    while (!text.empty()) {
        const auto number = take_number(text);
        if (!number || text.empty()) return std::nullopt;
        const char unit = text.front();
        if (unit != 'H' && unit != 'M' && unit != 'S') return std::nullopt;
        seconds += *number * (unit == 'H' ? 3600 : unit == 'M' ? 60 : 1);
        text.remove_prefix(1);
    }
    return seconds;
}

}  // namespace

std::optional<double> speed_kmh(std::string_view text) {
    const auto number = take_number(text);
    if (!number || !(*number > 0)) return std::nullopt;
    while (text.starts_with(' ')) text.remove_prefix(1);
    if (text.empty() || text == "km/h" || text == "kmh") return number;
    if (text == "mph") return *number * 1.609344;
    return std::nullopt;
}

std::optional<double> duration_s(std::string_view text) {
    std::optional<double> seconds;
    if (text.starts_with("PT")) {
        seconds = iso_duration_s(text.substr(2));
    } else {
        std::vector<double> parts;
        while (true) {
            const auto number = take_number(text);
            if (!number) return std::nullopt;
            parts.push_back(*number);
            if (!text.starts_with(':')) break;
            text.remove_prefix(1);
        }
        if (!text.empty() || parts.size() > 3) return std::nullopt;
        if (parts.size() == 1) seconds = parts[0] * 60;
        if (parts.size() == 2) seconds = parts[0] * 3600 + parts[1] * 60;
        if (parts.size() == 3) seconds = parts[0] * 3600 + parts[1] * 60 + parts[2];
    }
    return seconds && *seconds > 0 ? seconds : std::nullopt;
}

std::optional<Street> to_street(const TagLookup& tags, const Profile& profile) {
    const ClassRule* const rule = class_of(tags, profile);
    if (rule == nullptr || !is_used(tags, profile, *rule)) return std::nullopt;
    const OpenDirections open = open_directions(tags, profile);
    if (open == OpenDirections::none) return std::nullopt;
    Street street{.flags = flags_of(tags, *rule), .layer = layer_of(tags("layer"))};
    if (open != OpenDirections::backward) street.forward_m_s = speed_m_s(tags, profile, rule->kmh, "maxspeed:forward");
    if (open != OpenDirections::forward) street.backward_m_s = speed_m_s(tags, profile, rule->kmh, "maxspeed:backward");
    if ((street.flags & street_ferry) != 0)
        street.duration_s = static_cast<float>(duration_s(tags("duration")).value_or(0));
    return street;
}

bool is_area(const TagLookup& tags) {
    if (!tags("area").empty()) return tags("area") == "yes";
    if (tags("type") == "multipolygon") return true;
    const auto pier_or_platform = [](std::string_view value) { return value == "pier" || value == "platform"; };
    if (!tags("highway").empty()) return tags("highway") == "platform";
    return pier_or_platform(tags("man_made")) || pier_or_platform(tags("railway")) ||
           pier_or_platform(tags("public_transport"));
}

Street walked_all_over(Street street) {
    street.forward_m_s = street.backward_m_s = std::max(street.forward_m_s, street.backward_m_s);
    return street;
}

bool is_ford(const TagLookup& tags) { return is_set(tags("ford")) || tags("highway") == "ford"; }

bool is_blocked(const TagLookup& tags, const Profile& profile) {
    for (const Tag& tag : profile.blocking_tags) {
        if (value_of(tags, tag.key) == tag.value) return true;
    }
    const std::string_view barrier = tags("barrier");
    if (barrier.empty()) return false;
    const std::string_view access = first_value(tags, profile.access);
    if (!access.empty()) return !allows(profile, access);
    return !profile.passes.empty() && !holds(profile.passes, barrier);
}

}  // namespace sheltermap::osm
