// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/base/error.hpp"
#include "sheltermap/io/reader.hpp"
#include "sheltermap/io/writer.hpp"

#include "io/geopackage/sqlite_database.hpp"
#include "io/temporary_folder.hpp"
#include <chrono>
#include <string>
#include <thread>

namespace sheltermap::io {
namespace {

const std::string counting = "WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c) ";
const std::string place = "(SELECT geom FROM places LIMIT 1) AS geom ";

class EndlessView : public TemporaryFolder {
protected:
    /// A GeoPackage whose only layer is a view.
    std::filesystem::path with_view(const std::string& select) {
        const auto path = at("view.gpkg");
        Layer places = read_layer(written("places.csv", "people,lon,lat\n1,24,57\n2,24.1,57\n3,24.2,57\n"));
        places.name = "places";
        write_layers(path, {places});
        SqliteDatabase database(path.string());
        database.run("DROP TABLE IF EXISTS gpkg_ogr_contents");
        database.run("CREATE VIEW seen AS " + select);
        for (const std::string table : {"gpkg_contents", "gpkg_geometry_columns"})
            database.run("UPDATE " + table + " SET table_name = 'seen' WHERE table_name = 'places'");
        database.close();
        return path;
    }
};

TEST_F(EndlessView, OneThatEndsIsRead) {
    EXPECT_EQ(read_layer(with_view("SELECT fid, people, geom FROM places WHERE people > 1")).attributes.rows, 2U);
}

TEST_F(EndlessView, IsStoppedAfterSoManyStepsAndNamed) {
    std::string crowd = "SELECT a.fid AS fid, a.geom AS geom FROM places a";
    for (char letter = 'b'; letter < 'z'; ++letter) crowd += std::string(", places ") + letter;
    for (const std::string& select : {counting + "SELECT n AS fid, " + place + "FROM c",
                                      counting + "SELECT n AS fid, " + place + "FROM c WHERE n < 0", crowd}) {
        const auto path = with_view(select);
        try {
            static_cast<void>(read_layer(path, {.max_rows = 1000}));
            FAIL() << select;
        } catch (const ReadError& error) {
            const std::string said = error.what();
            EXPECT_NE(said.find("layer 'seen' in view.gpkg does not come to an end"), std::string::npos) << said;
            EXPECT_NE(said.find("save it as a table"), std::string::npos);
        }
        std::filesystem::remove(path);
    }
}

TEST_F(EndlessView, HearsAStopRequest) {
    const auto path = with_view(counting + "SELECT n AS fid, " + place + "FROM c WHERE n < 0");
    std::stop_source source;
    const std::jthread impatient([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        source.request_stop();
    });
    EXPECT_THROW(static_cast<void>(read_layer(path, {}, {1, source.get_token()})), Cancelled);
}

}  // namespace
}  // namespace sheltermap::io
