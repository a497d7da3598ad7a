// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/index/shape_index.hpp"

#include "sheltermap/geodesy/geodesic.hpp"
#include "sheltermap/index/place_index.hpp"

#include <gtest/gtest.h>

#include "base/not_finite.hpp"
#include "geodesy/edge.hpp"
#include "geometry/prepared_polygon.hpp"
#include "layouts.hpp"
#include "shapes.hpp"
#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <stdexcept>

namespace sheltermap {
namespace {

constexpr double one_micrometre = 1e-6;

void append_line(GeometryColumn& column, const std::vector<XY>& vertices) {
    column.begin_row(GeometryType::line_string);
    column.begin_part();
    column.append_ring(vertices);
}

/// Around every place a point, a bent line, or a square with a square hole; some edges are ten times as long.
GeometryColumn random_shapes(std::mt19937_64& random, Layout layout, std::size_t count) {
    std::uniform_real_distribution<double> log_size(-4, -1), step(-1, 1), unit(0, 1);
    GeometryColumn shapes;
    for (const LonLat at : random_places(random, layout, count)) {
        const double size = std::pow(10, log_size(random) + (unit(random) < 0.1 ? 1 : 0));
        const double lat = std::clamp(at.lat, -89.999, 89.999 - size);
        const auto bend = [&] {
            return XY{at.lon + size * step(random), std::clamp(at.lat + size * step(random), -90.0, 90.0)};
        };
        switch (shapes.size() % 3) {
            case 0:
                shapes.append_point({at.lon, at.lat});
                break;
            case 1:
                append_line(shapes, {{at.lon, at.lat}, bend(), bend()});
                break;
            default:
                append_polygon(shapes,
                               {square(at.lon, lat, size), square(at.lon + size / 4, lat + size / 4, size / 2)});
        }
    }
    return shapes;
}

double distance_to_row(const GeometryColumn& shapes, std::size_t row, LonLat from) {
    if (shapes.types[row] == GeometryType::point) {
        const XY at = shapes.row_vertices(row)[0];
        return geodesic_distance_m(from, LonLat{at.x, at.y});
    }
    if (is_areal(shapes.types[row])) {
        const PreparedPolygon polygon(shapes, row);
        for (const double turn : {-360, 0, 360}) {
            if (polygon.covers({from.lon + turn, from.lat})) return 0;
        }
    }
    double best = std::numeric_limits<double>::infinity();
    const auto first = shapes.ring_offsets[static_cast<std::size_t>(shapes.part_offsets[row])];
    const auto last = shapes.ring_offsets[static_cast<std::size_t>(shapes.part_offsets[row + 1])];
    for (auto r = first; r < last; ++r) {
        const auto ring = shapes.ring(r);
        for (std::size_t i = 1; i < ring.size(); ++i) {
            const LonLat a{ring[i - 1].x, ring[i - 1].y}, b{ring[i].x, ring[i].y};
            best = std::min(best, geodesic_distance_m(from, Edge{a, b}));
        }
    }
    return best;
}

/// The oracle: every edge of every row. Two rows closer to each other than the stated error may come either way round.
void expect_what_exhaustive_search_finds(const GeometryColumn& shapes, const ShapeIndex& index, LonLat from,
                                         const NearestOptions& options) {
    std::vector<double> distance;
    for (std::size_t row = 0; row < shapes.size(); ++row) distance.push_back(distance_to_row(shapes, row, from));
    const auto found = index.find(from, options);
    EXPECT_TRUE(std::is_sorted(found.begin(), found.end(), comes_before));
    for (const Neighbour& n : found) {
        EXPECT_NEAR(n.distance_m, distance[static_cast<std::size_t>(n.row)], one_micrometre) << n.row;
    }
    auto sorted = distance;
    std::sort(sorted.begin(), sorted.end());
    std::erase_if(sorted, [&](double d) { return d > options.max_distance_m; });
    sorted.resize(std::min(sorted.size(), options.k));
    ASSERT_EQ(found.size(), sorted.size());
    for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i].distance_m, sorted[i], one_micrometre);
}

class ShapeIndexLayouts : public testing::TestWithParam<Layout> {};

