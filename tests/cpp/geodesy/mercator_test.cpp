// SPDX-License-Identifier: Apache-2.0
#include "geodesy/mercator.hpp"

#include "sheltermap/geodesy/crs.hpp"
#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include <array>

namespace sheltermap {
namespace {

TEST(Mercator, IsWhatProjCallsWorldMercator) {
    const std::array places{LonLat{24, 57}, LonLat{-70, -33.5}, LonLat{179, 0}, LonLat{0, 84}};
    const auto expected = from_lonlat(places, Crs("EPSG:3395"));
    for (std::size_t i = 0; i < places.size(); ++i) {
        const XY at = Mercator({0, 0}).from_lonlat({places[i].lon, places[i].lat});
        EXPECT_NEAR(at.x, expected[i].x, 1e-6);
        EXPECT_NEAR(at.y, expected[i].y, 1e-6);
    }
}

TEST(Mercator, ComesBack) {
    const Mercator plane({24, 57});
    for (const XY place : {XY{24, 57}, XY{24.3, 56.2}, XY{-100, -89}, XY{200, 89}, XY{10, 0}}) {
        const XY back = plane.to_lonlat(plane.from_lonlat(place));
        EXPECT_NEAR(back.x, place.x, 1e-12);
        EXPECT_NEAR(back.y, place.y, 2e-12);
    }
}

TEST(Mercator, ScalesAllDirectionsAlike) {
    const Mercator plane({24, 60});
    for (const double azimuth : {0.0, 45.0, 90.0, 200.0}) {
        const LonLat away = geodesic_destination({24, 60}, azimuth, 10);
        const XY at = plane.from_lonlat({away.lon, away.lat});
        EXPECT_NEAR(std::hypot(at.x, at.y), 10 * Mercator::scale(60), 1e-4);
    }
}

}  // namespace
}  // namespace sheltermap
