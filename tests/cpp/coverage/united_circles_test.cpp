// SPDX-License-Identifier: Apache-2.0
// Circles at distances at which no overlay is involved (src/coverage/united_circles.hpp), through service_area.
#include "sheltermap/coverage/service_area.hpp"
#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geometry/dissolve.hpp"
#include "sheltermap/geometry/validity.hpp"

#include <gtest/gtest.h>

#include "layouts.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace sheltermap {
namespace {

/// The union by GEOS of what service_area gives for each place alone.
GeometryColumn by_overlay(const std::vector<LonLat>& places, double distance_m) {
    GeometryColumn circles;
    for (const LonLat place : places) {
        circles.append_row(service_area(std::array{place}, {.distance_m = distance_m}), 0);
    }
    return dissolved(circles);
}

double area_m2(const GeometryColumn& column) { return geodesic_area_m2(column)[0]; }

std::size_t parts_of(const GeometryColumn& column) { return static_cast<std::size_t>(column.part_offsets.back()); }
std::size_t rings_of(const GeometryColumn& column) { return column.vertex_offsets.size() - 1; }

/// Sound, and the overlay's but for the corners that crossings of circles have and crossings of chords cut off.
void expect_the_union(const std::vector<LonLat>& places, double distance_m) {
    const GeometryColumn area = service_area(places, {.distance_m = distance_m});
    EXPECT_EQ(geometry_fault(area, 0), "");
    const double overlay = area_m2(by_overlay(places, distance_m));
    EXPECT_GE(area_m2(area), overlay * (1 - 1e-9));
    EXPECT_NEAR(area_m2(area) / overlay, 1, 1e-4);
}

TEST(UnitedCircles, VerticesOfACircleLieOnIt) {
    for (const double latitude : {-79.5, -30.0, 0.0, 57.0, 79.5}) {
        for (const double radius : {1.0, 500.0, 5'000.0, 20'000.0}) {
            const LonLat centre{24, latitude};
            for (const XY vertex : service_area(std::array{centre}, {.distance_m = radius}).vertices) {
                ASSERT_NEAR(geodesic_distance_m(centre, LonLat{vertex.x, vertex.y}), radius, 1e-7)
                    << latitude << ' ' << radius;
            }
        }
    }
}

TEST(UnitedCircles, VerticesOfAUnionLieOnACircleAndInNoOtherDisc) {
    std::mt19937_64 random(3);
    const auto places = random_places(random, Layout::uniform, 300);
    const double radius = 12'000;
    const GeometryColumn area = service_area(places, {.distance_m = radius});
    EXPECT_GT(rings_of(area), parts_of(area));  // there are holes
    for (const XY vertex : area.vertices) {
        double nearest = 1e9;
        for (const LonLat place : places) {
            nearest = std::min(nearest, geodesic_distance_m(place, LonLat{vertex.x, vertex.y}));
        }
        ASSERT_NEAR(nearest, radius, 1e-6);
    }
}

TEST(UnitedCircles, AreTheUnionOfTheCircles) {
    std::mt19937_64 random(4);
    for (const auto layout : {Layout::uniform, Layout::clustered, Layout::duplicate}) {
        const auto places = random_places(random, layout, 300);
        for (const double radius : {300.0, 1'000.0, 9'000.0}) expect_the_union(places, radius);
    }
}

TEST(UnitedCircles, OnAGridWhereManyMeetAtOnePlaceAreTheUnion) {
    std::vector<LonLat> places;
    for (int i = 0; i < 8; ++i) {
        for (int j = 0; j < 8; ++j) {
            // East and west, north and south of a place in the middle: four circles through it and it alone between.
            places.push_back(geodesic_destination(geodesic_destination({24, 57}, 90, 700.0 * i), 0, 700.0 * j));
        }
    }
    for (const double radius : {349.0, 350.0, 351.0, 350 * std::numbers::sqrt2, 495.1, 700.0}) {
        expect_the_union(places, radius);
    }
}

TEST(UnitedCircles, OfFourPlacesAtOneDistanceFromAFifthAreTheUnion) {
    std::vector<LonLat> places;
    for (const double azimuth : {0.0, 90.0, 180.0, 270.0})
        places.push_back(geodesic_destination({24, 57}, azimuth, 500));
    expect_the_union(places, 500);  // all through one place
    places.push_back({24, 57});
    expect_the_union(places, 500);
    expect_the_union(places, 250);  // each touches the one in the middle
}

TEST(UnitedCircles, NearlyAtOnePlaceAreTheUnion) {
    for (const double apart : {1e-9, 1e-6, 1e-4, 1e-2, 1.0}) {
        expect_the_union(
            {{24, 57}, geodesic_destination({24, 57}, 30, apart), geodesic_destination({24, 57}, 200, apart)}, 500);
    }
}

TEST(UnitedCircles, AreTheSameForAnyNumberOfThreadsAndOrderOfRows) {
    std::mt19937_64 random(5);
    auto places = random_places(random, Layout::uniform, 3'000);
    const ServiceAreaOptions options{.distance_m = 2'000};
    const GeometryColumn one = service_area(places, options, {.threads = 1, .stop = {}});
    for (const unsigned threads : {2U, 4U, 8U}) {
        std::shuffle(places.begin(), places.end(), random);
        const GeometryColumn other = service_area(places, options, {.threads = threads, .stop = {}});
        EXPECT_EQ(other.vertices, one.vertices);
        EXPECT_EQ(other.vertex_offsets, one.vertex_offsets);
        EXPECT_EQ(other.ring_offsets, one.ring_offsets);
    }
}

}  // namespace
}  // namespace sheltermap
