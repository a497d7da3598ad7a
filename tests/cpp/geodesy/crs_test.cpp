// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geodesy/crs.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include "shapes.hpp"
#include <array>
#include <cmath>
#include <limits>

namespace sheltermap {
namespace {

TEST(Crs, TheSystemsOfLatviaAndTheWebAreKnown) {
    for (const char* code : {"EPSG:4326", "EPSG:3059", "EPSG:25835", "EPSG:3857", "EPSG:10306", "EPSG:10305"}) {
        EXPECT_EQ(Crs(code).code(), code);
    }
    EXPECT_TRUE(Crs("EPSG:4326").is_lonlat());
    EXPECT_TRUE(Crs("OGC:CRS84").is_lonlat());
    EXPECT_FALSE(Crs("EPSG:4258").is_lonlat());
}

TEST(Crs, AnythingButADefinitionIsRefused) {
    for (const char* text : {"", "EPSG:999999", "nonsense", "+proj=pipeline +step +init=/etc/passwd",
                             "https://example.org/crs", "/etc/hostname", "WGS 84", "PROJCS[\"cut"}) {
        EXPECT_THROW(Crs{text}, CrsError) << text;
    }
}

// A newer database writes "LKS-92" where PROJ 9.1 knows "LKS92"; the code decides.
TEST(Crs, OnlyGeographicAndProjectedSystemsSayWhereAPlaceIs) {
    // Geocentric WGS 84 and ETRS89; a height; a local grid.
    for (const auto* definition : {"EPSG:4978", "EPSG:4936", "EPSG:5702", "EPSG:5800"}) {
        EXPECT_THROW(Crs{definition}, CrsError) << definition;
    }
    // Three-dimensional WGS 84; a projection with a height.
    EXPECT_TRUE(Crs("EPSG:4979").is_lonlat());
    EXPECT_FALSE(Crs("EPSG:7405").is_geographic());
}

TEST(Crs, ADefinitionWithANewerDatumNameIsKnownByItsCode) {
    std::string wkt = Crs("EPSG:3059").wkt();
    for (auto at = wkt.find("LKS92"); at != std::string::npos; at = wkt.find("LKS92", at)) wkt.replace(at, 5, "LKS-92");
    const Crs crs(wkt);
    EXPECT_EQ(crs.code(), "EPSG:3059");
    EXPECT_EQ(crs.wkt(), Crs("EPSG:3059").wkt());
    EXPECT_NO_THROW(static_cast<void>(describe_transformation(crs, Crs("EPSG:4326"))));
}

TEST(Crs, ACodeThatBeliesItsParametersIsNotBelieved) {
    std::string wkt = Crs("EPSG:3059").wkt();
    wkt.replace(wkt.find("-6000000"), 8, "-5000000");
    const Crs shifted(wkt);
    EXPECT_EQ(shifted.code(), "");
    const std::array<XY, 1> at{{{506083.0, 1'311'825.0}}};
    EXPECT_NEAR(to_lonlat(at, shifted)[0].lat, 56.95, 1e-5);
}

// Same place in several systems, computed with PROJ's cs2cs 9.1.1 and in the design notes of EPSG:3059.
TEST(ToLonLat, RigaIsWhereItIs) {
    const std::array<XY, 1> lks92{{{506083.0, 311825.0}}};
    for (const char* code : {"EPSG:3059", "EPSG:10306"}) {
        const auto place = to_lonlat(lks92, Crs(code));
        EXPECT_NEAR(place[0].lon, 24.1, 1e-5) << code;
        EXPECT_NEAR(place[0].lat, 56.95, 1e-5) << code;
    }
}

TEST(ToLonLat, ThereAndBackIsTheSamePlace) {
    std::vector<LonLat> places;
    for (double lon = 21; lon <= 28; lon += 0.25) places.push_back({lon, 55.7 + (lon - 21) / 4});
    for (const char* code : {"EPSG:3059", "EPSG:25835", "EPSG:3857", "EPSG:10306", "EPSG:4661"}) {
        const Crs crs(code);
        const auto again = to_lonlat(from_lonlat(places, crs), crs);
        for (std::size_t i = 0; i < places.size(); ++i) {
            ASSERT_LT(geodesic_distance_m(places[i], again[i]), 1e-6) << code;
        }
    }
}

TEST(ToLonLat, RowsWithoutAPositionStayWithout) {
    const std::array<XY, 2> rows{{{std::numeric_limits<double>::quiet_NaN(), 1}, {506083, 311825}}};
    const auto places = to_lonlat(rows, Crs("EPSG:3059"));
    EXPECT_FALSE(has_position(places[0]));
    EXPECT_TRUE(has_position(places[1]));
}

TEST(ToLonLat, NoBallparkTransformationIsTaken) {
    const Crs own_datum(
        R"(GEOGCRS["local",DATUM["nobody knows",ELLIPSOID["Bessel",6377397.155,299.1528128]],CS[ellipsoidal,2],)"
        R"(AXIS["latitude",north],AXIS["longitude",east],ANGLEUNIT["degree",0.0174532925199433]])");
    EXPECT_THROW(static_cast<void>(to_lonlat(std::array<XY, 1>{{{24, 57}}}, own_datum)), CrsError);
}

// A 200 km edge along a northing of LKS-92 leaves its straight line in longitude and latitude by about a kilometre.
TEST(ToLonLat, LongEdgesGetVerticesUntilTheyFollow) {
    const Crs lks92("EPSG:3059");
    const GeometryColumn zone =
        polygon({{{400e3, 300e3}, {600e3, 300e3}, {600e3, 310e3}, {400e3, 310e3}, {400e3, 300e3}}});
    const GeometryColumn followed = to_lonlat(zone, lks92, 0.01);
    EXPECT_GT(followed.vertices.size(), 100U);
    std::vector<LonLat> middles;
    for (std::size_t i = 1; i < followed.vertices.size(); ++i) {
        const XY a = followed.vertices[i - 1], b = followed.vertices[i];
        middles.push_back({(a.x + b.x) / 2, (a.y + b.y) / 2});
    }
    for (const XY at : from_lonlat(middles, lks92)) {
        const double off =
            std::min({std::abs(at.x - 400e3), std::abs(at.x - 600e3), std::abs(at.y - 300e3), std::abs(at.y - 310e3)});
        ASSERT_LE(off, 0.011);
    }
}

// British National Grid by its transverse Mercator, LAEA Europe by its centre, Austria Lambert by its false origin.
TEST(Crs, AProjectionSaysWhatItsOwnOriginIsCalled) {
    EXPECT_EQ(Crs("EPSG:27700").false_origin(), (XY{400'000, -100'000}));
    EXPECT_EQ(Crs("EPSG:3035").false_origin(), (XY{4'321'000, 3'210'000}));
    EXPECT_EQ(Crs("EPSG:31287").false_origin(), (XY{400'000, 400'000}));
    EXPECT_EQ(Crs("EPSG:4326").false_origin(), std::nullopt);
}

}  // namespace
}  // namespace sheltermap
