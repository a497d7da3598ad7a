// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geodesy/lonlat_measure.hpp"

#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include "geodesy/area_from_parallel.hpp"
#include "shapes.hpp"
#include <cmath>
#include <numbers>

namespace sheltermap {
namespace {

GeometryColumn line(const Ring& vertices) {
    GeometryColumn column;
    column.begin_row(GeometryType::line_string);
    column.begin_part();
    column.append_ring(vertices);
    return column;
}

/// Each edge in `pieces` equal steps of longitude and latitude.
Ring densified(const Ring& ring, int pieces) {
    Ring result{ring.front()};
    for (std::size_t i = 1; i < ring.size(); ++i) {
        for (int piece = 1; piece <= pieces; ++piece) {
            const double t = static_cast<double>(piece) / pieces;
            result.push_back(
                {ring[i - 1].x + t * (ring[i].x - ring[i - 1].x), ring[i - 1].y + t * (ring[i].y - ring[i - 1].y)});
        }
    }
    return result;
}

TEST(LonLatArea, TheWholeEllipsoidHasItsArea) {
    // 2 pi a² (1 + (1 - e²) atanh(e) / e), the closed form of an oblate spheroid's surface.
    const double e = std::sqrt(1 - (wgs84_b_m * wgs84_b_m) / (wgs84_a_m * wgs84_a_m));
    const double area = 2 * std::numbers::pi * wgs84_a_m * wgs84_a_m * (1 + (1 - e * e) * std::atanh(e) / e);
    EXPECT_NEAR(lonlat_area_m2(polygon({{{-180, -90}, {180, -90}, {180, 90}, {-180, 90}, {-180, -90}}}), 0) / area, 1,
                1e-14);
}

TEST(AreaFromParallel, PiecesOfAnEdgeSumToItWhateverTheirHeight) {
    const AreaFromParallel area(56.9);
    for (const double height : {0.001, 0.015, 0.03, 0.7, 30.0}) {  // both formulas, and across from one to the other
        const XY from{24, 56.9}, to{24.5, 56.9 + height};
        double sum = 0;
        constexpr int pieces = 64;
        for (int i = 0; i < pieces; ++i) {
            const auto at = [&](int step) {
                return XY{from.x + (to.x - from.x) * step / pieces, from.y + (to.y - from.y) * step / pieces};
            };
            sum += area.area_m2(at(i), at(i + 1));
        }
        EXPECT_NEAR(area.area_m2(from, to) / sum, 1, 1e-13 + 4e-14 / height) << height;  // rounded ends
        EXPECT_NEAR(area.area_m2(to, from) / area.area_m2(from, to), -1, 1e-14);
    }
}

TEST(LonLatArea, AgreesWithGeodesicsBetweenCloseVertices) {
    const Ring shell{{24, 56.9}, {24.02, 56.905}, {24.017, 56.93}, {23.995, 56.92}, {24, 56.9}};
    const Ring hole{{24.005, 56.91}, {24.01, 56.91}, {24.01, 56.915}, {24.005, 56.91}};
    const auto fine = polygon({densified(shell, 3000), densified(hole, 3000)});
    const double straight = lonlat_area_m2(polygon({shell, hole}), 0);
    EXPECT_NEAR(straight / geodesic_area_m2(fine)[0], 1, 1e-9);
    EXPECT_NEAR(straight / lonlat_area_m2(fine, 0), 1, 1e-11);  // the 12,000 added vertices are rounded
}

TEST(LonLatArea, AnEdgeDiffersFromItsGeodesicAsDocumented) {
    // A triangle whose northern edge runs along 57 N for 1 km; its other edges are short or meridians.
    const double degrees = 1000 / 60'772.0;
    const auto box = polygon({{{24, 0}, {24 + degrees, 0}, {24 + degrees, 57}, {24, 57}, {24, 0}}});
    const double difference = geodesic_area_m2(box)[0] - lonlat_area_m2(box, 0);
    EXPECT_NEAR(difference, 1e9 * std::tan(57 * std::numbers::pi / 180) / 12 / 6.38e6, 0.5);
}

TEST(LonLatLength, MeridiansAreGeodesicsAndParallelsAreCircles) {
    const auto meridian = line({{24, 50}, {24, 57}});
    EXPECT_NEAR(lonlat_length_m(meridian, 0), geodesic_length_m(meridian)[0], 1e-7);
    const double s = std::sin(57 * std::numbers::pi / 180);
    const double e2 = 1 - (wgs84_b_m * wgs84_b_m) / (wgs84_a_m * wgs84_a_m);
    const double circle = wgs84_a_m / std::sqrt(1 - e2 * s * s) * std::sqrt(1 - s * s) * std::numbers::pi / 18;
    EXPECT_NEAR(lonlat_length_m(line({{20, 57}, {30, 57}}), 0), circle, 1e-7);
}

TEST(LonLatLength, AgreesWithGeodesicsBetweenCloseVertices) {
    const Ring edges{{24, 56}, {26, 58}, {25, 57}};
    EXPECT_NEAR(lonlat_length_m(line(edges), 0) / geodesic_length_m(line(densified(edges, 5000)))[0], 1, 1e-10);
}

TEST(LonLatMeasures, OtherTypesMeasureNothing) {
    const auto square_degree = polygon({square(24, 56, 1)});
    EXPECT_EQ(lonlat_length_m(square_degree, 0), 0);
    EXPECT_EQ(lonlat_area_m2(line({{24, 56}, {25, 57}}), 0), 0);
}

}  // namespace
}  // namespace sheltermap
