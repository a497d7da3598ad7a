// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "shapes.hpp"
#include <array>
#include <cmath>
#include <fstream>
#include <stdexcept>
#include <string>

namespace sheltermap {
namespace {

/// GeographicLib's stated accuracy (GeographicLib.dox, "15 nanometers").
constexpr double fifteen_nm = 15e-9;

struct Geodesic {
    LonLat from, to;
    double azimuth_deg, distance_m;
};

/// Karney's GeodTest set: random, near-antipodal, short, polar, meridional and equatorial lines.
std::vector<Geodesic> geodtest() {
    std::ifstream file(std::string(SHELTERMAP_TEST_DATA) + "/geodtest/geodesics.txt");
    std::vector<Geodesic> set;
    Geodesic g{};
    while (file >> g.from.lat >> g.from.lon >> g.azimuth_deg >> g.to.lat >> g.to.lon >> g.distance_m) set.push_back(g);
    return set;
}

TEST(GeodesicDistance, IsWithin15NanometresOfGeodTest) {
    const auto set = geodtest();
    ASSERT_EQ(set.size(), 5000U);
    for (const Geodesic& g : set) {
        ASSERT_NEAR(geodesic_distance_m(g.from, g.to), g.distance_m, fifteen_nm) << g.from.lat << " " << g.to.lon;
    }
}

TEST(GeodesicDestination, IsWithin15NanometresOfGeodTest) {
    for (const Geodesic& g : geodtest()) {
        const LonLat reached = geodesic_destination(g.from, g.azimuth_deg, g.distance_m);
        ASSERT_LT(geodesic_distance_m(reached, g.to), fifteen_nm) << g.from.lat << " " << g.azimuth_deg;
    }
}

TEST(GeodesicDistance, ToItselfIsZeroAndWithoutAPositionIsNaN) {
    EXPECT_EQ(geodesic_distance_m(LonLat{24, 57}, LonLat{24, 57}), 0);
    EXPECT_TRUE(std::isnan(geodesic_distance_m(LonLat{nan, nan}, LonLat{24, 57})));
}

TEST(GeodesicDistance, LengthsThatDifferAndImpossibleLatitudesAreRefused) {
    const std::array<LonLat, 2> two{{{24, 57}, {25, 57}}};
    const std::array<LonLat, 1> one{{{24, 57}}};
    const std::array<LonLat, 1> beyond{{{24, 90.5}}};
    EXPECT_THROW(static_cast<void>(geodesic_distance_m(two, one)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(geodesic_distance_m(one, beyond)), std::invalid_argument);
}

// The whole ellipsoid: 510 065 621.724 km2 (Karney 2013, section 6, WGS 84); one of 8 equal octants.
TEST(GeodesicArea, AnOctantIsAnEighthOfTheEllipsoid) {
    const auto area = geodesic_area_m2(polygon({{{0, 0}, {90, 0}, {90, 90}, {0, 0}}}));
    EXPECT_NEAR(area[0], 510'065'621.724e6 / 8, 1e3);
}

TEST(GeodesicArea, HolesAreSubtractedAndTheWayOfRingsDoesNotMatter) {
    const Ring shell = square(24, 56, 1), hole = square(24.2, 56.2, 0.5);
    const Ring backwards(shell.rbegin(), shell.rend());
    GeometryColumn column = polygon({shell, hole});
    append_polygon(column, {shell});
    append_polygon(column, {hole});
    append_polygon(column, {backwards, hole});
    column.append_missing();
    column.append_point({24, 57});
    const auto area = geodesic_area_m2(column);
    EXPECT_DOUBLE_EQ(area[0], area[1] - area[2]);
    EXPECT_DOUBLE_EQ(area[0], area[3]);
    EXPECT_TRUE(std::isnan(area[4]));
    EXPECT_EQ(area[5], 0);
}

// The meridian quadrant of WGS 84 is 10 001 965.729 m (NIMA TR8350.2).
TEST(GeodesicLength, FromTheEquatorToThePoleIsTheMeridianQuadrant) {
    GeometryColumn column;
    column.begin_row(GeometryType::line_string);
    column.begin_part();
    column.append_ring(std::array<XY, 3>{{{24, 0}, {24, 45}, {24, 90}}});
    EXPECT_NEAR(geodesic_length_m(column)[0], 10'001'965.729, 1e-3);
}

}  // namespace
}  // namespace sheltermap
