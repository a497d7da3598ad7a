// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geometry/dissolve.hpp"

#include "sheltermap/geometry/validity.hpp"

#include <gtest/gtest.h>

#include "geometry/prepared_polygon.hpp"
#include "shapes.hpp"
#include <algorithm>

namespace sheltermap {
namespace {

double signed_area(std::span<const XY> ring) {
    double area = 0;
    for (std::size_t i = 1; i < ring.size(); ++i) area += ring[i - 1].x * ring[i].y - ring[i].x * ring[i - 1].y;
    return area / 2;
}

TEST(Dissolved, OverlapsCountOnceAndDistantPartsStayApart) {
    GeometryColumn column;
    append_polygon(column, {square(0, 0, 2)});
    append_polygon(column, {square(1, 0, 2)});
    column.append_missing();
    append_polygon(column, {square(10, 10, 1)});
    const GeometryColumn all = dissolved(column);
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all.types[0], GeometryType::multi_polygon);
    double area = 0;
    for (std::int64_t ring = 0; ring < 2; ++ring) area += signed_area(all.ring(ring));
    EXPECT_DOUBLE_EQ(area, 7);
}

TEST(Dissolved, ShellsRunCounterClockwiseAndHolesClockwise) {
    GeometryColumn frame;  // four bars around an empty middle
    append_polygon(frame, {{{0, 0}, {0, 1}, {3, 1}, {3, 0}, {0, 0}}});
    append_polygon(frame, {{{0, 2}, {3, 2}, {3, 3}, {0, 3}, {0, 2}}});
    append_polygon(frame, {{{0, 0}, {1, 0}, {1, 3}, {0, 3}, {0, 0}}});
    append_polygon(frame, {{{2, 0}, {3, 0}, {3, 3}, {2, 3}, {2, 0}}});
    const GeometryColumn all = dissolved(frame);
    EXPECT_EQ(all.types[0], GeometryType::polygon);
    EXPECT_DOUBLE_EQ(signed_area(all.ring(0)), 9);
    EXPECT_DOUBLE_EQ(signed_area(all.ring(1)), -1);
}

TEST(Dissolved, NothingIsAMissingRow) {
    GeometryColumn column;
    column.append_missing();
    EXPECT_EQ(dissolved(column).types, (std::vector<GeometryType>{GeometryType::missing}));
    EXPECT_EQ(dissolved(GeometryColumn{}).types, (std::vector<GeometryType>{GeometryType::missing}));
}

TEST(CutAtAntimeridian, PartsBeyondItComeBackOnTheOtherSide) {
    for (const double west : {175.0, -185.0}) {
        const GeometryColumn cut = cut_at_antimeridian(polygon({square(west, 0, 10)}), 0);
        EXPECT_EQ(cut.types[0], GeometryType::multi_polygon);
        EXPECT_EQ(geometry_fault(cut, 0), "");
        const PreparedPolygon parts(cut, 0);
        EXPECT_TRUE(parts.covers({179, 5}) && parts.covers({-179, 5})) << west;
        EXPECT_FALSE(parts.covers({174, 5}) || parts.covers({-174, 5})) << west;
        EXPECT_TRUE(std::ranges::all_of(cut.vertices, [](XY v) { return v.x >= -180 && v.x <= 180; })) << west;
    }
}

TEST(CutAtAntimeridian, WhatOnlyTouchesItStaysWhole) {
    const GeometryColumn cut = cut_at_antimeridian(polygon({square(170, 0, 10)}), 0);
    EXPECT_EQ(cut.types[0], GeometryType::polygon);
    EXPECT_DOUBLE_EQ(signed_area(cut.ring(0)), 100);
}

}  // namespace
}  // namespace sheltermap
