// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/coverage/service_area.hpp"

#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/geometry/validity.hpp"
#include "sheltermap/index/place_index.hpp"
#include "sheltermap/index/zone_index.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "layouts.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <random>
#include <stdexcept>
#include <utility>
#include <vector>

namespace sheltermap {
namespace {

double area_of(const GeometryColumn& column, std::size_t row = 0) { return geodesic_area_m2(column)[row]; }

/// The oracle: a polygon of 20,000 geodesics, too small by 2e-8.
double circle_area_m2(LonLat centre, double radius_m) {
    constexpr int corners = 20'000;
    std::vector<XY> ring;
    for (int i = 0; i <= corners; ++i) {
        const LonLat at = geodesic_destination(centre, -360.0 * (i % corners) / corners, radius_m);
        ring.push_back({at.lon, at.lat});
    }
    GeometryColumn column;
    column.begin_row(GeometryType::polygon);
    column.begin_part();
    column.append_ring(ring);
    return area_of(column);
}

void expect_sound(const GeometryColumn& column) {
    for (std::size_t row = 0; row < column.size(); ++row) {
        EXPECT_EQ(geometry_fault(column, row), column.types[row] == GeometryType::missing ? "no geometry" : "");
    }
    EXPECT_TRUE(std::ranges::all_of(column.vertices, [](XY v) { return std::abs(v.x) <= 180 && std::abs(v.y) <= 90; }));
    for (std::size_t part = 0; part + 1 < column.ring_offsets.size(); ++part) {
        for (auto r = column.ring_offsets[part]; r < column.ring_offsets[part + 1]; ++r) {
            const auto ring = column.ring(r);
            double area = 0;  // right-hand rule
            for (std::size_t i = 1; i < ring.size(); ++i) {
                area += (ring[i - 1].x - ring[0].x) * (ring[i].y - ring[0].y) -
                        (ring[i].x - ring[0].x) * (ring[i - 1].y - ring[0].y);
            }
            EXPECT_EQ(area > 0, r == column.ring_offsets[part]);
        }
    }
}

TEST(ServiceArea, OfOneFacilityIsACircleWithinTheStatedError) {
    for (const LonLat centre : {LonLat{24, 57}, LonLat{0, 0}, LonLat{-120, -75}, LonLat{10, 88}}) {
        for (const double radius : {10.0, 500.0, 100'000.0, 1'000'000.0}) {
            const double truth = circle_area_m2(centre, radius);
            for (const double error : {1e-2, 1e-3, 1e-5}) {
                const std::array<LonLat, 1> facility{centre};
                const GeometryColumn circle = service_area(facility, {.distance_m = radius, .area_error = error});
                expect_sound(circle);
                EXPECT_NEAR(area_of(circle), truth, error * truth) << centre.lat << " " << radius << " " << error;
            }
        }
    }
}

TEST(ServiceArea, HasNoMoreVerticesThanTheErrorNeeds) {
    const std::array<LonLat, 1> facility{{{24, 57}}};
    // A regular polygon of n corners misses (2 pi / n)^2 / 6 of its circle: n = 81 for 1e-3, 812 for 1e-5.
    EXPECT_LT(service_area(facility, {.distance_m = 500}).vertices.size(), 90U);
    EXPECT_LT(service_area(facility, {.distance_m = 500, .area_error = 1e-5}).vertices.size(), 900U);
}

class ServiceAreaLayouts : public testing::TestWithParam<Layout> {
protected:
    void SetUp() override {
        std::mt19937_64 random(20261121);
        facilities_ = random_places(random, GetParam(), 60);
        facilities_[7] = {nan, nan};
        demand_ = random_places(random, GetParam(), 3'000);
        for (std::size_t i = 0; i < 3'000; ++i) {  // and near the circles, too
            const LonLat centre = facilities_[i % 60];
            if (i % 60 == 7) continue;
            demand_.push_back(geodesic_destination(centre, 0.12 * static_cast<double>(i),
                                                   1.4e-3 * distance_m() * static_cast<double>(i % 997)));
        }
    }
    static double distance_m() { return GetParam() == Layout::sparse ? 900'000 : 15'000; }
    /// The deviation of an edge that the default error allows.
    static double deviation_m() { return 0.75e-3 * distance_m(); }

    std::vector<LonLat> facilities_, demand_;
};

TEST_P(ServiceAreaLayouts, HoldsWhoeverIsServedAndNobodyElse) {
    const GeometryColumn area = service_area(facilities_, {.distance_m = distance_m()});
    expect_sound(area);
    const ZoneIndex served(area);
    const PlaceIndex index(facilities_);
    for (const LonLat from : demand_) {
        const double distance = index.find(from)[0].distance_m;
        if (std::abs(distance - distance_m()) <= deviation_m()) continue;
        EXPECT_EQ(served.find(from).empty(), distance > distance_m()) << from.lon << " " << from.lat;
    }
}

// Distances to the two nearest spots; of facilities at one spot the lowest row stands for all.
TEST_P(ServiceAreaLayouts, SplitByNearestGivesEverybodyTheirNearest) {
    const GeometryColumn parts = service_areas_by_nearest(facilities_, {.distance_m = distance_m()});
    expect_sound(parts);
    const ZoneIndex zones(parts);
    int looked_at = 0;
    for (const LonLat from : demand_) {
        std::vector<std::pair<double, std::int32_t>> spots;
        for (std::size_t row = 0; row < facilities_.size(); ++row) {
            if (std::find(facilities_.begin(), facilities_.end(), facilities_[row]) - facilities_.begin() !=
                static_cast<std::ptrdiff_t>(row)) {
                continue;
            }
            spots.emplace_back(geodesic_distance_m(from, facilities_[row]), static_cast<std::int32_t>(row));
        }
        std::sort(spots.begin(), spots.end());
        // Half the difference of the distances is how far the bisector is away, at least.
        const bool near_bisector = spots[1].first - spots[0].first <= 2 * deviation_m();
        if (near_bisector || std::abs(spots[0].first - distance_m()) <= deviation_m()) continue;
        ++looked_at;
        const bool served = spots[0].first < distance_m();
        EXPECT_EQ(zones.find(from), served ? std::vector{spots[0].second} : std::vector<std::int32_t>{})
            << from.lon << " " << from.lat;
    }
    EXPECT_GT(looked_at, 1'000);
}

TEST_P(ServiceAreaLayouts, ThePartsSumToTheWhole) {
    const auto areas = geodesic_area_m2(service_areas_by_nearest(facilities_, {.distance_m = distance_m()}));
    double sum = 0;
    for (const double area : areas) sum += std::isnan(area) ? 0 : area;
    const double whole = area_of(service_area(facilities_, {.distance_m = distance_m(), .area_error = 1e-5}));
    EXPECT_NEAR(sum, whole, 1e-3 * whole);
}

INSTANTIATE_TEST_SUITE_P(Layouts, ServiceAreaLayouts,
                         testing::Values(Layout::uniform, Layout::clustered, Layout::sparse, Layout::duplicate,
                                         Layout::polar, Layout::antimeridian));

TEST(ServiceAreasByNearest, TwoFacilitiesShareTheLensBetweenThem) {
    const LonLat west{24, 57};
    const std::array<LonLat, 2> facilities{west, geodesic_destination(west, 90, 500)};
    const auto areas = geodesic_area_m2(service_areas_by_nearest(facilities, {.distance_m = 500, .area_error = 1e-5}));
    // A circle cut at half its radius keeps 2/3 + sqrt(3) / (4 pi) of its area, in the plane as good as on 500 m.
    const double expected = circle_area_m2(west, 500) * (2.0 / 3 + std::sqrt(3) / (4 * std::numbers::pi));
    EXPECT_NEAR(areas[0], expected, 1e-5 * expected);
    EXPECT_NEAR(areas[1], expected, 1e-5 * expected);
}

TEST(ServiceAreasByNearest, APlaceTwiceOrNowhereLeavesAMissingRow) {
    const std::array<LonLat, 3> facilities{{{24, 57}, {24, 57}, {nan, nan}}};
    const GeometryColumn parts = service_areas_by_nearest(facilities, {.distance_m = 500});
    EXPECT_EQ(parts.types, (std::vector{GeometryType::polygon, GeometryType::missing, GeometryType::missing}));
}

TEST(ServiceAreasByNearest, ABisectorAlongTheAntimeridianLeavesNoSlivers) {
    const std::array<LonLat, 2> facilities{{{179.99, 0}, {-179.99, 0}}};
    const GeometryColumn parts = service_areas_by_nearest(facilities, {.distance_m = 20'000});
    expect_sound(parts);
    EXPECT_EQ(parts.types, (std::vector{GeometryType::polygon, GeometryType::polygon}));
    EXPECT_TRUE(std::ranges::all_of(parts.row_vertices(0), [](XY v) { return v.x > 179; }));
    EXPECT_TRUE(std::ranges::all_of(parts.row_vertices(1), [](XY v) { return v.x < -179; }));
}

TEST(ServiceAreasByNearest, IsTheSameForAnyNumberOfThreads) {
    std::mt19937_64 random(8);
    const auto facilities = random_places(random, Layout::clustered, 80);
    const auto one = service_areas_by_nearest(facilities, {.distance_m = 2'000}, {.threads = 1, .stop = {}});
    const auto many = service_areas_by_nearest(facilities, {.distance_m = 2'000}, {.threads = 4, .stop = {}});
    EXPECT_EQ(many.vertices, one.vertices);
    EXPECT_EQ(many.vertex_offsets, one.vertex_offsets);
}

TEST(ServiceArea, WithoutAFacilityIsMissing) {
    const std::array<LonLat, 1> nowhere{{{nan, nan}}};
    EXPECT_EQ(service_area(nowhere, {.distance_m = 500}).types, (std::vector{GeometryType::missing}));
    EXPECT_EQ(service_area({}, {.distance_m = 500}).types, (std::vector{GeometryType::missing}));
}

TEST(ServiceArea, OptionsOutOfRangeAreRefused) {
    const std::array<LonLat, 1> facility{{{24, 57}}};
    for (const double distance : {0.0, -1.0, 1'000'001.0, nan}) {
        EXPECT_THROW(static_cast<void>(service_area(facility, {.distance_m = distance})), std::invalid_argument);
    }
    for (const double error : {0.0, 0.2, nan}) {
        EXPECT_THROW(static_cast<void>(service_areas_by_nearest(facility, {.distance_m = 500, .area_error = error})),
                     std::invalid_argument);
    }
}

}  // namespace
}  // namespace sheltermap
