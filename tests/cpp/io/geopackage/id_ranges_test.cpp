// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"
#include "sheltermap/io/reader.hpp"
#include "sheltermap/io/writer.hpp"

#include "io/geopackage/sqlite_database.hpp"
#include "io/temporary_folder.hpp"
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace sheltermap::io {
namespace {

class IdRanges : public TemporaryFolder {
protected:
    std::filesystem::path places(int rows) {
        std::string text = "people,lon,lat\n";
        for (int row = 1; row <= rows; ++row) text += std::to_string(row) + ",24,57\n";
        Layer layer = read_layer(written("places.csv", text));
        write_layers(at("places.gpkg"), {layer});
        return at("places.gpkg");
    }

    static void run(const std::filesystem::path& path, const std::string& sql) {
        SqliteDatabase database(path.string());
        for (const std::string& trigger : database.texts("SELECT name FROM sqlite_master WHERE type = 'trigger'"))
            database.run("DROP TRIGGER " + sql_quoted(trigger));  // they want functions of GDAL's
        database.run("DROP TABLE IF EXISTS gpkg_ogr_contents");   // they keep its count of rows
        database.run(sql);
        database.close();
    }

    static std::vector<std::int64_t> people(const std::filesystem::path& path, const IdRange& range) {
        const Layer layer = read_layer(path, {.ids = range, .strict = false});
        return std::get<std::vector<std::int64_t>>(layer.attributes.find("people")->values);
    }
};

TEST_F(IdRanges, HoldSoManyRowsHoweverLargeTheGapsAre) {
    const auto path = places(10);
    run(path, "UPDATE places SET fid = fid * fid * 1000000 WHERE fid > 3");
    const TableRanges found = ranges_by_id(path, {}, 4);
    ASSERT_EQ(found.ranges.size(), 3U);
    std::vector<std::int64_t> rows, all;
    for (const IdRange& range : found.ranges) {
        EXPECT_EQ(range.before, static_cast<std::int64_t>(all.size()));
        rows.push_back(range.rows);
        for (const std::int64_t each : people(path, range)) all.push_back(each);
    }
    EXPECT_EQ(rows, (std::vector<std::int64_t>{4, 4, 2}));
    EXPECT_EQ(all, (std::vector<std::int64_t>{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
}

TEST_F(IdRanges, OfNoRowsAreNone) {
    const auto path = places(2);
    run(path, "DELETE FROM places");
    EXPECT_TRUE(ranges_by_id(path, {}, 4).ranges.empty());
    EXPECT_TRUE(people(path, {.first = 0, .last = -1}).empty());
}

TEST_F(IdRanges, MayBeThoseOfAFileOfAnySize) {
    const auto path = places(3);
    EXPECT_THROW(static_cast<void>(read_layer(path, {.max_bytes = 100})), ReadError);
    const IdRange range{.first = 1, .last = 3, .rows = 3};
    EXPECT_EQ(read_layer(path, {.ids = range, .max_bytes = 100}).attributes.rows, 3U);
}

TEST_F(IdRanges, OfAnotherNumberOfRowsAreNotRead) {
    const auto path = places(5);
    try {
        static_cast<void>(people(path, {.first = 3, .last = 4, .rows = 3, .before = 2}));
        FAIL();
    } catch (const ReadError& error) {
        EXPECT_NE(std::string(error.what()).find("was changed while it was read: rows 3 to 5 are 2 by now"),
                  std::string::npos)
            << error.what();
    }
}

TEST_F(IdRanges, OfRowsThatCannotBeReadAreNamedByTheirNumbersInTheTable) {
    const auto path = places(5);
    run(path, "UPDATE places SET people = CAST(x'ff' AS TEXT) WHERE fid = 4");
    try {
        static_cast<void>(people(path, {.first = 3, .last = 5, .rows = 3, .before = 2}));
        FAIL();
    } catch (const ReadError& error) {
        EXPECT_NE(std::string(error.what()).find("row 4, column 'people'"), std::string::npos) << error.what();
    }
}

TEST_F(IdRanges, AreNotThoseOfAView) {
    const auto path = places(2);
    run(path, "CREATE VIEW seen AS SELECT * FROM places");
    run(path, "UPDATE gpkg_contents SET table_name = 'seen' WHERE table_name = 'places'");
    run(path, "UPDATE gpkg_geometry_columns SET table_name = 'seen' WHERE table_name = 'places'");
    EXPECT_THROW(static_cast<void>(ranges_by_id(path, {}, 4)), ReadError);
    EXPECT_THROW(static_cast<void>(read_layer(path, {.ids = IdRange{.first = 1, .last = 2, .rows = 2}})), ReadError);
    EXPECT_EQ(read_layer(path).attributes.rows, 2U);
}

TEST_F(IdRanges, AreNotThoseOfOtherFormats) {
    const auto path = written("places.csv", "people,lon,lat\n1,24,57\n");
    EXPECT_THROW(static_cast<void>(ranges_by_id(path, {}, 4)), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(read_layer(path, {.ids = IdRange{}})), std::invalid_argument);
    EXPECT_THROW(static_cast<void>(ranges_by_id(places(1), {}, 0)), std::invalid_argument);
}

TEST_F(IdRanges, TellWhichTimesSayTheirZoneAndWhichDatesHoldAny) {
    Layer layer = read_layer(written("places.csv", "lon,lat\n24,57\n24,57\n"));
    layer.attributes.columns = {{"local", Times{{0, 0}, false}, {1, 1}},
                                {"seen", Times{{0, 0}, true}, {0, 1}},
                                {"day", Dates{{0, 0}}, {0, 1}},
                                {"never", Dates{{0, 0}}, {0, 0}}};
    write_layers(at("places.gpkg"), {layer});
    const TableRanges found = ranges_by_id(at("places.gpkg"), {}, 1);
    EXPECT_EQ(found.ranges.size(), 2U);
    EXPECT_EQ(found.zoned_times, (std::vector<std::string>{"seen"}));
    EXPECT_EQ(found.days, (std::vector<std::string>{"day"}));
}

}  // namespace
}  // namespace sheltermap::io
