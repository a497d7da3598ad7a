// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/network/joining.hpp"

#include <gtest/gtest.h>

#include "network/towns.hpp"
#include <cmath>
#include <random>
#include <stdexcept>
#include <utility>

namespace sheltermap {
namespace {

constexpr double lon_of_m = 1 / 60'772.0;  // about 57 degrees north
constexpr double lat_of_m = 1 / 111'365.0;

/// Streets by their ends in metres from a place.
class Lines {
public:
    Lines& line(double x, double y, double u, double v, std::uint8_t flags = 0, std::int8_t layer = 0) {
        Street street = two_way();
        street.flags = flags;
        street.layer = layer;
        town_.street({point(x, y), point(u, v)}, street);
        return *this;
    }
    [[nodiscard]] std::size_t parts(const JoinOptions& options) const {
        Streets streets = town_.streets;
        join_streets(streets, options);
        return build_graph(streets).columns().component_m.size();
    }
    [[nodiscard]] Joined joined(const JoinOptions& options) const {
        Streets streets = town_.streets;
        return join_streets(streets, options);
    }
    [[nodiscard]] Streets joined_streets(const JoinOptions& options, const Execution& execution) const {
        Streets streets = town_.streets;
        join_streets(streets, options, execution);
        return streets;
    }
    [[nodiscard]] Unjoined unjoined() const { return sheltermap::unjoined(town_.graph()); }

private:
    std::uint32_t point(double x, double y) { return town_.point(24 + x * lon_of_m, 57 + y * lat_of_m); }
    Town town_;
};

TEST(JoinStreets, LeavesStreetsAloneUnlessAsked) {
    const Lines cross = Lines().line(-100, 0, 100, 0).line(0, -100, 0, 0);
    EXPECT_EQ(cross.parts({}), 2U);
    EXPECT_EQ(cross.joined({}).ends, 0U);
    EXPECT_EQ(cross.unjoined().ends.size(), 1U);
}

TEST(JoinStreets, EndsAreLedToTheNearestStreet) {
    const Lines gap = Lines().line(-100, 0, 100, 0).line(0, -100, 0, -0.3).line(-100, 2, 100, 2);
    EXPECT_EQ(gap.parts({.ends_within_m = 0.29}), 3U);
    EXPECT_EQ(gap.parts({.ends_within_m = 0.31}), 2U);
    EXPECT_EQ(gap.joined({.ends_within_m = 0.31}).ends, 1U);
    EXPECT_EQ(gap.parts({.ends_within_m = 2.5}), 1U);
}

TEST(JoinStreets, CrossingsMeetWhereNoBridgeOrLayerParts) {
    const auto across = [](std::uint8_t flags, std::int8_t layer) {
        return Lines().line(-100, 0, 100, 0).line(0, -100, 0, 100, flags, layer);
    };
    EXPECT_EQ(across(0, 0).parts({.crossings = true}), 1U);
    EXPECT_EQ(across(0, 0).joined({.crossings = true}).crossings, 1U);
    EXPECT_EQ(across(0, 0).unjoined().crossings.size(), 1U);
    for (const auto& [flags, layer] :
         {std::pair{street_bridge, 1}, std::pair{street_tunnel, 0}, std::pair{street_ferry, 0},
          std::pair{street_no_entry, 0}, std::pair{std::uint8_t{0}, 1}}) {
        const Lines apart = across(flags, static_cast<std::int8_t>(layer));
        EXPECT_EQ(apart.parts({.crossings = true}), 2U) << int{flags};
        EXPECT_EQ(apart.unjoined().crossings.size(), 0U) << int{flags};
    }
}

TEST(JoinStreets, LongAndShortSegmentsFindEachOther) {
    // One of 60 km beside many of 40 m: whatever cells there are, each crossing is found once.
    std::mt19937 random(3);
    std::uniform_real_distribution<double> x(-29'000, 29'000);
    Lines lines;
    lines.line(-30'000, -3'000, 30'000, 3'000);
    for (int i = 0; i < 2'000; ++i) {
        const double at = x(random);
        lines.line(at, at / 10 - 20, at, at / 10 + 20);
    }
    EXPECT_EQ(lines.joined({.crossings = true}).crossings, 2'000U);
    EXPECT_EQ(lines.parts({.crossings = true}), 1U);
}

TEST(JoinStreets, AnyNumberOfThreadsJoinsAndMissesTheSame) {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> beside(-1, 1);
    Lines lines;
    for (int i = 0; i < 6'000; ++i) {  // more ends than one thread takes at once
        const double x = 100.0 * (i % 80) + beside(random);
        const double y = 100.0 * (i / 80 % 80) + beside(random);
        lines.line(x, y, x + 99.5 + beside(random), y + 60 * beside(random));
    }
    const Streets one = lines.joined_streets({.ends_within_m = 0.7}, {.threads = 1, .stop = {}});
    const Streets three = lines.joined_streets({.ends_within_m = 0.7}, {.threads = 3, .stop = {}});
    EXPECT_GT(one.vertices.size(), 12'000U);
    EXPECT_EQ(one.vertices, three.vertices);
    EXPECT_EQ(one.points, three.points);
    EXPECT_EQ(one.offsets, three.offsets);
    const Graph graph = build_graph(one);
    const Unjoined missed = unjoined(graph, {}, {.threads = 1, .stop = {}});
    const Unjoined also = unjoined(graph, {}, {.threads = 3, .stop = {}});
    EXPECT_GT(missed.crossings.size(), 20U);
    EXPECT_EQ(missed.crossings, also.crossings);
    EXPECT_EQ(missed.ends, also.ends);
}

TEST(JoinStreets, RefusesADistanceThatIsNone) {
    Streets streets;
    for (const double wrong : {-1.0, nan, infinity}) {
        EXPECT_THROW(join_streets(streets, {.ends_within_m = wrong}), std::invalid_argument);
    }
}

TEST(Unjoined, ADeadEndAtABarrierIsMeant) {
    Town town;
    const auto gate = town.point(24.001, 57, true);
    town.street({town.point(24, 57), gate, town.point(24.002, 57)});
    EXPECT_EQ(unjoined(town.graph()).ends.size(), 0U);
}

TEST(Unjoined, PointsAtTheSamePlaceAreNotOne) {
    Town town;
    for (const double tilt : {-0.001, 0.001}) {
        town.street({town.point(24, 57), town.point(24.001, 57.001), town.point(24.002, 57.001 + tilt)});
    }
    EXPECT_EQ(unjoined(town.graph()).crossings.size(), 1U);
}

}  // namespace
}  // namespace sheltermap
