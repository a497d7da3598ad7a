// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geometry/validity.hpp"

#include "sheltermap/base/error.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "shapes.hpp"
#include <cmath>

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
