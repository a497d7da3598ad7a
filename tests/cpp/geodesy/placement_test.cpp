// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geodesy/placement.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include "geodesy/place_groups.hpp"
#include <array>
#include <numeric>
#include <string>

namespace sheltermap {
namespace {

using enum Plausibility;

std::vector<Plausibility> verdicts(const std::vector<XY>& points, const std::string& crs) {
    return placement(points, {}, Crs(crs)).verdicts;
}

/// A town of 49 places within some 10 km, in a system.
std::vector<XY> town(LonLat middle, const Crs& crs) {
    std::vector<LonLat> places;
    for (int i = 0; i < 49; ++i) places.push_back({middle.lon + (i % 7) * 0.011, middle.lat + (i / 7) * 0.007});
    return from_lonlat(places, crs);
}

struct Town {
    const char* crs;
    LonLat middle;
};
const std::vector<Town> towns{{"EPSG:3059", {24.1, 56.95}},  {"EPSG:31287", {16.37, 48.2}},
                              {"EPSG:25835", {24.1, 56.95}}, {"EPSG:32635", {27.0, 56.9}},
                              {"EPSG:2180", {21.0, 52.2}},   {"EPSG:27700", {-0.1, 51.5}},
                              {"EPSG:3035", {10.0, 50.0}}};

TEST(Placement, ExchangedRowsAreFoundAndNoOtherIsBlamed) {
    for (std::size_t t = 0; t < 4; ++t) {
        const Crs crs(towns[t].crs);
        for (const std::size_t exchanged : {0U, 1U, 8U, 40U, 49U}) {
            auto rows = town(towns[t].middle, crs);
            for (std::size_t i = 0; i < exchanged; ++i) std::swap(rows[i].x, rows[i].y);
            const auto found = placement(rows, {}, crs);
            for (std::size_t i = 0; i < rows.size(); ++i)
                ASSERT_EQ(found.verdicts[i], i < exchanged ? swapped : plausible) << towns[t].crs << " " << exchanged;
            EXPECT_TRUE(found.strays.empty());
        }
    }
}

// Where both orders lie inside the area of use only the others tell, and nothing is refused.
TEST(Placement, ExchangedRowsThatFitTheAreaAreStraysThatWouldFitSwapped) {
    for (std::size_t t = 4; t < towns.size(); ++t) {
        const Crs crs(towns[t].crs);
        auto rows = town(towns[t].middle, crs);
        for (std::size_t i = 0; i < 8; ++i) std::swap(rows[i].x, rows[i].y);
        const auto found = placement(rows, {}, crs);
        EXPECT_EQ(found.verdicts, std::vector(49, plausible));
        ASSERT_EQ(found.strays.size(), 1U) << towns[t].crs;
        EXPECT_TRUE(found.strays[0].fits_swapped);
        EXPECT_EQ(found.strays[0].rows, (std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7}));
        const auto places = to_lonlat(rows, crs);
        double nearest = 1e9;
        for (std::size_t i = 0; i < 8; ++i) {
            for (std::size_t j = 8; j < 49; ++j) nearest = std::min(nearest, geodesic_distance_m(places[i], places[j]));
        }
        EXPECT_NEAR(found.strays[0].gap_m, nearest, 15'000) << towns[t].crs;
    }
}

TEST(Placement, OriginsDegreesAndKilometresAreToldRowByRow) {
    for (const auto& [code, middle] : towns) {
        const Crs crs(code);
        auto rows = town(middle, crs);
        rows[3] = {0, 0};
        rows[5] = {rows[5].x / 1000, rows[5].y / 1000};
        rows[7] = {middle.lon, middle.lat};
        rows[9] = *crs.false_origin();
        const auto found = verdicts(rows, code);
        for (std::size_t i = 0; i < rows.size(); ++i) {
            const auto expected = i == 3 || i == 9 ? nowhere : i == 5 ? kilometres : i == 7 ? degrees : plausible;
            ASSERT_EQ(found[i], expected) << code << " " << i;
        }
    }
    const auto world = verdicts({{24.1, 56.95}, {0, 0}, {24.2, 56.9}}, "EPSG:4326");
    EXPECT_EQ(world, (std::vector{plausible, nowhere, plausible}));
    // (0, 0) that was converted: in LKS-92, and in UTM 31, where it has an easting.
    const auto converted = from_lonlat(std::vector<LonLat>{{0, 0}}, Crs("EPSG:32631"));
    EXPECT_EQ(verdicts(converted, "EPSG:32631"), std::vector{nowhere});
}

TEST(Placement, ALayerOfDegreesIsKnownWithoutAnAreaOfUse) {
    const std::vector<XY> rows{{24.1, 56.95}, {24.2, 56.9}};
    EXPECT_EQ(verdicts(rows, "EPSG:3857"), (std::vector{degrees, degrees}));
    // Metres around a pole are meant.
    EXPECT_EQ(verdicts({{100, 50}, {-30, 20}}, "EPSG:3413"), (std::vector{plausible, plausible}));
}

// The population grid of Europe has a corner at the origin of its system, a grid of degrees one at (0, 0).
TEST(Placement, TheCornersOfGridsAreNoOrigins) {
    std::vector<XY> grid, degree_grid;
    for (int i = -3; i <= 3; ++i) {
        for (int j = -3; j <= 3; ++j) {
            grid.push_back({4'321'000.0 + 1000 * i, 3'210'000.0 + 1000 * j});
            degree_grid.push_back({0.5 * i, 0.5 * j});
        }
    }
    EXPECT_EQ(verdicts(grid, "EPSG:3035"), std::vector(49, plausible));
    EXPECT_EQ(verdicts(degree_grid, "EPSG:4326"), std::vector(49, plausible));
}

// Pärnu, Šiauliai, Valga; Kuressaare, which with its axes swapped would lie in Latvia, among Latvian towns.
TEST(Placement, RowsAcrossTheBorderAreRight) {
    const Crs lks92("EPSG:3059");
    const std::vector<LonLat> places{{24.5, 58.38}, {23.32, 55.93}, {26.04, 57.78}, {22.48, 58.25},
                                     {24.1, 56.95}, {21.01, 56.51}, {26.53, 55.87}, {24.36, 57.86}};
    EXPECT_EQ(verdicts(from_lonlat(places, lks92), "EPSG:3059"), std::vector(8, plausible));
    // One zone of UTM is used for the whole of Latvia, Norway and Italy, far outside its own area.
    for (const auto& [code, place] : {Town{"EPSG:25835", {21.0, 56.5}}, Town{"EPSG:25833", {31.1, 70.37}},
                                      Town{"EPSG:32632", {18.5, 40.1}}, Town{"EPSG:25832", {15.0, 55.1}}}) {
        EXPECT_EQ(verdicts(from_lonlat(std::vector{place}, Crs(code)), code), std::vector{plausible}) << code;
    }
}

// Swapped, Jelgava lies 42 km outside the area of LKS-92; far from the others, and among them the other way round.
TEST(Placement, NearTheBorderTheOthersDecide) {
    const Crs lks92("EPSG:3059");
    auto rows = town({23.7, 56.62}, lks92);
    std::swap(rows[0].x, rows[0].y);
    auto expected = std::vector(49, plausible);
    expected[0] = swapped;
    EXPECT_EQ(verdicts(rows, "EPSG:3059"), expected);
}

TEST(Placement, SwappedMetresThatFitEitherWayAreKnownByTheOthers) {
    // The first two lie inside the area of LKS-92 either way.
    const std::vector<XY> all_swapped{{380'000, 370'000}, {290'000, 320'000}, {311'825, 506'083}, {190'000, 660'000}};
    EXPECT_EQ(verdicts(all_swapped, "EPSG:3059"), std::vector(4, swapped));
    const std::vector<XY> one_swapped{{380'000, 370'000}, {320'000, 290'000}, {311'825, 506'083}, {660'000, 190'000}};
    EXPECT_EQ(verdicts(one_swapped, "EPSG:3059"), (std::vector{plausible, plausible, swapped, plausible}));
}

TEST(Placement, DegreesTellOneByOne) {
    const auto found = verdicts({{24, 57}, {57, 124}, {506083, 311825}, {181, 57}}, "EPSG:4326");
    EXPECT_EQ(found, (std::vector{plausible, swapped, outside, outside}));
    EXPECT_EQ(verdicts({{24, 57}, {56.95, 24.1}}, "EPSG:4258"), (std::vector{plausible, swapped}));
}

TEST(Placement, AShapeIsJudgedByBothItsCorners) {
    const std::vector<XY> lower{{506'000, 311'000}, {0, 0}, {311'000, 506'000}};
    const std::vector<XY> upper{{507'000, 312'000}, {507'000, 312'000}, {312'000, 507'000}};
    EXPECT_EQ(placement(lower, upper, Crs("EPSG:3059")).verdicts, (std::vector{plausible, outside, swapped}));
    const std::array<XY, 1> west{{{0, 0}}}, east{{{10, 10}}};  // a tile of ten degrees
    EXPECT_EQ(placement(west, east, Crs("EPSG:4326")).verdicts, std::vector{plausible});
}

TEST(Placement, StraysAreRowsFarFromAllOthersAlsoAcrossTheAntimeridian) {
    std::vector<XY> rows{{179.5, -17}, {-179.5, -17}, {179.9, -16.5}, {175, -40}};
    auto found = placement(rows, {}, Crs("EPSG:4326")).strays;
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].rows, std::vector<std::size_t>{3});
    EXPECT_NEAR(found[0].gap_m, geodesic_distance_m(LonLat{175, -40}, LonLat{179.5, -17}), 5'000);
    EXPECT_FALSE(found[0].fits_swapped);
    rows.pop_back();
    EXPECT_TRUE(placement(rows, {}, Crs("EPSG:4326")).strays.empty());
    // A country of scattered places has no strays: Oslo and around it, Bergen, Vadsø. Nor have two halves far apart.
    const std::vector<XY> norway{{10.7, 59.9}, {10.8, 59.9}, {10.2, 59.7}, {10.4, 59.3},
                                 {10.9, 59.2}, {11.1, 59.3}, {5.3, 60.4},  {29.7, 70.1}};
    EXPECT_TRUE(placement(norway, {}, Crs("EPSG:4326")).strays.empty());
    EXPECT_TRUE(placement(std::array<XY, 2>{{{24, 57}, {2, 48}}}, {}, Crs("EPSG:4326")).strays.empty());
}

TEST(PlaceGroups, LyingTogetherIsWhatGroupsSay) {
    std::vector<XY> rows;
    for (int i = 0; i < 200'000; ++i) rows.push_back({24 + (i % 100) * 0.01, 56 + (i % 70) * 0.02});
    EXPECT_TRUE(lie_together(rows, {}));
    rows[123'456] = {2.3, 48.9};
    EXPECT_FALSE(lie_together(rows, {}));
}

}  // namespace
}  // namespace sheltermap
