// SPDX-License-Identifier: Apache-2.0
#include "ground_rules.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace sheltermap::osm {
namespace {

using Ranked = std::pair<std::string_view, std::uint8_t>;

constexpr std::array<Ranked, 24> highways{
    {{"motorway", 1},     {"motorway_link", 1}, {"trunk", 1},          {"trunk_link", 1}, {"primary", 2},
     {"primary_link", 2}, {"secondary", 3},     {"secondary_link", 3}, {"tertiary", 4},   {"tertiary_link", 4},
     {"residential", 5},  {"unclassified", 5},  {"living_street", 5},  {"pedestrian", 5}, {"road", 5},
     {"busway", 5},       {"service", 6},       {"track", 6},          {"footway", 6},    {"path", 6},
     {"cycleway", 6},     {"steps", 6},         {"bridleway", 6},      {"corridor", 6}}};
constexpr std::array<Ranked, 3> waterways{{{"river", 1}, {"canal", 2}, {"stream", 3}}};
constexpr std::array<Ranked, 4> railways{{{"rail", 1}, {"light_rail", 2}, {"narrow_gauge", 2}, {"funicular", 2}}};
constexpr std::array<Ranked, 10> places{{{"city", 1},
                                         {"town", 2},
                                         {"village", 3},
                                         {"suburb", 3},
                                         {"borough", 3},
                                         {"hamlet", 4},
                                         {"quarter", 4},
                                         {"neighbourhood", 4},
                                         {"island", 4},
                                         {"isolated_dwelling", 5}}};
constexpr std::array<std::string_view, 4> built_up{"residential", "industrial", "commercial", "retail"};

std::optional<std::uint8_t> rank_in(std::span<const Ranked> table, std::string_view value) {
    const auto found = std::ranges::find(table, value, &Ranked::first);
    return found == table.end() ? std::nullopt : std::optional(found->second);
}

std::string_view value_of(const osmium::TagList& tags, const char* key) { return tags.get_value_by_key(key, ""); }

bool covers(Ground ground) { return ground == Ground::woods || ground == Ground::built_up || ground == Ground::water; }

bool says(const osmium::TagList& tags, const char* key) {
    const std::string_view value = value_of(tags, key);
    return !value.empty() && value != "no";
}

}  // namespace

std::optional<OnGround> ground_of(std::string_view key, std::string_view value) {
    const auto ranked = [&](Ground ground, std::span<const Ranked> table) {
        const auto rank = rank_in(table, value);
        return rank ? std::optional(OnGround{ground, *rank}) : std::nullopt;
    };
    if (key == "highway") return ranked(Ground::streets, highways);
    if (key == "railway") return ranked(Ground::railways, railways);
    if (key == "place") return ranked(Ground::places, places);
    if (key == "waterway") {
        return value == "riverbank" ? OnGround{Ground::water, 1} : ranked(Ground::waterways, waterways);
    }
    if (key == "natural") {
        if (value == "water") return OnGround{Ground::water, 1};
        if (value == "wood") return OnGround{Ground::woods, 1};
        if (value == "coastline") return OnGround{Ground::coastlines, 1};
    }
    if (key == "landuse") {
        if (value == "forest") return OnGround{Ground::woods, 1};
        if (value == "reservoir" || value == "basin") return OnGround{Ground::water, 1};
        if (std::ranges::count(built_up, value) > 0) return OnGround{Ground::built_up, 1};
    }
    return std::nullopt;
}

std::vector<OnGround> as_line(const osmium::TagList& tags) {
    std::vector<OnGround> found;
    for (const auto& tag : tags) {
        auto is = ground_of(tag.key(), tag.value());
        if (!is || covers(is->ground) || is->ground == Ground::places) continue;
        if (is->ground == Ground::streets && value_of(tags, "area") == "yes") continue;
        if ((is->ground == Ground::waterways || is->ground == Ground::railways) && says(tags, "tunnel")) continue;
        if (is->ground == Ground::railways && says(tags, "service")) is->rank = 2;
        found.push_back(*is);
    }
    return found;
}

std::optional<OnGround> as_area(const osmium::TagList& tags) {
    for (const auto& tag : tags) {
        const auto is = ground_of(tag.key(), tag.value());
        if (is && covers(is->ground)) return is;
    }
    return std::nullopt;
}

std::optional<OnGround> as_place(const osmium::TagList& tags) { return ground_of("place", value_of(tags, "place")); }

std::optional<std::uint8_t> boundary_level(const osmium::TagList& tags) {
    if (value_of(tags, "boundary") != "administrative") return std::nullopt;
    const std::string_view text = value_of(tags, "admin_level");
    int level = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), level);
    if (error != std::errc{} || end != text.data() + text.size() || level < 1 || level > 12) return std::nullopt;
    return static_cast<std::uint8_t>(level);
}

std::string_view name_in(const osmium::TagList& tags, std::span<const std::string> keys) {
    for (const std::string& key : keys) {
        if (const std::string_view name = value_of(tags, key.c_str()); !name.empty()) return name;
    }
    const std::string_view name = value_of(tags, "name");
    return name.empty() ? value_of(tags, "ref") : name;
}

std::int64_t residents(const osmium::TagList& tags) {
    std::string digits(value_of(tags, "population"));
    std::erase_if(digits, [](char c) { return c == ' ' || c == ','; });
    std::int64_t number = 0;
    const char* const end = digits.data() + digits.size();
    const auto read = std::from_chars(digits.data(), end, number);
    return read.ec == std::errc{} && read.ptr == end && number > 0 ? number : 0;
}

}  // namespace sheltermap::osm
