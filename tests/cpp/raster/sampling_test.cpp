// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/raster/sampling.hpp"

#include <gtest/gtest.h>

#include "raster/cells.hpp"
#include <limits>
#include <random>

namespace sheltermap {
namespace {

const Grid tenths{.columns = 30, .rows = 20, .corner = {24, 57}, .step = {0.1, -0.1}};

TEST(Sampling, EachPlaceHasItsCellWhateverTheBlocks) {
    const CellsInMemory cells(tenths, counted(600), "EPSG:4326", 7, 3);
    std::mt19937 random(1);
    std::uniform_int_distribution<std::int64_t> column(0, 29), row(0, 19);
    std::uniform_real_distribution<double> within(0.001, 0.999);
    std::vector<XY> places;
    std::vector<double> expected;
    for (int i = 0; i < 10'000; ++i) {
        const std::int64_t c = column(random), r = row(random);
        places.push_back({24 + (static_cast<double>(c) + within(random)) * 0.1,
                          57 - (static_cast<double>(r) + within(random)) * 0.1});
        expected.push_back(static_cast<double>(r * 30 + c));
    }
    const Samples found = sample_cells(places, cells);
    EXPECT_EQ(found.value, expected);
    EXPECT_EQ(cells.blocks_read(), 5 * 7);
}

TEST(Sampling, EdgesBelongToTheHigherColumnAndRow) {
    const CellsInMemory cells(tenths, counted(600), "EPSG:4326", 7, 3);
    std::vector<XY> places;
    for (int i = 0; i < 30; ++i) places.push_back({24 + i / 10.0, 57 - (i % 20) / 10.0});
    const Samples found = sample_cells(places, cells);
    for (int i = 0; i < 30; ++i) EXPECT_EQ(found.value[static_cast<std::size_t>(i)], i % 20 * 30 + i);
    const Samples last = sample_cells(std::vector<XY>{{27, 56}, {26.95, 55}}, cells);
    EXPECT_EQ(last.what, (std::vector<Sampled>{Sampled::outside, Sampled::outside}));
}

TEST(Sampling, WhatHasNoValueSaysWhy) {
    std::vector<double> values = counted(600);
    values[0] = no_cell_value;
    const CellsInMemory cells(tenths, values, "EPSG:4326", 7, 3);
    const double nan = std::numeric_limits<double>::quiet_NaN(), far = 1e300;
    const Samples found = sample_cells(
        std::vector<XY>{{24.05, 56.95}, {24.15, 56.95}, {nan, nan}, {30, 56}, {24, far}, {384.15, 56.95}}, cells);
    EXPECT_EQ(found.what, (std::vector<Sampled>{Sampled::no_value, Sampled::value, Sampled::missing, Sampled::outside,
                                                Sampled::outside, Sampled::value}));
    EXPECT_EQ(found.value[1], 1);
    EXPECT_EQ(found.value[5], 1);  // once round the Earth
}

}  // namespace
}  // namespace sheltermap
