// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/osm/read_basemap.hpp"

#include "sheltermap/base/error.hpp"

#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include <string>
#include <vector>

namespace sheltermap::osm {
namespace {

/// Nodes 1 to 4 around a square of 0.01 degrees, 5 to 8 around one in its middle, 9 far in the east.
constexpr const char* nodes = R"(
    <node id='1' version='1' lon='24.00' lat='57.00'/><node id='2' version='1' lon='24.01' lat='57.00'/>
    <node id='3' version='1' lon='24.01' lat='57.01'/><node id='4' version='1' lon='24.00' lat='57.01'/>
    <node id='5' version='1' lon='24.004' lat='57.004'/><node id='6' version='1' lon='24.006' lat='57.004'/>
    <node id='7' version='1' lon='24.006' lat='57.006'/><node id='8' version='1' lon='24.004' lat='57.006'/>
    <node id='9' version='1' lon='25.00' lat='57.00'/>)";

std::string way(int id, const std::vector<int>& refs, const std::string& key, const std::string& value,
                int version = 1) {
    std::string text = "<way id='" + std::to_string(id) + "' version='" + std::to_string(version) + "'>";
    for (const int ref : refs) text += "<nd ref='" + std::to_string(ref) + "'/>";
    return text + "<tag k='" + key + "' v='" + value + "'/></way>";
}

std::string relation(const std::string& members, const std::string& tags) {
    return "<relation id='1' version='1'>" + members + tags + "</relation>";
}

std::string member(int way, const std::string& role) {
    return "<member type='way' ref='" + std::to_string(way) + "' role='" + role + "'/>";
}

constexpr const char* multipolygon = "<tag k='type' v='multipolygon'/><tag k='natural' v='water'/>";

class ReadBasemap : public io::TemporaryFolder {
protected:
    [[nodiscard]] BasemapLayers read(const std::string& objects, const BasemapOptions& options = {}) const {
        return read_basemap(written("town.osm", "<osm version='0.6'>" + (nodes + objects) + "</osm>"), options);
    }
};

TEST_F(ReadBasemap, EachClassHasItsTags) {
    const auto map = read(way(1, {1, 2}, "highway", "trunk_link") + way(2, {1, 2}, "highway", "steps") +
                          way(3, {1, 2}, "waterway", "stream") + way(4, {1, 2}, "railway", "rail") +
                          way(5, {1, 2}, "natural", "coastline") + way(6, {1, 2, 3, 1}, "landuse", "forest") +
                          way(7, {1, 2, 3, 1}, "landuse", "retail") + way(8, {1, 2, 3, 1}, "waterway", "riverbank") +
                          way(9, {1, 2}, "highway", "proposed") + way(10, {1, 2, 3, 1}, "building", "yes"));
    EXPECT_EQ(map[Ground::streets].ranks, (std::vector<std::uint8_t>{1, 6}));
    EXPECT_EQ(map[Ground::waterways].ranks, std::vector<std::uint8_t>{3});
    EXPECT_EQ(map[Ground::railways].ids, std::vector<std::int64_t>{4});
    EXPECT_EQ(map[Ground::coastlines].ids, std::vector<std::int64_t>{5});
    EXPECT_EQ(map[Ground::woods].ids, std::vector<std::int64_t>{6});
    EXPECT_EQ(map[Ground::built_up].ids, std::vector<std::int64_t>{7});
    EXPECT_EQ(map[Ground::water].ids, std::vector<std::int64_t>{8});
    EXPECT_EQ(map.areas_left_out, 0U);
}

TEST_F(ReadBasemap, AnOpenForestIsNoArea) {
    EXPECT_EQ(read(way(1, {1, 2, 3}, "landuse", "forest"))[Ground::woods].shapes.size(), 0U);
}

TEST_F(ReadBasemap, RingsAreFoundWhateverTheirRolesAndPieces) {
    const auto map =
        read(way(1, {1, 2, 3}, "note", "a") + way(2, {1, 4, 3}, "note", "b") + way(3, {5, 6, 7, 8, 5}, "note", "c") +
             relation(member(1, "") + member(2, "inner") + member(3, "outer"), multipolygon));
    const GeometryColumn& lakes = map[Ground::water].shapes;
    ASSERT_EQ(lakes.size(), 1U);
    EXPECT_EQ(lakes.part_offsets.back(), 1);
    EXPECT_EQ(lakes.ring_offsets.back(), 2);
    EXPECT_EQ(map[Ground::water].ids, std::vector<std::int64_t>{-1});
}

TEST_F(ReadBasemap, BrokenAreasAreCounted) {
    EXPECT_EQ(read(way(1, {1, 2, 3}, "a", "b") + relation(member(1, "outer"), multipolygon)).areas_left_out, 1U);
    EXPECT_EQ(read(relation(member(77, "outer"), multipolygon)).areas_left_out, 1U);
    EXPECT_EQ(read(way(1, {1, 3, 2, 4, 1}, "natural", "water")).areas_left_out, 1U);
    const auto cut = read(way(1, {1, 2, 77, 1}, "natural", "water"));
    EXPECT_EQ(cut.areas_left_out, 1U);
    EXPECT_EQ(cut.points_missing, 1U);
}

TEST_F(ReadBasemap, LinesAreCutWhereNodesAreMissing) {
    const auto map = read(way(1, {1, 2, 77, 3, 4, 88}, "highway", "primary"));
    EXPECT_EQ(map[Ground::streets].shapes.vertex_offsets, (std::vector<std::int64_t>{0, 2, 4}));
}

TEST_F(ReadBasemap, WaysOfSeveralBoundariesHaveTheHighestLevel) {
    const std::string tags =
        "<tag k='type' v='boundary'/><tag k='boundary' v='administrative'/>"
        "<tag k='admin_level' v='4'/>";
    const auto map = read(way(1, {1, 2}, "boundary", "administrative") + way(2, {2, 3}, "note", "x") +
                          relation(member(1, "outer") + member(2, "outer"), tags));
    EXPECT_EQ(map[Ground::boundaries].ranks, (std::vector<std::uint8_t>{4, 4}));
    EXPECT_EQ(map[Ground::boundaries].names, (std::vector<std::uint32_t>{0, 0}));
}

TEST_F(ReadBasemap, NamesAreInTheFirstLanguageThereIs) {
    const std::string town =
        "<node id='20' version='1' lon='24' lat='57'><tag k='place' v='town'/><tag k='name' v='Ogre'/>"
        "<tag k='name:ar' v='أوغره'/><tag k='population' v='22 926'/></node>";
    const auto named = [&](const std::vector<std::string>& languages) {
        const auto map = read(town, {.within = std::nullopt, .languages = languages});
        return map.names.at(map[Ground::places].names.at(0));
    };
    EXPECT_EQ(named({}), "Ogre");
    EXPECT_EQ(named({"lv"}), "Ogre");
    EXPECT_EQ(named({"lv", "ar"}), "أوغره");
    EXPECT_EQ(read(town)[Ground::places].residents, std::vector<std::int64_t>{22926});
    EXPECT_EQ(read("<node id='20' version='1' lon='24' lat='57'><tag k='place' v='town'/></node>")[Ground::places]
                  .shapes.size(),
              0U);
}

TEST_F(ReadBasemap, ABoxKeepsWhatMeetsItAndTheExtentIsThatOfAll) {
    const std::string objects = way(1, {1, 2}, "highway", "primary") + way(2, {2, 9}, "highway", "primary") +
                                way(3, {1, 2, 3, 1}, "natural", "water");
    const auto map = read(objects, {.within = LonLatBox{24.5, 56.9, 24.6, 57.1}, .languages = {}});
    EXPECT_EQ(map[Ground::streets].ids, std::vector<std::int64_t>{2});
    EXPECT_EQ(map[Ground::water].shapes.size(), 0U);
    ASSERT_TRUE(map.extent);
    EXPECT_EQ(map.extent->west, 24.0);
    EXPECT_EQ(map.extent->east, 25.0);
    EXPECT_FALSE(read("").extent);
}

TEST_F(ReadBasemap, OfSeveralVersionsTheNewestCounts) {
    const auto map = read(way(1, {1, 2}, "highway", "primary", 2) + way(1, {1, 2, 3}, "highway", "path", 1) +
                          way(1, {1, 2}, "note", "x", 1));
    EXPECT_EQ(map[Ground::streets].ranks, std::vector<std::uint8_t>{2});
    EXPECT_EQ(map.outdated, 1U);
    EXPECT_EQ(read("<way id='1' version='1' action='delete'><nd ref='1'/><nd ref='2'/>"
                   "<tag k='highway' v='primary'/></way>")
                  .outdated,
              1U);
}

TEST_F(ReadBasemap, StreetsOfLowRankCanBeLeftOut) {
    const auto map = read(way(1, {1, 2}, "highway", "path") + way(2, {1, 2}, "highway", "tertiary"),
                          {.within = std::nullopt, .languages = {}, .streets_to_rank = 4});
    EXPECT_EQ(map[Ground::streets].ids, std::vector<std::int64_t>{2});
}

TEST_F(ReadBasemap, FilesThatAreNoneAreRefusedByName) {
    EXPECT_THROW(static_cast<void>(read_basemap(at("nothing.osm.pbf"))), ReadError);
    const auto broken = written("broken.osm", "<osm version='0.6'><node id='1'");
    try {
        static_cast<void>(read_basemap(broken));
        FAIL();
    } catch (const ReadError& error) {
        EXPECT_NE(std::string(error.what()).find("broken.osm"), std::string::npos);
    }
}

}  // namespace
}  // namespace sheltermap::osm
