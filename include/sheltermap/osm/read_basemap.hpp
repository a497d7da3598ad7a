// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/base/parallel.hpp"
#include "sheltermap/geometry/geometry_column.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace sheltermap::osm {

/// What of the ground a layer shows, from the ground up.
enum class Ground : std::uint8_t {
    woods,       ///< polygons
    built_up,    ///< polygons: where people live, trade and work
    water,       ///< polygons: lakes, wide rivers, reservoirs
    coastlines,  ///< lines, the sea to their right
    waterways,   ///< lines; rank 1 rivers, 2 canals, 3 streams
    railways,    ///< lines; rank 1 main lines, 2 sidings, narrow gauge, light rail
    streets,     ///< lines; rank 1 motorways and trunk roads … 5 residential, 6 paths, tracks, service ways
    boundaries,  ///< lines; rank is the level of administration, 2 a country's
    places,      ///< points; rank 1 cities, 2 towns, 3 villages and suburbs, 4 hamlets and quarters, 5 single dwellings
};
inline constexpr std::size_t grounds = 9;

/// Degrees of WGS 84, sides included.
struct LonLatBox {
    double west, south, east, north;
};

/// What an object is on a base map.
struct OnGround {
    Ground ground;
    std::uint8_t rank;
    friend bool operator==(const OnGround&, const OnGround&) = default;
};

/// What a tag of OpenStreetMap makes of an object, of lines and areas alike; nothing where no base map shows it.
///
///     const bool is_street = ground_of("highway", "residential") == OnGround{Ground::streets, 5};
[[nodiscard]] std::optional<OnGround> ground_of(std::string_view key, std::string_view value);

struct BasemapOptions {
    std::optional<LonLatBox> within;     ///< only what meets it
    std::vector<std::string> languages;  ///< of names, the best first: "lv" takes name:lv where there is one, else name
    int streets_to_rank = 6;             ///< only streets up to this rank
};

/// One layer of a base map, as columns.
struct GroundLayer {
    GeometryColumn shapes;  ///< in degrees of WGS 84
    std::vector<std::uint8_t> ranks;
    std::vector<std::uint32_t> names;     ///< in BasemapLayers::names; 0 is none
    std::vector<std::int64_t> ids;        ///< of the node or way; of relations negative
    std::vector<std::int64_t> residents;  ///< of places, as the map tells; 0 where it does not
};

struct BasemapLayers {
    std::array<GroundLayer, grounds> layers;  ///< by Ground
    std::vector<std::string> names{""};
    std::optional<LonLatBox> extent;   ///< of all that is drawn of the file, whatever box was asked for
    std::uint64_t areas_left_out = 0;  ///< whose border is not whole in the file, or crosses itself
    std::uint64_t points_missing = 0;  ///< that ways name and the file does not hold; lines are cut there
    std::uint64_t outdated = 0;        ///< that are deleted, or stand there in a newer version

    [[nodiscard]] const GroundLayer& operator[](Ground ground) const {
        return layers[static_cast<std::size_t>(ground)];
    }
};

/// The ground of maps from an OpenStreetMap file (.osm.pbf, .osm, .osm.gz, .osm.bz2).
///
///     const BasemapLayers map = read_basemap("town.osm.pbf", {.languages = {"lv", "en"}});
///     const GroundLayer& lakes = map[Ground::water];
///
/// The same file gives the same bytes: ways come in the order of the file, then areas of several ways. Of an object in
/// several versions the newest counts. Memory goes with the nodes of what is drawn, not with those of the file.
/// Throws ReadError where the file cannot be read to its end, is of another format or does not fit into memory.
[[nodiscard]] BasemapLayers read_basemap(const std::filesystem::path& path, const BasemapOptions& options = {},
                                         const Execution& execution = {});

}  // namespace sheltermap::osm
