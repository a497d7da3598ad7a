// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/writer.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/io/reader.hpp"

#include "io/temporary_folder.hpp"
#include <memory>
#include <string>
#include <vector>

namespace sheltermap::io {
namespace {

using Writer = TemporaryFolder;

Layer two_places() {
    Layer layer{.name = "places", .crs = Crs("EPSG:4326")};
    Texts names;
    names.push_back("Rīga");
    names.push_back("=1+1");
    layer.attributes = {.rows = 2,
                        .columns = {{"name", names, {1, 1}}, {"n", std::vector<std::int64_t>{-1, 0}, {1, 0}}}};
    layer.geometry.append_point({24.1051865, 56.9496487});
    layer.geometry.append_point({25, 57});
    return layer;
}

TEST_F(Writer, GeojsonIsWrittenByteForByte) {
    write_layers(at("a.geojson"), {two_places()});
    EXPECT_EQ(content(at("a.geojson")),
              "{\"type\":\"FeatureCollection\",\"name\":\"places\",\"features\":[\n"
              "{\"type\":\"Feature\",\"properties\":{\"name\":\"Rīga\",\"n\":-1},"
              "\"geometry\":{\"type\":\"Point\",\"coordinates\":[24.1051865,56.9496487]}},\n"
              "{\"type\":\"Feature\",\"properties\":{\"name\":\"=1+1\",\"n\":null},"
              "\"geometry\":{\"type\":\"Point\",\"coordinates\":[25,57]}}\n]}\n");
}

TEST_F(Writer, GeojsonIsTheSameForAnyNumberOfThreads) {
    Layer many = two_places();
    many.attributes = {.rows = 50'000, .columns = {{"row", std::vector<std::int64_t>{}, {}}}};
    many.geometry = {};
    for (std::int64_t row = 0; row < 50'000; ++row) {
        std::get<0>(many.attributes.columns[0].values).push_back(row);
        many.attributes.columns[0].valid.push_back(row % 7 == 0 ? 0 : 1);
        many.geometry.append_point({21 + 1e-5 * static_cast<double>(row), 57});
    }
    write_layers(at("1.geojson"), {many}, {.threads = 1, .stop = {}});
    const Layer alone = read_layer(at("1.geojson"), {}, {.threads = 1, .stop = {}});
    EXPECT_EQ(alone.attributes.rows, 50'000U);
    for (const unsigned threads : {2U, 8U}) {
        write_layers(at("n.geojson"), {many}, {.threads = threads, .stop = {}});
        EXPECT_EQ(content(at("n.geojson")), content(at("1.geojson")));
        const Layer together = read_layer(at("1.geojson"), {}, {.threads = threads, .stop = {}});
        EXPECT_EQ(together.geometry.vertices, alone.geometry.vertices);
        EXPECT_EQ(std::get<0>(together.attributes.columns[0].values), std::get<0>(alone.attributes.columns[0].values));
        EXPECT_EQ(together.attributes.columns[0].valid, alone.attributes.columns[0].valid);
    }
}

TEST_F(Writer, AGeopackageAsksForALargeLayerWhenTheOneBeforeIsLetGo) {
    std::vector<std::weak_ptr<const Layer>> given;
    const auto next = [&]() -> std::shared_ptr<const Layer> {
        for (const auto& before : given) EXPECT_TRUE(before.expired());
        if (given.size() == 3) return nullptr;
        Layer layer{.name = "l" + std::to_string(given.size()), .crs = Crs("EPSG:3059")};
        layer.attributes.rows = 150'000;
        for (std::size_t row = 0; row < layer.attributes.rows; ++row)
            layer.geometry.append_point({500'000 + static_cast<double>(row % 1'000), 300'000});
        auto shared = std::make_shared<const Layer>(std::move(layer));
        given.push_back(shared);
        return shared;
    };
    write_layers(at("a.gpkg"), next);
    EXPECT_EQ(layer_names(at("a.gpkg")), (std::vector<std::string>{"l0", "l1", "l2"}));
    for (const char* name : {"l0", "l1", "l2"})
        EXPECT_EQ(read_layer(at("a.gpkg"), {.layer = name}).attributes.rows, 150'000U);
}

TEST_F(Writer, LayerWithoutRowsComesBackWithoutRows) {
    Layer layer{.name = "places", .crs = Crs("EPSG:3059")};
    layer.attributes.columns = {{"n", std::vector<std::int64_t>{}, {}}};
    for (const char* name : {"a.gpkg", "a.geojson", "a.fgb", "a.csv"}) {
        write_layers(at(name), {layer});
        const Layer back = read_layer(at(name), {.strict = false});
        EXPECT_EQ(back.attributes.rows, 0U) << name;
        // GeoJSON names columns in its rows only.
        EXPECT_EQ(back.attributes.find("n") == nullptr, std::string_view(name) == "a.geojson") << name;
    }
}

TEST_F(Writer, TextWithAZeroByteIsNotWritten) {
    Layer layer = two_places();
    Texts names;
    names.push_back("Rīga");
    names.push_back(std::string_view("x\0y", 3));
    layer.attributes.columns[0].values = names;
    for (const char* name : {"a.gpkg", "a.geojson", "a.fgb", "a.csv"}) {
        EXPECT_THROW(write_layers(at(name), {layer}), std::invalid_argument) << name;
        EXPECT_FALSE(std::filesystem::exists(at(name))) << name;
    }
}

TEST_F(Writer, TextThatIsNotUtf8IsNotWritten) {
    Layer layer = two_places();
    Texts names;
    names.push_back("Riga");
    names.push_back("R\xEEga");
    layer.attributes.columns[0].values = names;
    for (const char* name : {"a.geojson", "a.gpkg"}) {
        try {
            write_layers(at(name), {layer});
            FAIL() << name;
        } catch (const WriteError& error) {
            EXPECT_NE(std::string(error.what()).find("column 'name' in row 2"), std::string::npos) << error.what();
        }
    }
    EXPECT_EQ(files(), 0);
}

TEST_F(Writer, CsvIsWrittenByteForByte) {
    write_layers(at("a.csv"), {two_places()});
    EXPECT_EQ(content(at("a.csv")), "name,n,lon,lat\nRīga,-1,24.1051865,56.9496487\n'=1+1,,25,57\n");
}

TEST_F(Writer, EveryFormatComesBack) {
    for (const char* name : {"a.gpkg", "a.geojson", "a.fgb", "a.csv", "a.gdb", "a.shp"}) {
        write_layers(at(name), {two_places()});
        const Layer back = read_layer(at(name));
        EXPECT_EQ(back.attributes.rows, 2U) << name;
        for (std::size_t row = 0; row < 2; ++row) {
            EXPECT_NEAR(back.geometry.vertices[row].x, two_places().geometry.vertices[row].x, 1e-8) << name;
            EXPECT_NEAR(back.geometry.vertices[row].y, two_places().geometry.vertices[row].y, 1e-8) << name;
        }
        EXPECT_EQ(cell_text(*back.attributes.find("n"), 0), "-1") << name;
        EXPECT_EQ(cell_text(*back.attributes.find("name"), 1), "=1+1") << name;
    }
    EXPECT_EQ(files(), 10);  // a shapefile is five
}

TEST_F(Writer, FeaturesHaveTheIdsOfTheirRows) {
    Layer layer = two_places();
    layer.id_column = "name";
    write_layers(at("a.geojson"), {layer});
    EXPECT_NE(content(at("a.geojson")).find(R"({"type":"Feature","id":"Rīga","properties":{"name":"Rīga")"),
              std::string::npos);
    EXPECT_EQ(read_layer(at("a.geojson")).attributes.columns.size(), 2U);
}

TEST_F(Writer, ShapefileRefusesWhatItCannotHold) {
    Layer layer = two_places();
    write_layers(at("a.shp"), {layer});
    layer.attributes.columns[1].name = "reason_500m";
    EXPECT_THROW(write_layers(at("a.shp"), {layer}), WriteError);
    layer = two_places();
    Texts names;
    names.push_back(std::string(255, 'x'));
    names.push_back("");
    layer.attributes.columns[0].values = names;
    EXPECT_THROW(write_layers(at("a.shp"), {layer}), WriteError);
    EXPECT_EQ(read_layer(at("a.shp")).attributes.rows, 2U);
    EXPECT_EQ(files(), 5);
}

TEST_F(Writer, GeodatabaseThatIsOpenStays) {
    write_layers(at("a.gdb"), {two_places()});
    written("a.gdb/_gdb.PC.1.2.sr.lock", "");
    EXPECT_THROW(write_layers(at("a.gdb"), {two_places()}), WriteError);
    EXPECT_EQ(read_layer(at("a.gdb")).attributes.rows, 2U);
    EXPECT_EQ(files(), 1);
}

TEST_F(Writer, FailureLeavesWhatWasThere) {
    written("a.csv", "good\n");
    Layer lines = two_places();
    lines.geometry = {};
    const std::vector<XY> line{{24, 57}, {25, 58}};
    for (int i = 0; i < 2; ++i) {
        lines.geometry.begin_row(GeometryType::line_string);
        lines.geometry.begin_part();
        lines.geometry.append_ring(line);
    }
    EXPECT_THROW(write_layers(at("a.csv"), {lines}), WriteError);
    EXPECT_EQ(content(at("a.csv")), "good\n");
    EXPECT_EQ(files(), 1);
}

TEST_F(Writer, UnevenLengthsAreTheCallersMistake) {
    Layer layer = two_places();
    layer.geometry.append_point({26, 57});
    EXPECT_THROW(write_layers(at("a.gpkg"), {layer}), std::invalid_argument);
    layer.crs.reset();
    EXPECT_THROW(write_layers(at("a.gpkg"), {layer}), CrsError);
}

}  // namespace
}  // namespace sheltermap::io
