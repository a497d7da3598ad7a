// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/raster/zonal.hpp"

#include "sheltermap/base/error.hpp"

#include <gtest/gtest.h>

#include "raster/cells.hpp"
#include "shapes.hpp"
#include <cmath>
#include <limits>
#include <numbers>
#include <random>

namespace sheltermap {
namespace {

constexpr std::int64_t rows = 11, columns = 17;
const Grid metres{.columns = columns, .rows = rows, .corner = {500'000, 300'000}, .step = {10, -10}};

/// What of a ring lies left of, right of, below or above a line along an axis (Sutherland and Hodgman 1974).
template <class Side, class Cross>
Ring clipped(const Ring& ring, Side inside, Cross crossing) {
    Ring kept;
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
        const XY from = ring[i], to = ring[i + 1];
        if (inside(from)) kept.push_back(from);
        if (inside(from) != inside(to)) kept.push_back(crossing(from, to));
    }
    if (!kept.empty()) kept.push_back(kept.front());
    return kept;
}

double area_in(Ring ring, double west, double south, double east, double north) {
    const auto at_x = [](double x) {
        return [x](XY a, XY b) { return XY{x, a.y + (b.y - a.y) * (x - a.x) / (b.x - a.x)}; };
    };
    const auto at_y = [](double y) {
        return [y](XY a, XY b) { return XY{a.x + (b.x - a.x) * (y - a.y) / (b.y - a.y), y}; };
    };
    ring = clipped(ring, [&](XY p) { return p.x > west; }, at_x(west));
    ring = clipped(ring, [&](XY p) { return p.x < east; }, at_x(east));
    ring = clipped(ring, [&](XY p) { return p.y > south; }, at_y(south));
    ring = clipped(ring, [&](XY p) { return p.y < north; }, at_y(north));
    double doubled = 0;
    for (std::size_t i = 0; i + 1 < ring.size(); ++i) {
        doubled += (ring[i].x - west) * (ring[i + 1].y - south) - (ring[i + 1].x - west) * (ring[i].y - south);
    }
    return std::abs(doubled) / 2;
}

/// The first ring less the others, per cell.
double fraction(const std::vector<Ring>& rings, const Grid& grid, std::int64_t row, std::int64_t column) {
    const double west = grid.corner.x + static_cast<double>(column) * grid.step.x;
    const double one = grid.corner.y + static_cast<double>(row) * grid.step.y, other = one + grid.step.y;
    double area = 0;
    for (const Ring& ring : rings) {
        const double part = area_in(ring, west, std::min(one, other), west + grid.step.x, std::max(one, other));
        area += &ring == &rings.front() ? part : -part;
    }
    return area / std::abs(grid.step.x * grid.step.y);
}

Ring star(std::mt19937& random, XY middle, double radius) {
    std::uniform_real_distribution<double> spread(0.3, 1);
    const int corners = std::uniform_int_distribution(3, 40)(random);
    Ring ring;
    for (int i = 0; i < corners; ++i) {
        const double angle = 2 * std::numbers::pi * i / corners, r = radius * spread(random);
        ring.push_back({middle.x + r * std::cos(angle), middle.y + r * std::sin(angle)});
    }
    ring.push_back(ring.front());
    if (std::uniform_int_distribution(0, 1)(random) == 1) std::ranges::reverse(ring);
    return ring;
}

std::vector<double> with_voids() {
    std::vector<double> values = counted(rows * columns);
    for (const std::size_t void_cell : {20U, 37U, 38U, 100U, 101U, 186U}) values[void_cell] = no_cell_value;
    return values;
}

void expect_exact(const std::vector<Ring>& rings, const CellsInMemory& cells) {
    const ZonalStatistics found = zonal_statistics(polygon(rings), cells, {.extremes = true});
    double known = 0, unknown = 0, sum = 0, least = std::numeric_limits<double>::infinity(), greatest = -least;
    const Grid& grid = cells.grid();
    double whole = 0;
    for (const Ring& ring : rings) {
        const double part = area_in(ring, 499'000, 299'000, 501'000, 301'000) / std::abs(grid.step.x * grid.step.y);
        whole += &ring == &rings.front() ? part : -part;
    }
    for (std::int64_t row = 0; row < grid.rows; ++row) {
        for (std::int64_t column = 0; column < grid.columns; ++column) {
            const double part = fraction(rings, grid, row, column), value = cells.at(row, column);
            (std::isnan(value) ? unknown : known) += part;
            if (std::isnan(value) || part < 1e-9 * std::min(1.0, whole)) continue;
            sum += part * value;
            least = std::min(least, value);
            greatest = std::max(greatest, value);
        }
    }
    const double rounding = 1e-7 * std::min(1.0, whole);  // of coordinates of millions of metres
    EXPECT_NEAR(found.cells[0], known, rounding);
    EXPECT_NEAR(found.void_cells[0], unknown, rounding);
    EXPECT_NEAR(found.outside_cells[0], std::max(0.0, whole - known - unknown), 10 * rounding + 1e-10);
    EXPECT_NEAR(found.sum[0], sum, 200 * rounding);
    if (known > 0) {
        EXPECT_EQ(found.least[0], least);
        EXPECT_EQ(found.greatest[0], greatest);
    } else {
        EXPECT_TRUE(std::isnan(found.least[0]) && std::isnan(found.greatest[0]));
    }
}

TEST(Zonal, FractionsAreThoseOfPolygonsClippedToEachCell) {
    std::mt19937 random(1);
    std::uniform_real_distribution<double> x(499'980, 500'190), y(299'870, 300'020), size(-2, 2.1);
    const CellsInMemory down(metres, with_voids());
    Grid turned = metres;
    turned.corner.y -= 110;
    turned.step.y = 10;
    const CellsInMemory up(turned, with_voids());
    for (int i = 0; i < 400; ++i) {
        const Ring ring = star(random, {x(random), y(random)}, std::pow(10, size(random)));
        expect_exact({ring}, down);
        expect_exact({ring}, up);
    }
}

TEST(Zonal, EdgesOnEdgesOfCellsTouchNothingBeside) {
    const CellsInMemory cells(metres, counted(rows * columns));
    const ZonalStatistics found = zonal_statistics(
        polygon({{{500'010, 299'970}, {500'030, 299'970}, {500'030, 299'990}, {500'010, 299'990}, {500'010, 299'970}}}),
        cells, {.extremes = true, .areas = true});
    EXPECT_EQ(found.cells[0], 4);
    EXPECT_EQ(found.sum[0], 18 + 19 + 35 + 36);
    EXPECT_EQ(found.least[0], 18);
    EXPECT_EQ(found.greatest[0], 36);
    EXPECT_EQ(found.outside_cells[0], 0);
    EXPECT_EQ(found.outside_m2[0], 0);
}

TEST(Zonal, HalfACellAsideTakesHalfOfEach) {
    const CellsInMemory cells(metres, counted(rows * columns));
    const ZonalStatistics found = zonal_statistics(
        polygon({{{500'005, 299'965}, {500'025, 299'965}, {500'025, 299'985}, {500'005, 299'985}, {500'005, 299'965}}}),
        cells, {});
    EXPECT_DOUBLE_EQ(found.cells[0], 4);
    // Corners by a quarter, sides by a half, the middle whole: the mean is that of the middle.
    EXPECT_DOUBLE_EQ(found.sum[0], 4 * (2 * 17 + 1));
}

TEST(Zonal, HolesAndPartsCountAsTheyLie) {
    const CellsInMemory cells(metres, with_voids());
    expect_exact({square(500'003, 299'901, 88), square(500'021, 299'917, 33.3), square(500'061, 299'967, 1)}, cells);
    GeometryColumn zones = polygon({square(500'003, 299'901, 30)});
    append_polygon(zones, {square(500'103, 299'951, 40)});
    GeometryColumn both;
    both.begin_row(GeometryType::multi_polygon);
    for (std::int64_t part = 0; part < 2; ++part) {
        both.begin_part();
        both.append_ring(zones.ring(part));
    }
    const ZonalStatistics each = zonal_statistics(zones, cells), one = zonal_statistics(both, cells);
    EXPECT_DOUBLE_EQ(one.sum[0], each.sum[0] + each.sum[1]);
    EXPECT_DOUBLE_EQ(one.cells[0], each.cells[0] + each.cells[1]);
}

TEST(Zonal, AZoneThatLiesOnNoCellIsOutside) {
    const CellsInMemory cells(metres, counted(rows * columns));
    const ZonalStatistics found =
        zonal_statistics(polygon({square(600'000, 300'000, 100)}), cells, {.extremes = true, .areas = true});
    EXPECT_EQ(found.cells[0] + found.void_cells[0] + found.sum[0], 0);
    EXPECT_DOUBLE_EQ(found.outside_cells[0], 100);
    EXPECT_NEAR(found.outside_m2[0], 10'000, 10);
    EXPECT_TRUE(std::isnan(found.greatest[0]));
    EXPECT_EQ(cells.blocks_read(), 0);
}

TEST(Zonal, ZonesMayBeFarLargerThanTheGrid) {
    const CellsInMemory cells(metres, counted(rows * columns));
    const double far = 1e11;  // more cells than fit into 32 bits
    const ZonalStatistics found = zonal_statistics(
        polygon({{{-far, -far}, {far, -far}, {far, far}, {-far, far}, {-far, -far}}}), cells, {.extremes = true});
    EXPECT_DOUBLE_EQ(found.cells[0], rows * columns);
    EXPECT_EQ(found.greatest[0], rows * columns - 1);
}

TEST(Zonal, EachBlockIsReadOnceAndOnlyWhereZonesAre) {
    const CellsInMemory cells(metres, counted(rows * columns), "EPSG:3059", 4, 3);
    GeometryColumn zones;
    for (int i = 0; i < 50; ++i) append_polygon(zones, {square(500'001 + i, 299'900 + i, 20)});
    EXPECT_GT(zonal_statistics(zones, cells).cells[49], 0);
    EXPECT_LE(cells.blocks_read(), 4 * 5);
    const CellsInMemory corner(metres, counted(rows * columns), "EPSG:3059", 4, 3);
    EXPECT_EQ(zonal_statistics(polygon({square(500'001, 299'985, 5)}), corner).sum[0], 17 * 0.25);
    EXPECT_EQ(corner.blocks_read(), 1);
}

TEST(Zonal, BlocksAndThreadsMakeNoDifferenceToTheLastBit) {
    std::mt19937 random(3);
    std::uniform_real_distribution<double> x(500'000, 500'170), y(299'890, 300'000), value(0, 1);
    std::vector<double> values(rows * columns);
    for (double& each : values) each = value(random);
    GeometryColumn zones;
    for (int i = 0; i < 60; ++i) append_polygon(zones, {star(random, {x(random), y(random)}, 60)});
    const ZonalStatistics whole =
        zonal_statistics(zones, CellsInMemory(metres, values, "EPSG:3059", columns, rows), {.areas = true});
    for (const unsigned threads : {1U, 2U, 5U}) {
        for (const std::int64_t block : {1, 2, 5}) {
            const ZonalStatistics found =
                zonal_statistics(zones, CellsInMemory(metres, values, "EPSG:3059", block, block), {.areas = true},
                                 {.threads = threads, .stop = {}});
            EXPECT_EQ(found.sum, whole.sum);
            EXPECT_EQ(found.cells, whole.cells);
            EXPECT_EQ(found.area_m2, whole.area_m2);
        }
    }
}

TEST(Zonal, AWorldBeginsAtAnyMeridian) {
    for (const double west : {-180.0, 0.0, 97.0}) {
        const CellsInMemory cells({.columns = 36, .rows = 18, .corner = {west, 90}, .step = {10, -10}},
                                  counted(36 * 18), "EPSG:4326", 7, 5);
        GeometryColumn zones = polygon({square(west + 355 - (west + 355 > 180 ? 360 : 0), 0, 4)});
        append_polygon(zones, {square(-180, -90, 180)});
        const ZonalStatistics found = zonal_statistics(zones, cells, {.extremes = true, .areas = true});
        EXPECT_NEAR(found.cells[0], 0.16, 1e-12);
        EXPECT_EQ(found.greatest[0], 8 * 36 + 35);
        EXPECT_NEAR(found.cells[1], 18 * 18, 1e-9);
        EXPECT_NEAR(found.area_m2[1], 510'065'621'724'088.4 / 2, 1e4);  // of WGS 84 (GeographicLib)
        EXPECT_EQ(found.outside_cells[1], 0);
    }
}

TEST(Zonal, ClassesAreCountedByValue) {
    const CellsInMemory cells({.columns = 3, .rows = 2, .corner = {24, 57}, .step = {0.5, -0.5}},
                              {1, 1, 2, 7, no_cell_value, 1}, "EPSG:4326");
    GeometryColumn zones = polygon({square(24, 56, 1)});
    zones.append_missing();
    append_polygon(zones, {square(24.75, 56.25, 0.5)});
    const ZonalStatistics found = zonal_statistics(zones, cells, {.classes = true});
    EXPECT_EQ(found.class_offsets, (std::vector<std::int64_t>{0, 2, 2, 4}));
    EXPECT_EQ(found.class_value, (std::vector<double>{1, 7, 1, 2}));
    EXPECT_EQ(found.class_cells, (std::vector<double>{2, 1, 0.5, 0.25}));
    EXPECT_TRUE(std::isnan(found.cells[1]) && std::isnan(found.sum[1]));
    EXPECT_THROW((void)zonal_statistics(zones, cells, {.classes = true, .most_classes = 2}), Error);
    const CellsInMemory halves({.columns = 1, .rows = 1, .corner = {24, 57}, .step = {0.5, -0.5}}, {0.5}, "EPSG:4326");
    EXPECT_THROW((void)zonal_statistics(polygon({square(24, 56.5, 0.4)}), halves, {.classes = true}), Error);
}

TEST(Zonal, LinesCountByTheirLengthInEachCell) {
    const CellsInMemory cells(metres, with_voids());
    std::mt19937 random(5);
    std::uniform_real_distribution<double> x(499'980, 500'190), y(299'870, 300'020);
    for (int i = 0; i < 200; ++i) {
        Ring line;
        for (int k = 0; k < 4; ++k) line.push_back({x(random), y(random)});
        double known = 0, unknown = 0, outside = 0, sum = 0, greatest = -1;
        constexpr int steps = 20'000;
        for (std::size_t k = 1; k < line.size(); ++k) {
            const double piece = std::hypot(line[k].x - line[k - 1].x, line[k].y - line[k - 1].y) / 10 / steps;
            for (int step = 0; step < steps; ++step) {
                const double part = (step + 0.5) / steps;
                const double column = (line[k - 1].x + (line[k].x - line[k - 1].x) * part - 500'000) / 10;
                const double row = (300'000 - line[k - 1].y - (line[k].y - line[k - 1].y) * part) / 10;
                if (column < 0 || row < 0 || column >= columns || row >= rows) {
                    outside += piece;
                    continue;
                }
                const double value = cells.at(static_cast<std::int64_t>(row), static_cast<std::int64_t>(column));
                (std::isnan(value) ? unknown : known) += piece;
                if (std::isnan(value)) continue;
                sum += piece * value;
                greatest = std::max(greatest, value);
            }
        }
        GeometryColumn column;
        column.begin_row(GeometryType::line_string);
        column.begin_part();
        column.append_ring(line);
        const ZonalStatistics found = zonal_statistics(column, cells, {.extremes = true, .areas = true});
        EXPECT_NEAR(found.cells[0], known, 0.02);
        EXPECT_NEAR(found.void_cells[0], unknown, 0.02);
        EXPECT_NEAR(found.outside_cells[0], outside, 0.02);
        EXPECT_NEAR(found.sum[0], sum, 0.02 * 186);
        if (greatest >= 0) {
            EXPECT_GE(found.greatest[0], greatest);  // it may touch a corner of less than a step
        }
        EXPECT_EQ(found.area_m2[0], 0);
    }
}

TEST(Zonal, LinesOnAnEdgeAreInTheHigherColumnOrRow) {
    const CellsInMemory cells(metres, counted(rows * columns));
    GeometryColumn lines;
    for (const Ring& line : {Ring{{500'010, 299'985}, {500'010, 299'975}}, Ring{{500'025, 299'990}, {500'005, 299'990}},
                             Ring{{500'170, 299'990}, {500'170, 299'950}}, Ring{{500'015, 300'000}, {500'005, 300'000}},
                             Ring{{500'025, 299'985}, {500'005, 300'005}}}) {
        lines.begin_row(GeometryType::line_string);
        lines.begin_part();
        lines.append_ring(line);
    }
    const ZonalStatistics found = zonal_statistics(lines, cells, {.extremes = true});
    EXPECT_EQ(found.sum,
              (std::vector<double>{0.5 * 18 + 0.5 * 35, 0.5 * 19 + 18 + 0.5 * 17, 0, 0.5 * 1 + 0.5 * 0, found.sum[4]}));
    EXPECT_NEAR(found.sum[4], std::sqrt(0.5) * (19 + 2 * 1), 1e-9);  // through a corner
    EXPECT_EQ(found.outside_cells[2], 4);
    EXPECT_NEAR(found.outside_cells[4], std::sqrt(0.5), 1e-9);
}

TEST(Zonal, WhatHasNoPlaceIsRefused) {
    const CellsInMemory cells(metres, counted(rows * columns));
    const double infinity = std::numeric_limits<double>::infinity();
    for (const double nowhere : {infinity, 1e300}) {
        EXPECT_THROW((void)zonal_statistics(polygon({{{0, 0}, {nowhere, 0}, {1, 1}, {0, 0}}}), cells), CrsError);
    }
    GeometryColumn point;
    point.append_point({500'010, 299'990});
    EXPECT_THROW((void)zonal_statistics(point, cells), std::invalid_argument);
}

TEST(Zonal, StopsWhenAsked) {
    const CellsInMemory cells(metres, counted(rows * columns));
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW((void)zonal_statistics(polygon({square(500'010, 299'950, 40)}), cells, {},
                                        {.threads = 1, .stop = source.get_token()}),
                 Cancelled);
}

}  // namespace
}  // namespace sheltermap
