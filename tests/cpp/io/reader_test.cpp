// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/reader.hpp"

#include "sheltermap/base/error.hpp"
#include "sheltermap/io/writer.hpp"

#include "io/temporary_folder.hpp"

namespace sheltermap::io {
namespace {

using Reader = TemporaryFolder;

const std::vector<double>& numbers(const Layer& layer, std::string_view name) {
    return std::get<std::vector<double>>(layer.attributes.find(name)->values);
}

TEST_F(Reader, CsvOfMetresIsReadInItsCrs) {
    const Layer layer = read_layer(written("a.csv", "name,x,y\nRīga,506083,311825\n"), {.crs = "EPSG:3059"});
    EXPECT_EQ(layer.name, "a");
    EXPECT_EQ(layer.crs->code(), "EPSG:3059");
    EXPECT_EQ(layer.geometry.row_vertices(0)[0], (XY{506083, 311825}));
    EXPECT_EQ(cell_text(*layer.attributes.find("name"), 0), "Rīga");
}

TEST_F(Reader, DecimalCommasAreNumbers) {
    const Layer layer = read_layer(written("a.csv", "lon;lat;v\n24,5;56,5;-1,25\n"));
    EXPECT_EQ(layer.geometry.row_vertices(0)[0], (XY{24.5, 56.5}));
    EXPECT_EQ(numbers(layer, "v")[0], -1.25);
}

TEST_F(Reader, CsvWithoutLastLineEndIsWholeWithANoteAndACutOneIsNot) {
    const Layer whole = read_layer(written("a.csv", "id,lon,lat\nA,24,56\n,,\nB,25,57.5"));
    EXPECT_EQ(whole.attributes.rows, 2U);
    ASSERT_EQ(whole.notes.size(), 2U);
    EXPECT_TRUE(whole.notes[0].starts_with("1 line of nothing but delimiters"));
    EXPECT_TRUE(whole.notes[1].ends_with("and its column 'lat' as '57.5'"));
    for (const char* cut :
         {"id,lon,lat\nA,24,56\nB,25", "id,lon,lat\nA,24,56\nB,25,57.", "id,lon,lat\r\nA,24,56\r\nB,25,57\r"}) {
        const auto path = written("a.csv", cut);
        EXPECT_THROW((void)read_layer(path), ReadError) << cut;
        const Layer layer = read_layer(path, {.strict = false});
        ASSERT_EQ(layer.refused.size(), 1U) << cut;
        EXPECT_EQ(layer.refused[0].row, 2) << cut;
        EXPECT_TRUE(layer.notes.at(0).starts_with("the file was cut inside row 2")) << cut;
    }
}

TEST_F(Reader, CellsOfACsvStayAsTheyStand) {
    const Layer cells = csv_cells("id;v;;\n007;1,5\nA\n\"\";;;\n", "a");
    EXPECT_FALSE(cells.crs);
    ASSERT_EQ(cells.attributes.columns.size(), 2U);
    EXPECT_EQ(cell_text(cells.attributes.columns[0], 0), "007");
    EXPECT_EQ(cell_text(cells.attributes.columns[1], 0), "1,5");
    EXPECT_EQ(cells.attributes.columns[1].valid[2], 0);
    ASSERT_EQ(cells.refused.size(), 1U);
    EXPECT_EQ(cells.refused[0].row, 2);
    EXPECT_THROW((void)csv_cells("id,name\n1,\"open", "a"), ReadError);
    EXPECT_THROW((void)csv_cells("id,name\n1,\xff\n", "a"), ReadError);
}

TEST_F(Reader, OnePageOfACollectionIsAnErrorAndAPagesRowsAreNoted) {
    EXPECT_THROW((void)read_geojson_text(R"({"type":"FeatureCollection","numberMatched":2,"features":[null]})", "a",
                                         {.strict = false}),
                 ReadError);
    EXPECT_NE(page_limit_note(1000), "");
    EXPECT_EQ(page_limit_note(1001), "");
    require_few_columns(16'384, "a");
    EXPECT_THROW(require_few_columns(16'385, "a"), ReadError);
}

TEST_F(Reader, RefusedRowStaysWithoutGeometryWhenNotStrict) {
    const auto path = written("a.csv", "id,lon,lat\nA,24,56\nB,,\nC,25,57\n");
    EXPECT_THROW((void)read_layer(path), ReadError);
    const Layer layer = read_layer(path, {.id = "id", .strict = false});
    ASSERT_EQ(layer.refused.size(), 1U);
    EXPECT_EQ(layer.refused[0].row, 2);
    EXPECT_EQ(layer.refused[0].id, "B");
    EXPECT_EQ(layer.refused[0].reason, "missing_geometry");
    EXPECT_EQ(layer.geometry.types[1], GeometryType::missing);
    EXPECT_EQ(layer.attributes.rows, 3U);
}

TEST_F(Reader, MoreRowsThanTheLimitAreAnError) {
    const auto path = written("a.csv", "lon,lat\n24,56\n25,57\n");
    EXPECT_THROW((void)read_layer(path, {.max_rows = 1}), ReadError);
    EXPECT_EQ(read_layer(path, {.max_rows = 2}).attributes.rows, 2U);
    EXPECT_THROW(
        (void)read_geojson_text(R"({"type":"FeatureCollection","features":[null,null]})", "a", {.max_rows = 1}),
        ReadError);
}

TEST_F(Reader, LargerFileThanTheLimitIsAnError) {
    const auto path = written("a.csv", "lon,lat\n24,56\n");
    EXPECT_THROW((void)read_layer(path, {.max_bytes = 10}), ReadError);
}

TEST_F(Reader, GeojsonOfSeveralTypesFitsOneColumn) {
    const Layer layer = read_geojson_text(R"({"type":"FeatureCollection","features":[
        {"type":"Feature","properties":{"a":1},"geometry":{"type":"Point","coordinates":[24,57]}},
        {"type":"Feature","properties":{"b":"x"},"geometry":{"coordinates":[[24,57],[25,58]],"type":"LineString"}}]})",
                                          "text");
    EXPECT_EQ(layer.geometry.types, (std::vector{GeometryType::point, GeometryType::line_string}));
    EXPECT_EQ(layer.attributes.find("a")->valid, (std::vector<std::uint8_t>{1, 0}));
    EXPECT_EQ(layer.attributes.find("b")->valid, (std::vector<std::uint8_t>{0, 1}));
}

TEST_F(Reader, EscapesInJsonTextsAreUndone) {
    const Layer layer = read_geojson_text(R"({"type":"Feature","properties":{"a":"\u0136\t\"\ud83d\ude80\/"},
        "geometry":{"type":"Point","coordinates":[24,57]}})",
                                          "text");
    EXPECT_EQ(cell_text(*layer.attributes.find("a"), 0), "Ķ\t\"🚀/");
}

