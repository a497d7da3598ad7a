// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geometry/validity.hpp"

#include "sheltermap/base/error.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "memory_limit.hpp"
#include "shapes.hpp"
#include <cmath>
#include <new>
#include <vector>

namespace sheltermap {
namespace {

TEST(GeometryFault, SoundGeometriesHaveNone) {
    GeometryColumn column = polygon({square(0, 0, 4), square(1, 1, 1)});
    column.append_point({24, 57});
    EXPECT_EQ(geometry_fault(column, 0), "");
    EXPECT_EQ(geometry_fault(column, 1), "");
}

TEST(GeometryFault, MissingAndUnfiniteAreNamed) {
    GeometryColumn column;
    column.append_missing();
    column.append_point({nan, 1});
    column.append_point({infinity, 1});
    EXPECT_EQ(geometry_fault(column, 0), "no geometry");
    EXPECT_EQ(geometry_fault(column, 1), "a coordinate is not a finite number: (nan, 1)");
    EXPECT_EQ(geometry_fault(column, 2), "a coordinate is not a finite number: (inf, 1)");
}

TEST(GeometryFault, RingsThatAreTooShortOrOpenAreNamed) {
    EXPECT_EQ(geometry_fault(polygon({{{0, 0}, {1, 1}, {0, 0}}}), 0),
              "a ring has 3 vertices, a polygon needs at least 4");
    EXPECT_EQ(geometry_fault(polygon({{{0, 0}, {1, 0}, {1, 1}, {0, 1}}}), 0),
              "a ring is not closed: it starts at (0, 0)");
}

TEST(GeometryFault, ASelfIntersectionIsNamedWithItsSpot) {
    EXPECT_EQ(geometry_fault(polygon({bow_tie()}), 0), "Self-intersection at (1, 1)");
}

TEST(GeometryFault, MemoryThatIsOutIsNoFaultOfTheGeometry) {
    constexpr int vertices = 10'000;
    std::vector<XY> circle;
    for (int i = 0; i < vertices; ++i) circle.push_back({std::cos(i * 6.28 / vertices), std::sin(i * 6.28 / vertices)});
    circle.push_back(circle.front());
    const GeometryColumn column = polygon({circle});
    {
        const MemoryLimit limit(100'000);
        EXPECT_THROW((void)geometry_fault(column, 0), std::bad_alloc);
        EXPECT_THROW((void)repaired_polygon(column, 0), std::bad_alloc);
    }
    EXPECT_EQ(geometry_fault(column, 0), "");
}

TEST(RepairedPolygon, ABowTieBecomesTwoTriangles) {
    const GeometryColumn repaired = repaired_polygon(polygon({bow_tie()}), 0);
    ASSERT_EQ(repaired.size(), 1U);
    EXPECT_EQ(repaired.types[0], GeometryType::multi_polygon);
    EXPECT_EQ(repaired.part_offsets.back(), 2);
    EXPECT_EQ(geometry_fault(repaired, 0), "");
}

TEST(RepairedPolygon, NothingLeftIsAnError) {
    const GeometryColumn flat = polygon({{{0, 0}, {1, 1}, {2, 2}, {0, 0}}});
    EXPECT_THROW(static_cast<void>(repaired_polygon(flat, 0)), GeometryError);
    EXPECT_THROW(static_cast<void>(repaired_polygon(polygon({{{0, 0}, {1, 1}}}), 0)), GeometryError);
}

}  // namespace
}  // namespace sheltermap