TEST_P(ShapeIndexLayouts, FindsWhatExhaustiveSearchFinds) {
    std::mt19937_64 random(20261121);
    for (const std::size_t count : {std::size_t{1}, std::size_t{8}, std::size_t{90}}) {
        const auto shapes = random_shapes(random, GetParam(), count);
        const ShapeIndex index(shapes);
        for (const LonLat from : random_places(random, GetParam(), 60)) {
            for (const NearestOptions& options :
                 {NearestOptions{}, NearestOptions{.k = 5}, NearestOptions{.k = 3, .max_distance_m = 20'000},
                  NearestOptions{.k = all_places, .max_distance_m = 50'000}}) {
                expect_what_exhaustive_search_finds(shapes, index, from, options);
                if (HasFailure()) FAIL() << count << " shapes, from " << from.lon << " " << from.lat;
            }
        }
    }
}

INSTANTIATE_TEST_SUITE_P(Layouts, ShapeIndexLayouts,
                         testing::Values(Layout::uniform, Layout::clustered, Layout::sparse, Layout::duplicate,
                                         Layout::polar, Layout::antimeridian));

TEST_P(ShapeIndexLayouts, OfPointsAloneFindsWhatThePlaceIndexFinds) {
    std::mt19937_64 random(6);
    auto places = random_places(random, GetParam(), 200);
    places[17].lat = nan;
    GeometryColumn points;
    for (const LonLat at : places) points.append_point({at.lon, at.lat});
    const ShapeIndex shapes(points);
    const PlaceIndex index(places);
    EXPECT_EQ(shapes.with_position(), index.with_position());
    for (const LonLat from : random_places(random, GetParam(), 100)) {
        const auto found = shapes.find(from, {.k = 7}), expected = index.find(from, {.k = 7});
        ASSERT_EQ(found.size(), expected.size());
        for (std::size_t i = 0; i < found.size(); ++i) {
            ASSERT_EQ(found[i].row, expected[i].row);
            ASSERT_NEAR(found[i].distance_m, expected[i].distance_m, 30e-9);  // the errors of both
        }
    }
}

TEST(ShapeIndex, InsideAPolygonAndOnItsBoundaryTheDistanceIsZero) {
    const ShapeIndex index(polygon({square(24, 56, 1), square(24.4, 56.4, 0.2)}));
    for (const LonLat inside : {LonLat{24.1, 56.1}, LonLat{24, 56.5}, LonLat{24.4, 56.5}, LonLat{25, 57}}) {
        EXPECT_EQ(index.find(inside), (std::vector<Neighbour>{{0, 0}})) << inside.lon;
    }
}

// By symmetry the nearest point of a meridian edge, seen from the middle of the hole, is the western or eastern one.
TEST(ShapeIndex, FromWithinAHoleTheDistanceIsThatToTheHole) {
    const ShapeIndex index(polygon({square(24, 56, 1), square(24.4, 56.4, 0.2)}));
    const auto found = index.find({24.41, 56.5});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_NEAR(found[0].distance_m, geodesic_distance_m(LonLat{24.41, 56.5}, Edge{{24.4, 56.4}, {24.4, 56.6}}), 1e-6);
    EXPECT_GT(found[0].distance_m, 600);
}

TEST(ShapeIndex, NeighboursWithACommonBorderTieAndComeByRow) {
    GeometryColumn shapes;
    append_polygon(shapes, {square(24, 56, 1)});
    append_line(shapes, {{24.0, 56.7}, {24.0, 56.5}});
    append_line(shapes, {{24.0, 56.5}, {24.0, 56.7}});
    append_line(shapes, {{24.0, 56.3}, {24.0, 56.9}});
    const auto found = ShapeIndex(shapes).find({23.9, 56.61}, {.k = 4});
    ASSERT_EQ(found.size(), 4U);
    EXPECT_EQ(found[1].distance_m, found[2].distance_m);
    for (std::size_t i = 0; i < 4; ++i) EXPECT_NEAR(found[i].distance_m, found[0].distance_m, one_micrometre);
    const auto first = std::find_if(found.begin(), found.end(), [](const Neighbour& n) { return n.row == 1; });
    EXPECT_EQ((first + 1)->row, 2);
}

TEST(ShapeIndex, OfSeveralPartsTheNearestCounts) {
    GeometryColumn shapes;
    shapes.begin_row(GeometryType::multi_polygon);
    for (const double lon : {20.0, 24.0}) {
        shapes.begin_part();
        shapes.append_ring(square(lon, 56, 1));
    }
    const ShapeIndex index(shapes);
    EXPECT_EQ(index.find({24.5, 56.5})[0].distance_m, 0);
    EXPECT_EQ(index.find({20.5, 56.5})[0].distance_m, 0);
    EXPECT_EQ(index.find({24.5, 58}, {.k = 5}).size(), 1U);
}

TEST(ShapeIndex, APolygonAcrossTheAntimeridianIsOneWhicheverWayItIsWritten) {
    GeometryColumn shapes;
    append_polygon(shapes, {square(175, 0, 10)});
    append_polygon(shapes, {square(-185, 0, 10)});
    const ShapeIndex index(shapes);
    for (const LonLat inside : {LonLat{179, 5}, LonLat{-179, 5}}) {
        EXPECT_EQ(index.find(inside, {.k = 2}), (std::vector<Neighbour>{{0, 0}, {1, 0}}));
    }
}

TEST(ShapeIndex, TheDistanceIsInclusive) {
    const ShapeIndex index(polygon({square(24, 56, 1)}));
    const double distance = index.find({23.9, 56.5})[0].distance_m;
    EXPECT_EQ(index.find({23.9, 56.5}, {.max_distance_m = distance}).size(), 1U);
    EXPECT_TRUE(index.find({23.9, 56.5}, {.max_distance_m = std::nextafter(distance, 0)}).empty());
}

TEST(ShapeIndex, RowsWithoutAPositionAreNeverFound) {
    GeometryColumn shapes;
    shapes.append_missing();
    shapes.append_point({nan, nan});
    append_polygon(shapes, {square(24, 56, 1)});
    const ShapeIndex index(shapes);
    EXPECT_EQ(index.size(), 3U);
    EXPECT_EQ(index.with_position(), 1U);
    EXPECT_EQ(index.find({24.5, 56.5}, {.k = 3}), (std::vector<Neighbour>{{2, 0}}));
    EXPECT_TRUE(index.find({nan, 56.5}).empty());
    EXPECT_TRUE(ShapeIndex(GeometryColumn{}).find({24, 57}).empty());
}

TEST(ShapeIndex, ImpossibleCoordinatesAreRefusedByRow) {
    GeometryColumn shapes;
    append_polygon(shapes, {square(24, 56, 1)});
    append_line(shapes, {{24, 56}, {24, 91}});
    EXPECT_THROW(ShapeIndex{shapes}, std::invalid_argument);
    GeometryColumn line;
    append_line(line, {{24, 56}, {nan, 57}});
    EXPECT_THROW(ShapeIndex{line}, std::invalid_argument);
}

}  // namespace
}  // namespace sheltermap