TEST_F(Reader, WholeNumbersBeyondDoublesStayExact) {
    const Layer layer = read_geojson_text(R"({"type":"Feature","properties":{"n":9007199254740993},
        "geometry":{"type":"Point","coordinates":[24,57]}})",
                                          "text");
    EXPECT_EQ(cell_text(*layer.attributes.find("n"), 0), "9007199254740993");
}

TEST_F(Reader, LayerNamesPutThoseWithGeometriesFirst) {
    Layer table{.name = "a_table"};
    table.attributes = {.rows = 1, .columns = {{"n", std::vector<std::int64_t>{1}, {1}}}};
    Layer places = table;
    places.name = "places";
    places.crs = Crs("EPSG:4326");
    places.geometry.append_point({24, 57});
    write_layers(at("a.gpkg"), {table, places});
    EXPECT_EQ(layer_names(at("a.gpkg")), (std::vector<std::string>{"places", "a_table"}));
}

TEST_F(Reader, ReadingStopsWhenAsked) {
    Layer many{.name = "many", .crs = Crs("EPSG:4326")};
    for (int i = 0; i < 10'000; ++i) many.geometry.append_point({24, 57});
    many.attributes.rows = many.geometry.size();
    write_layers(at("a.fgb"), {many});
    std::stop_source source;
    source.request_stop();
    EXPECT_THROW((void)read_layer(at("a.fgb"), {}, {.stop = source.get_token()}), Cancelled);
}

TEST_F(Reader, CheckRowsRepairsWhenAsked) {
    Layer layer{.name = "zones", .crs = Crs("EPSG:4326")};
    const std::vector<XY> bow_tie{{24, 57}, {25, 58}, {25, 57}, {24, 58}, {24, 57}};
    layer.geometry.begin_row(GeometryType::polygon);
    layer.geometry.begin_part();
    layer.geometry.append_ring(bow_tie);
    layer.attributes.rows = 1;
    layer = check_rows(std::move(layer), "zones", {.invalid = InvalidGeometry::repair});
    EXPECT_EQ(layer.geometry.types[0], GeometryType::multi_polygon);
    EXPECT_EQ(layer.repaired, std::vector<std::int64_t>{1});
    ASSERT_EQ(layer.notes.size(), 1U);
}

}  // namespace
}  // namespace sheltermap::io
