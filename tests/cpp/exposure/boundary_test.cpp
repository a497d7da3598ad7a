// SPDX-License-Identifier: Apache-2.0
#include "exposure/boundary.hpp"

#include <gtest/gtest.h>

#include "geometry/prepared_polygon.hpp"
#include "shapes.hpp"
#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <vector>

namespace sheltermap {
namespace {

Ring circle(XY centre, double radius, int corners, bool clockwise) {
    Ring ring;
    for (int i = 0; i <= corners; ++i) {
        const double angle = 2 * std::numbers::pi * (i % corners) / corners * (clockwise ? -1 : 1);
        ring.push_back({centre.x + radius * std::cos(angle), centre.y + radius * std::sin(angle)});
    }
    return ring;
}

/// Rows of one to 101 rings of one to 9,000 edges, so that trees have one to four levels and boxes span rings.
GeometryColumn column_of_many_rings() {
    GeometryColumn column;
    append_polygon(column, {square(24, 56, 1)});
    column.append_missing();
    append_polygon(column, {circle({24.5, 56.5}, 0.5, 9000, false), circle({24.5, 56.5}, 0.2, 300, false)});
    std::vector<Ring> rings{circle({24.5, 56.5}, 0.7, 17, true)};
    for (int i = 0; i < 100; ++i) {
        rings.push_back(circle({24.1 + 0.08 * (i % 10), 56.1 + 0.08 * (i / 10)}, 0.03, 3 + i, i % 3 == 0));
    }
    append_polygon(column, rings);
    return column;
}

TEST(Boundary, LocatesAsEveryEdgeInTurnDoes) {
    const GeometryColumn column = column_of_many_rings();
    const BoundaryStorage storage(column, {});
    std::mt19937_64 random(1);
    std::uniform_real_distribution<double> x(23.7, 25.3), y(55.7, 57.3);
    for (std::size_t row = 0; row < column.size(); ++row) {
        const Boundary& boundary = storage.boundaries()[row];
        for (int i = 0; i < 3000; ++i) {
            const XY at{x(random), y(random)};
            ASSERT_EQ(boundary.locate(at) != Location::outside, covers(column, row, at)) << row;
        }
        for (const XY vertex : column.row_vertices(row)) {
            ASSERT_EQ(boundary.locate(vertex), Location::boundary);
            const XY level{x(random), vertex.y};  // rays through vertices
            ASSERT_EQ(boundary.locate(level) != Location::outside, covers(column, row, level));
        }
    }
}

TEST(Boundary, HoldsWhatLiesBesideAnEdgeWhateverRunsThroughItsBegin) {
    GeometryColumn column;  // on a small grid, so that the points of edges lie on vertices and along boundaries
    append_polygon(column, {square(1, 1, 4), {{2, 2}, {2, 4}, {4, 4}, {4, 2}, {2, 2}}});
    append_polygon(column, {{{0, 0}, {3, 3}, {6, 0}, {6, 6}, {3, 4}, {0, 6}, {0, 0}}});
    const BoundaryStorage storage(column, {});
    constexpr double along = 1e-3, aside = 1e-6;
    std::size_t inside = 0;
    for (int i = 0; i < 7 * 7 * 7 * 7; ++i) {
        const XY from{static_cast<double>(i % 7), static_cast<double>(i / 7 % 7)};
        const XY to{static_cast<double>(i / 49 % 7), static_cast<double>(i / 343)};
        if (from.x == to.x && from.y == to.y) continue;
        const XY edge{to.x - from.x, to.y - from.y};
        for (const bool left : {true, false}) {
            const double turn = left ? aside : -aside;
            const XY beside{from.x + along * edge.x - turn * edge.y, from.y + along * edge.y + turn * edge.x};
            for (const Boundary& boundary : storage.boundaries()) {
                ASSERT_EQ(boundary.holds_beside(from, to, left), boundary.locate(beside) == Location::inside) << i;
                inside += boundary.holds_beside(from, to, left) ? 1 : 0;
            }
        }
    }
    EXPECT_GT(inside, 1000U);
}

TEST(Boundary, FindsTheEdgesWhoseEnvelopesMeetABoxInOrder) {
    const GeometryColumn column = column_of_many_rings();
    BoundaryStorage one;
    std::mt19937_64 random(2);
    std::uniform_real_distribution<double> x(23.7, 25.3), y(55.7, 57.3), size(0, 0.1);
    for (std::size_t row = 0; row < column.size(); ++row) {
        const Boundary& boundary = one.put(column, row);
        for (int i = 0; i < 100; ++i) {
            const XY corner{x(random), y(random)};
            const Envelope box{corner.x, corner.y, corner.x + size(random), corner.y + size(random)};
            std::vector<std::uint32_t> expected, found;
            std::uint32_t first = 0;
            for (auto part = column.part_offsets[row]; part < column.part_offsets[row + 1]; ++part) {
                for (auto r = column.ring_offsets[static_cast<std::size_t>(part)];
                     r < column.ring_offsets[static_cast<std::size_t>(part) + 1]; ++r) {
                    const auto ring = column.ring(r);
                    for (std::size_t v = 0; v + 1 < ring.size(); ++v, ++first) {
                        if (envelope(ring.subspan(v, 2)).meets(box)) expected.push_back(first);
                    }
                    ++first;
                }
            }
            boundary.visit_edges_near(box, [&](std::uint32_t edge) { found.push_back(edge); });
            ASSERT_EQ(found, expected);
        }
    }
}

TEST(Boundary, KnowsOnWhichSideTheInsideLies) {
    const GeometryColumn column = column_of_many_rings();
    const BoundaryStorage storage(column, {});
    EXPECT_EQ(storage.boundaries()[0].ring_of(3).turn, 1);      // counter-clockwise shell
    EXPECT_EQ(storage.boundaries()[2].ring_of(9001).turn, -1);  // counter-clockwise hole
    EXPECT_EQ(storage.boundaries()[3].ring_of(0).turn, -1);     // clockwise shell
    EXPECT_EQ(storage.boundaries()[3].ring_of(18).turn, 1);     // clockwise hole
    EXPECT_EQ(storage.boundaries()[3].edge_count(), column.row_vertices(3).size() - 101);
}

}  // namespace
}  // namespace sheltermap
