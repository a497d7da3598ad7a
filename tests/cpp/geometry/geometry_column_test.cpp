// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/geometry/geometry_column.hpp"

#include <gtest/gtest.h>

#include "shapes.hpp"
#include <array>
#include <stdexcept>

namespace sheltermap {
namespace {

/// One row of every type, a missing one in between.
GeometryColumn one_of_each() {
    GeometryColumn column;
    column.append_point({1, 2});
    column.begin_row(GeometryType::line_string);
    column.begin_part();
    column.append_ring(std::array<XY, 2>{{{0, 0}, {1, 1}}});
    column.append_missing();
    append_polygon(column, {square(0, 0, 4), square(1, 1, 1)});
    column.begin_row(GeometryType::multi_point);
    for (const XY at : {XY{5, 5}, XY{6, 6}}) {
        column.begin_part();
        column.append_ring(std::span(&at, 1));
    }
    column.begin_row(GeometryType::multi_line_string);
    for (double x : {0.0, 10.0}) {
        column.begin_part();
        column.append_ring(std::array<XY, 3>{{{x, 0}, {x, 1}, {x, 2}}});
    }
    column.begin_row(GeometryType::multi_polygon);
    for (double x : {0.0, 10.0}) {
        column.begin_part();
        column.append_ring(square(x, 0, 2));
    }
    return column;
}

GeometryColumn assembled(std::size_t rows, const std::vector<GeometryPiece>& pieces) {
    std::vector<GeometryPieceView> views;
    for (const GeometryPiece& piece : pieces) {
        views.push_back({.type = piece.type,
                         .rows = piece.rows,
                         .vertices = piece.vertices,
                         .vertex_offsets = piece.vertex_offsets,
                         .ring_offsets = piece.ring_offsets,
                         .part_offsets = piece.part_offsets});
    }
    return assemble(rows, views);
}

TEST(GeometryColumn, AssemblingWhatWasSplitGivesTheSameColumn) {
    const GeometryColumn column = one_of_each();
    const auto pieces = split_by_type(column);
    ASSERT_EQ(pieces.size(), 6U);
    const GeometryColumn again = assembled(column.size(), pieces);
    EXPECT_EQ(again.types, column.types);
    EXPECT_EQ(again.part_offsets, column.part_offsets);
    EXPECT_EQ(again.ring_offsets, column.ring_offsets);
    EXPECT_EQ(again.vertex_offsets, column.vertex_offsets);
    EXPECT_EQ(again.vertices, column.vertices);
}

TEST(GeometryColumn, OnePieceForEveryRowGivesTheSameColumnToo) {
    const GeometryColumn mixed = one_of_each();
    for (std::size_t row = 0; row < mixed.size(); ++row) {
        if (mixed.types[row] == GeometryType::missing) continue;
        GeometryColumn column;
        for (int i = 0; i < 3; ++i) column.append_row(mixed, row);
        const GeometryColumn again = assembled(3, split_by_type(column));
        EXPECT_EQ(again.types, column.types) << name(mixed.types[row]);
        EXPECT_EQ(again.part_offsets, column.part_offsets) << name(mixed.types[row]);
        EXPECT_EQ(again.ring_offsets, column.ring_offsets) << name(mixed.types[row]);
        EXPECT_EQ(again.vertex_offsets, column.vertex_offsets) << name(mixed.types[row]);
        EXPECT_EQ(again.vertices, column.vertices) << name(mixed.types[row]);
    }
}

TEST(GeometryColumn, PiecesHaveTheOffsetsOfGeoArrow) {
    const auto pieces = split_by_type(one_of_each());
    const GeometryPiece& multi_polygon = pieces.back();
    EXPECT_EQ(multi_polygon.type, GeometryType::multi_polygon);
    EXPECT_EQ(multi_polygon.rows, (std::vector<std::int64_t>{6}));
    EXPECT_EQ(multi_polygon.vertex_offsets, (std::vector<std::int64_t>{0, 5, 10}));
    EXPECT_EQ(multi_polygon.ring_offsets, (std::vector<std::int64_t>{0, 1, 2}));
    EXPECT_EQ(multi_polygon.part_offsets, (std::vector<std::int64_t>{0, 2}));
    const GeometryPiece& multi_point = pieces[3];
    EXPECT_EQ(multi_point.part_offsets, (std::vector<std::int64_t>{0, 2}));
    EXPECT_TRUE(multi_point.vertex_offsets.empty());
}

TEST(GeometryColumn, VerticesOfARowAreThoseOfAllItsRings) {
    const GeometryColumn column = one_of_each();
    EXPECT_EQ(column.row_vertices(3).size(), 10U);
    EXPECT_EQ(column.row_vertices(2).size(), 0U);
    EXPECT_EQ(column.row_vertices(0).front(), (XY{1, 2}));
}

TEST(GeometryColumn, HolesAndPartsWithoutAVertexAreLeftOutAndTheirRowsTold) {
    const std::vector<XY> ring{{0, 0}, {1, 0}, {1, 1}, {0, 0}};
    GeometryColumn column;
    column.append_point({5, 6});
    column.begin_row(GeometryType::polygon);  // with an empty hole
    column.begin_part();
    column.append_ring(ring);
    column.append_ring({});
    column.begin_row(GeometryType::multi_polygon);  // with an empty part in front
    column.begin_part();
    column.begin_part();
    column.append_ring(ring);
    column.begin_row(GeometryType::line_string);  // empty
    column.begin_part();
    column.append_ring({});
    column.begin_row(GeometryType::polygon);  // a hole and no shell
    column.begin_part();
    column.append_ring({});
    column.append_ring(ring);
    column.append_point({7, 8});
    EXPECT_EQ(drop_empty_parts(column), (std::vector<std::size_t>{1, 2, 3}));
    EXPECT_EQ(column.types, (std::vector{GeometryType::point, GeometryType::polygon, GeometryType::multi_polygon,
                                         GeometryType::missing, GeometryType::polygon, GeometryType::point}));
    EXPECT_EQ(column.part_offsets, (std::vector<std::int64_t>{0, 1, 2, 3, 3, 4, 5}));
    EXPECT_EQ(column.ring_offsets, (std::vector<std::int64_t>{0, 1, 2, 3, 5, 6}));
    EXPECT_EQ(column.vertex_offsets, (std::vector<std::int64_t>{0, 1, 5, 9, 9, 13, 14}));
    EXPECT_EQ(drop_empty_parts(column), std::vector<std::size_t>{});
}

TEST(GeometryColumn, OffsetsThatDoNotFitAreRefused) {
    const GeometryPiece short_offsets{.type = GeometryType::line_string,
                                      .rows = {0},
                                      .vertices = {{0, 0}, {1, 1}, {2, 2}},
                                      .vertex_offsets = {0, 2},
                                      .ring_offsets = {},
                                      .part_offsets = {}};
    EXPECT_THROW(static_cast<void>(assembled(1, {short_offsets})), std::invalid_argument);
    const GeometryPiece far_row{.type = GeometryType::point,
                                .rows = {3},
                                .vertices = {{0, 0}},
                                .vertex_offsets = {},
                                .ring_offsets = {},
                                .part_offsets = {}};
    EXPECT_THROW(static_cast<void>(assembled(1, {far_row})), std::invalid_argument);
}

}  // namespace
}  // namespace sheltermap
