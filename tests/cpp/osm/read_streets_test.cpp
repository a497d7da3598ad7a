// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/osm/read_streets.hpp"

#include "sheltermap/base/error.hpp"

#include <gtest/gtest.h>

#include "io/temporary_folder.hpp"
#include "memory_limit.hpp"
#include <algorithm>
#include <map>
#include <string>
#include <vector>

namespace sheltermap::osm {
namespace {

using Tags = std::map<std::string, std::string>;

/// Writes an .osm file: nodes 1.2 km apart on a line unless told otherwise, and ways over them.
class OsmFile {
public:
    OsmFile& node(int id, const Tags& tags = {}) {
        text_ += "<node id='" + std::to_string(id) + "' version='1' lat='57.0' lon='" +
                 std::to_string(24.0 + 0.02 * id) + "'>" + to_text(tags) + "</node>";
        return *this;
    }
    OsmFile& way(int id, const std::vector<int>& nodes, const Tags& tags) {
        text_ += "<way id='" + std::to_string(id) + "' version='1'>";
        for (const int node : nodes) text_ += "<nd ref='" + std::to_string(node) + "'/>";
        text_ += to_text(tags) + "</way>";
        return *this;
    }
    [[nodiscard]] std::string text() const { return "<osm version='0.6'>" + text_ + "</osm>"; }

private:
    static std::string to_text(const Tags& tags) {
        std::string text;
        for (const auto& [key, value] : tags) text += "<tag k='" + key + "' v='" + value + "'/>";
        return text;
    }
    std::string text_;
};

class ReadStreets : public io::TemporaryFolder {
protected:
    [[nodiscard]] Graph read(const OsmFile& file, std::string_view name = "walk") const {
        return read_streets(written("town.osm", file.text()), profile(name));
    }
    /// Speeds in km/h, forward and backward, of a way with these tags beside a street everybody may use.
    [[nodiscard]] std::pair<double, double> speeds(const Tags& tags, std::string_view name) const {
        const Graph graph = read(
            OsmFile().node(1).node(2).node(3).node(4).way(7, {1, 2}, {{"highway", "residential"}}).way(9, {3, 4}, tags),
            name);
        for (std::uint32_t e = 0; e < graph.edges(); ++e) {
            const auto& c = graph.columns();
            if (c.way_id[e] == 9) return {c.forward_m_s[e] * 3.6, c.backward_m_s[e] * 3.6};
        }
        return {0, 0};
    }
    void expect_speeds(const Tags& tags, std::string_view name, double forward, double backward) const {
        const auto [there, back] = speeds(tags, name);
        EXPECT_NEAR(there, forward, 1e-5) << name;
        EXPECT_NEAR(back, backward, 1e-5) << name;
    }
};

TEST_F(ReadStreets, WaysAreCutWhereTheyMeet) {
    const Graph graph = read(OsmFile()
                                 .node(1)
                                 .node(2)
                                 .node(3)
                                 .node(4)
                                 .way(7, {1, 2, 3}, {{"highway", "residential"}})
                                 .way(8, {2, 4}, {{"highway", "footway"}, {"name", "Upes iela"}}));
    EXPECT_EQ(graph.nodes(), 4U);
    EXPECT_EQ(graph.edges(), 3U);
    EXPECT_EQ(graph.info().ways_used, 2U);
    EXPECT_EQ(graph.info().profile, "walk");
    EXPECT_EQ(graph.info().source, "town.osm");
}

TEST_F(ReadStreets, EachProfileHasItsStreetsAndSpeeds) {
    expect_speeds({{"highway", "residential"}}, "walk", 3.96, 3.96);
    expect_speeds({{"highway", "residential"}}, "wheelchair", 2.88, 2.88);
    expect_speeds({{"highway", "residential"}}, "car", 25, 25);
    expect_speeds({{"highway", "footway"}}, "car", 0, 0);
    expect_speeds({{"highway", "motorway"}}, "walk", 0, 0);
    expect_speeds({{"highway", "steps"}}, "walk", 1.8, 1.8);
    expect_speeds({{"highway", "steps"}}, "wheelchair", 0, 0);
    expect_speeds({{"highway", "steps"}, {"wheelchair", "yes"}}, "wheelchair", 2.88, 2.88);
    expect_speeds({{"highway", "pedestrian"}}, "emergency", 10, 10);
    expect_speeds({{"highway", "footway"}, {"surface", "gravel"}}, "wheelchair", 0, 0);
    expect_speeds({{"highway", "cycleway"}}, "walk", 0, 0);
    expect_speeds({{"highway", "cycleway"}, {"access", "yes"}}, "walk", 0, 0);
    expect_speeds({{"highway", "cycleway"}, {"foot", "designated"}}, "walk", 3.96, 3.96);
    expect_speeds({{"highway", "construction"}}, "car", 0, 0);
    expect_speeds({{"highway", "pedestrian"}, {"area", "yes"}}, "walk", 3.96, 3.96);
    expect_speeds({{"man_made", "pier"}}, "walk", 3.96, 3.96);
    expect_speeds({{"railway", "platform"}}, "wheelchair", 2.88, 2.88);
    expect_speeds({{"public_transport", "platform"}}, "car", 0, 0);
    expect_speeds({{"man_made", "pier"}, {"highway", "steps"}}, "walk", 1.8, 1.8);
}

TEST_F(ReadStreets, TheMostSpecialAccessTagDecides) {
    expect_speeds({{"highway", "service"}, {"access", "private"}}, "walk", 0, 0);
    expect_speeds({{"highway", "service"}, {"access", "private"}, {"foot", "yes"}}, "walk", 3.96, 3.96);
    expect_speeds({{"highway", "service"}, {"access", "private"}}, "car", 0, 0);
    expect_speeds({{"highway", "service"}, {"access", "private"}}, "emergency", 15, 15);
    expect_speeds({{"highway", "service"}, {"access", "no"}, {"motor_vehicle", "destination"}}, "car", 15, 15);
}

TEST_F(ReadStreets, AListIsAsOpenAsItsMostOpenValue) {
    const auto track = [&](const char* key, const char* values, std::string_view name, double kmh) {
        expect_speeds({{"highway", "track"}, {key, values}}, name, kmh, kmh);
    };
    track("motor_vehicle", "agricultural;forestry", "car", 0);
    track("motor_vehicle", "forestry; agricultural", "car", 0);
    track("motor_vehicle", "agricultural;destination", "car", 10);
    track("motor_vehicle", "destination;agricultural", "car", 10);
    track("motor_vehicle", ";", "car", 0);
    track("access", "agricultural;forestry", "walk", 0);
    track("access", "agricultural;yes", "walk", 3.96);
    expect_speeds({{"highway", "residential"}, {"access", "private;no"}}, "walk", 0, 0);
    expect_speeds({{"highway", "residential"}, {"access", "private;no"}}, "car", 0, 0);
    expect_speeds({{"highway", "residential"}, {"access", "private;no"}, {"foot", "no;yes"}}, "walk", 3.96, 3.96);
}

TEST_F(ReadStreets, OneWayStreetsAreForVehicles) {
    expect_speeds({{"highway", "residential"}, {"oneway", "yes"}}, "car", 25, 0);
    expect_speeds({{"highway", "residential"}, {"oneway", "-1"}}, "car", 0, 25);
    expect_speeds({{"highway", "residential"}, {"oneway", "yes"}}, "walk", 3.96, 3.96);
    expect_speeds({{"highway", "footway"}, {"oneway:foot", "yes"}}, "walk", 3.96, 0);
    expect_speeds({{"highway", "motorway"}}, "car", 90, 0);
    expect_speeds({{"highway", "motorway"}, {"oneway", "no"}}, "car", 90, 90);
    expect_speeds({{"highway", "primary"}, {"junction", "roundabout"}}, "car", 65, 0);
    expect_speeds({{"highway", "primary"}, {"junction", "roundabout"}}, "walk", 3.96, 3.96);
    expect_speeds({{"highway", "primary"}, {"oneway", "reversible"}}, "car", 0, 0);
    expect_speeds({{"highway", "residential"}, {"oneway", "yes"}, {"oneway:emergency", "no"}}, "emergency", 25, 25);
}

TEST_F(ReadStreets, MaxspeedLowersTheSpeedOfTheClass) {
    expect_speeds({{"highway", "primary"}, {"maxspeed", "30"}}, "car", 30, 30);
    expect_speeds({{"highway", "primary"}, {"maxspeed", "20 mph"}}, "car", 32.18688, 32.18688);
    expect_speeds({{"highway", "primary"}, {"maxspeed", "90"}}, "car", 65, 65);
    expect_speeds({{"highway", "primary"}, {"maxspeed", "50"}, {"maxspeed:backward", "20"}}, "car", 50, 20);
    expect_speeds({{"highway", "primary"}, {"maxspeed", "none"}}, "car", 65, 65);
    expect_speeds({{"highway", "primary"}, {"maxspeed", "0"}}, "car", 65, 65);
    expect_speeds({{"highway", "primary"}, {"maxspeed", "3"}}, "walk", 3.96, 3.96);
}

TEST_F(ReadStreets, AFerryTakesItsDuration) {
    const auto minutes = [&](const char* duration) {
        const Graph graph =
            read(OsmFile().node(1).node(2).way(7, {1, 2}, {{"route", "ferry"}, {"duration", duration}}), "walk");
        EXPECT_EQ(graph.columns().flags[0], street_ferry | street_no_entry);
        return graph.columns().length_m[0] * graph.cost_per_metre(0, false, CostUnit::seconds) / 60;
    };
    EXPECT_NEAR(minutes("00:20"), 20, 1e-4);
    EXPECT_NEAR(minutes("1:05:30"), 65.5, 1e-4);
    EXPECT_NEAR(minutes("PT1H30M"), 90, 1e-4);
    EXPECT_NEAR(minutes("15"), 15, 1e-4);
    EXPECT_NEAR(minutes("soon"), 1214.9 / 5000 * 60, 0.1);
}

TEST_F(ReadStreets, AGateStopsWhomItIsLockedFor) {
    const auto parts = [&](const Tags& gate, std::string_view name) {
        return read(OsmFile().node(1).node(2, gate).node(3).way(7, {1, 2, 3}, {{"highway", "residential"}}), name)
            .columns()
            .component_m.size();
    };
    EXPECT_EQ(parts({{"barrier", "gate"}}, "car"), 1U);
    EXPECT_EQ(parts({{"barrier", "gate"}, {"access", "private"}}, "car"), 2U);
    EXPECT_EQ(parts({{"barrier", "gate"}, {"access", "private"}}, "emergency"), 1U);
    EXPECT_EQ(parts({{"barrier", "gate"}, {"access", "private;no"}}, "car"), 2U);
    EXPECT_EQ(parts({{"barrier", "gate"}, {"access", "private;destination"}}, "car"), 1U);
    EXPECT_EQ(parts({{"barrier", "bollard"}}, "car"), 2U);
    EXPECT_EQ(parts({{"barrier", "bollard"}}, "walk"), 1U);
    EXPECT_EQ(parts({{"barrier", "bollard"}, {"motor_vehicle", "yes"}}, "car"), 1U);
    EXPECT_EQ(parts({{"barrier", "stile"}}, "wheelchair"), 2U);
    EXPECT_EQ(parts({{"kerb", "raised"}}, "wheelchair"), 2U);
    EXPECT_EQ(parts({{"kerb", "lowered"}}, "wheelchair"), 1U);
}

TEST_F(ReadStreets, BridgesTunnelsAndLayersAreKept) {
    const Graph graph = read(
        OsmFile().node(1).node(2).way(7, {1, 2}, {{"highway", "residential"}, {"bridge", "viaduct"}, {"layer", "2"}}));
    EXPECT_EQ(graph.columns().flags[0], street_bridge);
    EXPECT_EQ(graph.columns().layer[0], 2);
    const Graph below = read(OsmFile().node(1).node(2).way(
        7, {1, 2}, {{"highway", "residential"}, {"tunnel", "yes"}, {"layer", "-1"}, {"bridge", "no"}}));
    EXPECT_EQ(below.columns().flags[0], street_tunnel);
    EXPECT_EQ(below.columns().layer[0], -1);
}

TEST_F(ReadStreets, MissingNodesCutWaysAndAreCounted) {
    const Graph graph =
        read(OsmFile().node(1).node(2).node(4).node(5).way(7, {1, 2, 3, 4, 5}, {{"highway", "residential"}}));
    EXPECT_EQ(graph.edges(), 2U);
    EXPECT_EQ(graph.columns().component_m.size(), 2U);
    EXPECT_EQ(graph.info().points_missing, 1U);
}

TEST_F(ReadStreets, RefusesWhatIsNoOsmFile) {
    EXPECT_THROW((void)read_streets(at("none.osm.pbf"), profile("walk")), ReadError);
    EXPECT_THROW((void)read_streets(written("a.osm.pbf", "<VRTDataset/>"), profile("walk")), ReadError);
    EXPECT_THROW((void)read_streets(written("a.osm", "{}"), profile("walk")), ReadError);
    EXPECT_THROW((void)read_streets(written("a.csv", "x,y"), profile("walk")), ReadError);
    EXPECT_THROW((void)read_streets(written("b.osm", "<osm version='0.6'></osm>"), profile("walk")), ReadError);
    const std::string whole = OsmFile().node(1).node(2).way(7, {1, 2}, {{"highway", "residential"}}).text();
    EXPECT_THROW((void)read_streets(written("c.osm", whole.substr(0, whole.size() / 2)), profile("walk")), ReadError);
    const std::string entity = "<!DOCTYPE osm [<!ENTITY a 'aaaa'>]>" + whole;
    EXPECT_THROW((void)read_streets(written("d.osm", entity), profile("walk")), ReadError);
}

TEST_F(ReadStreets, SaysThatMemoryIsOutAndNotThatTheFileIsDamaged) {
    OsmFile file;
    file.node(1).node(2);
    for (int id = 7; id < 27; ++id) file.way(id, std::vector<int>(2'000, 1 + id % 2), {{"highway", "residential"}});
    file.way(27, {1, 2}, {{"highway", "residential"}});
    const auto path = written("town.osm", file.text());
    std::string said;
    try {
        const MemoryLimit less_than_the_ways_take(100'000);
        (void)read_streets(path, profile("walk"));
    } catch (const ReadError& error) {
        said = error.what();
    }
    EXPECT_NE(said.find("town.osm does not fit into memory"), std::string::npos) << said;
    EXPECT_EQ(read_streets(path, profile("walk")).edges(), 1U);
}

TEST(OsmProfile, IsFoundByName) {
    EXPECT_EQ(profile("car").closing_depth_m, 0.30);
    EXPECT_EQ(profile("emergency").closing_depth_m, 0.60);
    EXPECT_THROW((void)profile("boat"), std::invalid_argument);
}

}  // namespace
}  // namespace sheltermap::osm
