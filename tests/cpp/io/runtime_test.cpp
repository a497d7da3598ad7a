// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/runtime.hpp"

#include <gdal_priv.h>
#include <gtest/gtest.h>

namespace sheltermap::io {
namespace {

TEST(Runtime, StartsTwice) {
    start_runtime();
    start_runtime();
}

TEST(Runtime, KnowsTheDriversOfTheListAndNoOther) {
    start_runtime();
    for (const char* name : {"GeoJSON", "GPKG", "ESRI Shapefile", "FlatGeobuf", "OpenFileGDB"}) {
        EXPECT_NE(GetGDALDriverManager()->GetDriverByName(name), nullptr) << name;
    }
    for (const char* name : {"VRT", "OGR_VRT", "WFS", "HTTP", "WMS", "MRF", "GML", "KML", "PostgreSQL", "CSV"}) {
        EXPECT_EQ(GetGDALDriverManager()->GetDriverByName(name), nullptr) << name;
    }
}

TEST(Runtime, TellsVersions) {
    const RuntimeVersions versions = runtime_versions();
    EXPECT_TRUE(versions.gdal.starts_with("3."));
    EXPECT_TRUE(versions.geos.starts_with("3."));
    EXPECT_FALSE(versions.proj.empty());
    EXPECT_TRUE(versions.proj_data.ends_with("proj.db"));
}

}  // namespace
}  // namespace sheltermap::io
