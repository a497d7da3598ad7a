// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/raster/voids.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/geodesy/geodesic.hpp"

#include <gtest/gtest.h>

#include "raster/cells.hpp"
#include <random>

namespace sheltermap {
namespace {

constexpr std::int64_t side = 23;
const Grid grid{.columns = side, .rows = side, .corner = {500'000, 300'000}, .step = {10, -10}};

XY middle(std::int64_t row, std::int64_t column) {
    return {500'005 + 10 * static_cast<double>(column), 299'995 - 10 * static_cast<double>(row)};
}

std::vector<XY> middles() {
    std::vector<XY> all;
    for (std::int64_t i = 0; i < side * side; ++i) all.push_back(middle(i / side, i % side));
    return all;
}

std::vector<double> holed(std::mt19937& random, double share) {
    std::bernoulli_distribution is_void(share);
    std::vector<double> values = counted(side * side);
    for (double& value : values) {
        if (is_void(random)) value = no_cell_value;
    }
    return values;
}

/// Cells without a value that can be got to from the edge of the grid by such cells, step by step.
std::vector<std::uint8_t> open_cells(const std::vector<double>& values) {
    std::vector<std::uint8_t> open(values.size(), 0);
    std::vector<std::int64_t> next;
    const auto visit = [&](std::int64_t row, std::int64_t column) {
        if (row < 0 || column < 0 || row >= side || column >= side) return;
        const auto cell = static_cast<std::size_t>(row * side + column);
        if (open[cell] != 0 || !std::isnan(values[cell])) return;
        open[cell] = 1;
        next.push_back(row * side + column);
    };
    for (std::int64_t i = 0; i < side; ++i) {
        visit(0, i);
        visit(side - 1, i);
        visit(i, 0);
        visit(i, side - 1);
    }
    while (!next.empty()) {
        const std::int64_t cell = next.back(), row = cell / side, column = cell % side;
        next.pop_back();
        visit(row - 1, column);
        visit(row + 1, column);
        visit(row, column - 1);
        visit(row, column + 1);
    }
    return open;
}

TEST(Voids, AreEnclosedWhereTheEdgeCannotBeGotTo) {
    std::mt19937 random(1);
    for (const double share : {0.2, 0.4, 0.55, 0.6, 0.7}) {
        for (const std::int64_t block : {3, 5, 23}) {
            const std::vector<double> values = holed(random, share);
            const std::vector<std::uint8_t> open = open_cells(values);
            const auto found = in_enclosed_void(middles(), CellsInMemory(grid, values, "EPSG:3059", block, 4),
                                                {.threads = 2, .stop = {}});
            for (std::size_t i = 0; i < values.size(); ++i)
                EXPECT_EQ(found[i] != 0, std::isnan(values[i]) && open[i] == 0) << i;
        }
    }
}

TEST(Voids, PlacesOutsideAreInNone) {
    const CellsInMemory cells(grid, std::vector<double>(side * side, no_cell_value));
    EXPECT_EQ(in_enclosed_void(std::vector<XY>{{0, 0}, {no_cell_value, 0}}, cells), (std::vector<std::uint8_t>{0, 0}));
}

TEST(Voids, TheNearestValueIsThatOfAllCells) {
    std::mt19937 random(2);
    const Crs crs("EPSG:3059");
    std::uniform_real_distribution<double> x(500'000, 500'000 + 10 * side), y(300'000 - 10 * side, 300'000);
    for (const double share : {0.5, 0.9, 0.99}) {
        const std::vector<double> values = holed(random, share);
        const CellsInMemory cells(grid, values, "EPSG:3059", 7, 5);
        std::vector<XY> places;
        for (int i = 0; i < 60; ++i) places.push_back({x(random), y(random)});
        constexpr double within_m = 45, above = 100;
        const NearestValues found = nearest_values(places, cells, within_m, above);
        const std::vector<LonLat> at = to_lonlat(places, crs), all = to_lonlat(middles(), crs);
        for (std::size_t i = 0; i < places.size(); ++i) {
            double nearest = within_m, value = no_cell_value;
            for (std::size_t cell = 0; cell < values.size(); ++cell) {
                if (!(values[cell] > above)) continue;
                const double distance = geodesic_distance_m(at[i], all[cell]);
                if (distance > nearest) continue;
                nearest = distance;
                value = values[cell];
            }
            if (std::isnan(value)) {
                EXPECT_TRUE(std::isnan(found.value[i]) && std::isnan(found.distance_m[i]));
            } else {
                EXPECT_EQ(found.value[i], value);
                EXPECT_EQ(found.distance_m[i], nearest);
            }
        }
    }
}

TEST(Voids, DegreesAreNarrowerInTheNorth) {
    // At 60 degrees a step east is half as long as one south: the cell two columns away is the nearer one.
    const CellsInMemory cells({.columns = 5, .rows = 3, .corner = {24, 60.015}, .step = {0.01, -0.01}},
                              {no_cell_value, no_cell_value, 1, no_cell_value, no_cell_value,  //
                               no_cell_value, no_cell_value, no_cell_value, no_cell_value, 2,  //
                               no_cell_value, no_cell_value, no_cell_value, no_cell_value, no_cell_value},
                              "EPSG:4326");
    const NearestValues found = nearest_values(std::vector<XY>{{24.026, 59.9951}, {384.026, 59.9951}}, cells, 2000);
    EXPECT_EQ(found.value, (std::vector<double>{2, 2}));
    EXPECT_EQ(found.distance_m[0], geodesic_distance_m({24.026, 59.9951}, {24.045, 60}));
}

TEST(Voids, TooManyCellsAreNotHeldAtOnce) {
    const CellsInMemory cells({.columns = 100'000, .rows = 100'000, .corner = {24, 57}, .step = {1e-5, -1e-5}}, {},
                              "EPSG:4326", 256, 256);
    EXPECT_THROW((void)nearest_values(std::vector<XY>{{24.5, 56.5}}, cells, 20'000), Error);
}

}  // namespace
}  // namespace sheltermap
