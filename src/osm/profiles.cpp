// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/osm/profile.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <string>

// The figures and their sources are listed in docs/network.md; a test compares the two.

namespace sheltermap::osm {
namespace {

using Use = ClassRule::Use;
using Word = std::string_view;

constexpr double walking_kmh = 3.96;     // 1.1 m/s
constexpr double stairs_kmh = 1.8;       // 0.5 m/s
constexpr double wheelchair_kmh = 2.88;  // 0.8 m/s

constexpr std::array walk_classes{
    ClassRule{"trunk", walking_kmh, Use::if_allowed},
    ClassRule{"trunk_link", walking_kmh, Use::if_allowed},
    ClassRule{"primary", walking_kmh},
    ClassRule{"primary_link", walking_kmh},
    ClassRule{"secondary", walking_kmh},
    ClassRule{"secondary_link", walking_kmh},
    ClassRule{"tertiary", walking_kmh},
    ClassRule{"tertiary_link", walking_kmh},
    ClassRule{"unclassified", walking_kmh},
    ClassRule{"residential", walking_kmh},
    ClassRule{"living_street", walking_kmh},
    ClassRule{"service", walking_kmh},
    ClassRule{"road", walking_kmh},
    ClassRule{"track", walking_kmh},
    ClassRule{"path", walking_kmh},
    ClassRule{"footway", walking_kmh},
    ClassRule{"pedestrian", walking_kmh},
    ClassRule{"steps", stairs_kmh},
    ClassRule{"platform", walking_kmh},
    ClassRule{"pier", walking_kmh},
    ClassRule{"corridor", walking_kmh},
    ClassRule{"cycleway", walking_kmh, Use::if_allowed},
    ClassRule{"bridleway", walking_kmh, Use::if_allowed},
    ClassRule{"ferry", 5.0, Use::yes, true},
};
constexpr std::array<Word, 2> walk_access{"foot", "access"};
constexpr std::array<Word, 5> walk_refusals{"no", "private", "agricultural", "forestry", "use_sidepath"};
constexpr std::array<Word, 1> walk_one_way{"oneway:foot"};
constexpr std::array walk_blocks{Tag{"access", "no"}, Tag{"foot", "no"}, Tag{"barrier", "wall"}};

constexpr std::array wheelchair_classes{
    ClassRule{"trunk", wheelchair_kmh, Use::if_allowed},
    ClassRule{"trunk_link", wheelchair_kmh, Use::if_allowed},
    ClassRule{"primary", wheelchair_kmh},
    ClassRule{"primary_link", wheelchair_kmh},
    ClassRule{"secondary", wheelchair_kmh},
    ClassRule{"secondary_link", wheelchair_kmh},
    ClassRule{"tertiary", wheelchair_kmh},
    ClassRule{"tertiary_link", wheelchair_kmh},
    ClassRule{"unclassified", wheelchair_kmh},
    ClassRule{"residential", wheelchair_kmh},
    ClassRule{"living_street", wheelchair_kmh},
    ClassRule{"service", wheelchair_kmh},
    ClassRule{"road", wheelchair_kmh},
    ClassRule{"footway", wheelchair_kmh},
    ClassRule{"pedestrian", wheelchair_kmh},
    ClassRule{"platform", wheelchair_kmh},
    ClassRule{"pier", wheelchair_kmh},
    ClassRule{"corridor", wheelchair_kmh},
    ClassRule{"path", wheelchair_kmh, Use::if_allowed},
    ClassRule{"track", wheelchair_kmh, Use::if_allowed},
    ClassRule{"cycleway", wheelchair_kmh, Use::if_allowed},
    ClassRule{"steps", wheelchair_kmh, Use::if_allowed},
    ClassRule{"ferry", 5.0, Use::if_allowed, true},
};
constexpr std::array<Word, 3> wheelchair_access{"wheelchair", "foot", "access"};
constexpr std::array wheelchair_refused{
    Tag{"highway", "steps"},         Tag{"surface", "gravel"},
    Tag{"surface", "pebblestone"},   Tag{"surface", "sand"},
    Tag{"surface", "mud"},           Tag{"surface", "grass"},
    Tag{"surface", "dirt"},          Tag{"surface", "earth"},
    Tag{"surface", "ground"},        Tag{"surface", "unpaved"},
    Tag{"surface", "rock"},          Tag{"surface", "woodchips"},
    Tag{"smoothness", "bad"},        Tag{"smoothness", "very_bad"},
    Tag{"smoothness", "horrible"},   Tag{"smoothness", "very_horrible"},
    Tag{"smoothness", "impassable"},
};
constexpr std::array wheelchair_blocks{
    Tag{"wheelchair", "no"},
    Tag{"access", "no"},
    Tag{"foot", "no"},
    Tag{"kerb", "raised"},
    Tag{"barrier", "stile"},
    Tag{"barrier", "kissing_gate"},
    Tag{"barrier", "turnstile"},
    Tag{"barrier", "full-height_turnstile"},
    Tag{"barrier", "cycle_barrier"},
    Tag{"barrier", "motorcycle_barrier"},
    Tag{"barrier", "wall"},
    Tag{"barrier", "log"},
    Tag{"barrier", "block"},
};

constexpr std::array car_classes{
    ClassRule{"motorway", 90, Use::yes, true},
    ClassRule{"motorway_link", 75, Use::yes, true},
    ClassRule{"trunk", 85},
    ClassRule{"trunk_link", 70},
    ClassRule{"primary", 65},
    ClassRule{"primary_link", 60},
    ClassRule{"secondary", 55},
    ClassRule{"secondary_link", 50},
    ClassRule{"tertiary", 40},
    ClassRule{"tertiary_link", 30},
    ClassRule{"unclassified", 25},
    ClassRule{"residential", 25},
    ClassRule{"living_street", 10},
    ClassRule{"service", 15},
    ClassRule{"road", 10},
    ClassRule{"track", 10, Use::if_allowed},
    ClassRule{"ferry", 5, Use::yes, true},
};
constexpr std::array<Word, 4> car_access{"motorcar", "motor_vehicle", "vehicle", "access"};
constexpr std::array<Word, 6> car_refusals{"no", "private", "agricultural", "forestry", "emergency", "psv"};
constexpr std::array car_refused{Tag{"impassable", "yes"}, Tag{"smoothness", "impassable"}};
constexpr std::array<Word, 3> car_one_way{"oneway:motor_vehicle", "oneway:vehicle", "oneway"};
constexpr std::array<Word, 11> car_passes{"cattle_grid", "border_control",    "toll_booth", "sally_port",
                                          "gate",        "lift_gate",         "no",         "entrance",
                                          "kerb",        "height_restrictor", "swing_gate"};

constexpr std::array emergency_classes{
    ClassRule{"motorway", 90, Use::yes, true},
    ClassRule{"motorway_link", 75, Use::yes, true},
    ClassRule{"trunk", 85},
    ClassRule{"trunk_link", 70},
    ClassRule{"primary", 65},
    ClassRule{"primary_link", 60},
    ClassRule{"secondary", 55},
    ClassRule{"secondary_link", 50},
    ClassRule{"tertiary", 40},
    ClassRule{"tertiary_link", 30},
    ClassRule{"unclassified", 25},
    ClassRule{"residential", 25},
    ClassRule{"living_street", 10},
    ClassRule{"service", 15},
    ClassRule{"road", 10},
    ClassRule{"track", 10},
    ClassRule{"pedestrian", 10},
    ClassRule{"busway", 25},
    ClassRule{"footway", 10, Use::if_allowed},
    ClassRule{"cycleway", 10, Use::if_allowed},
    ClassRule{"path", 10, Use::if_allowed},
    ClassRule{"ferry", 5, Use::yes, true},
};
constexpr std::array<Word, 1> emergency_access{"emergency"};
constexpr std::array<Word, 1> emergency_refusals{"no"};
constexpr std::array<Word, 3> emergency_one_way{"oneway:emergency", "oneway:motor_vehicle", "oneway"};
constexpr std::array<Word, 13> emergency_passes{
    "cattle_grid", "border_control", "toll_booth",        "sally_port", "gate",  "lift_gate",     "no",
    "entrance",    "kerb",           "height_restrictor", "swing_gate", "chain", "rising_bollard"};

constexpr std::array all_profiles{
    Profile{.name = "walk",
            .classes = walk_classes,
            .access = walk_access,
            .refusals = walk_refusals,
            .refused_tags = {},
            .one_way = walk_one_way,
            .implied_one_way = false,
            .maxspeed_caps = false,
            .passes = {},
            .blocking_tags = walk_blocks,
            .walking_m_s = 1.1,
            .closing_depth_m = 0},
    Profile{.name = "wheelchair",
            .classes = wheelchair_classes,
            .access = wheelchair_access,
            .refusals = walk_refusals,
            .refused_tags = wheelchair_refused,
            .one_way = walk_one_way,
            .implied_one_way = false,
            .maxspeed_caps = false,
            .passes = {},
            .blocking_tags = wheelchair_blocks,
            .walking_m_s = 0.8,
            .closing_depth_m = 0},
    Profile{.name = "car",
            .classes = car_classes,
            .access = car_access,
            .refusals = car_refusals,
            .refused_tags = car_refused,
            .one_way = car_one_way,
            .implied_one_way = true,
            .maxspeed_caps = true,
            .passes = car_passes,
            .blocking_tags = {},
            .walking_m_s = 1.1,
            .closing_depth_m = 0.30},
    Profile{.name = "emergency",
            .classes = emergency_classes,
            .access = emergency_access,
            .refusals = emergency_refusals,
            .refused_tags = car_refused,
            .one_way = emergency_one_way,
            .implied_one_way = true,
            .maxspeed_caps = true,
            .passes = emergency_passes,
            .blocking_tags = {},
            .walking_m_s = 1.1,
            .closing_depth_m = 0.60},
};

}  // namespace

std::span<const Profile> profiles() noexcept { return all_profiles; }

const Profile& profile(std::string_view name) {
    const auto* const found =
        std::find_if(all_profiles.begin(), all_profiles.end(), [&](const Profile& each) { return each.name == name; });
    if (found != all_profiles.end()) return *found;
    std::string known;
    for (const Profile& each : all_profiles) known += (known.empty() ? "" : ", ") + std::string(each.name);
    throw std::invalid_argument("there is no profile '" + std::string(name) + "'; there are " + known);
}

}  // namespace sheltermap::osm
