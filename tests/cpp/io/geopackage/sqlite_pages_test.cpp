// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/sqlite_pages.hpp"

#include "io/geopackage/sqlite_database.hpp"
#include "io/geopackage/sqlite_record.hpp"
#include "io/temporary_folder.hpp"
#include <fstream>
#include <limits>
#include <random>
#include <string>

namespace sheltermap::io {
namespace {

/// SQLite itself is the judge: it reads what was written, and checks the file.
class SqliteTables : public TemporaryFolder {
protected:
    /// A database with an empty table "t" that has a text and a number in each row; the page its tree begins with.
    std::uint32_t made(const std::string& name, int page_size) {
        std::ofstream(at(name)).close();
        SqliteDatabase database(at(name));
        database.run("PRAGMA page_size = " + std::to_string(page_size) +
                     "; CREATE TABLE other (n); INSERT INTO other VALUES (7);"
                     "CREATE TABLE t (id INTEGER PRIMARY KEY, what TEXT, n INTEGER)");
        return static_cast<std::uint32_t>(
            std::stoul(database.texts("SELECT rootpage FROM sqlite_master WHERE name = 't'").front()));
    }
    void fill(const std::string& name, std::uint32_t root, const std::vector<std::string>& texts,
              std::int64_t first = 1) {
        SqlitePages pages(at(name));
        SqliteTable table(pages, root);
        SqliteRecord record;
        for (std::size_t i = 0; i < texts.size(); ++i) {
            record.clear();
            record.put_null();
            record.put(std::string_view(texts[i]));
            record.put(static_cast<std::int64_t>(i));
            table.add(first + static_cast<std::int64_t>(i), record.bytes());
        }
        table.finish();
        pages.close();
    }
    void require_sound(const std::string& name, const std::vector<std::string>& texts, std::int64_t first = 1) {
        SqliteDatabase database(at(name));
        EXPECT_EQ(database.texts("PRAGMA integrity_check"), std::vector<std::string>{"ok"});
        EXPECT_EQ(database.texts("SELECT what FROM t ORDER BY id"), texts);
        EXPECT_EQ(database.texts("SELECT n FROM other"), std::vector<std::string>{"7"});
        if (texts.empty()) return;
        const auto last = first + static_cast<std::int64_t>(texts.size() - 1);
        EXPECT_EQ(database.texts("SELECT what FROM t WHERE id = " + std::to_string(last)).front(), texts.back());
        // A row that SQLite adds goes behind ours.
        if (last == std::numeric_limits<std::int64_t>::max()) return;
        database.run("INSERT INTO t (what) VALUES ('new')");
        EXPECT_EQ(database.texts("SELECT max(id) FROM t").front(), std::to_string(last + 1));
        EXPECT_EQ(database.texts("PRAGMA integrity_check"), std::vector<std::string>{"ok"});
    }
};

std::vector<std::string> random_texts(std::size_t count, std::size_t longest) {
    std::mt19937 random(7);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < count; ++i)
        texts.emplace_back(random() % (longest + 1), static_cast<char>('a' + random() % 26));
    return texts;
}

TEST_F(SqliteTables, OfAnyNumberOfRowsAreSound) {
    for (const int page_size : {512, 1024, 4096, 65'536}) {
        for (const std::size_t rows : {0, 1, 2, 30, 100, 3'000, 40'000}) {
            const std::string name = std::to_string(page_size) + "_" + std::to_string(rows);
            const auto texts = random_texts(rows, 60);
            fill(name, made(name, page_size), texts);
            require_sound(name, texts);
        }
    }
}

TEST_F(SqliteTables, OfTextsOfAnyLengthAreSound) {
    for (const int page_size : {512, 4096, 65'536}) {
        std::vector<std::string> texts;
        // Around what stays in a leaf, and what fills one page and two pages of their own.
        for (const int full : {page_size - 35, 2 * page_size, 3 * page_size, 40 * page_size}) {
            for (int more = -60; more < 60; ++more) texts.emplace_back(static_cast<std::size_t>(full + more), 'x');
        }
        const std::string name = std::to_string(page_size);
        fill(name, made(name, page_size), texts);
        require_sound(name, texts);
    }
}

TEST_F(SqliteTables, WithRowNumbersOfAnyLengthAreSound) {
    const auto texts = random_texts(5'000, 20);
    for (const std::int64_t last : {std::int64_t{1} << 20U, std::int64_t{1} << 56U, (std::int64_t{1} << 56U) + 2'000,
                                    std::numeric_limits<std::int64_t>::max()}) {
        const std::string name = std::to_string(last);
        fill(name, made(name, 512), texts, last - 4'999);
        require_sound(name, texts, last - 4'999);
    }
}

TEST_F(SqliteTables, LeaveThePageForLocksOut) {
    const auto root = made("large", 4096);
    const std::uint64_t locks = (1U << 30U) / 4096 + 1;
    // As if all pages before were in use already: the file has a hole there.
    const std::uint32_t count = static_cast<std::uint32_t>(locks) - 5;
    std::filesystem::resize_file(at("large"), count * std::uint64_t{4096});
    std::fstream file(at("large"), std::ios::in | std::ios::out | std::ios::binary);
    file.seekp(28);
    for (int shift = 24; shift >= 0; shift -= 8) file.put(static_cast<char>(count >> static_cast<unsigned>(shift)));
    file.close();
    std::vector<std::string> texts = random_texts(2'000, 60);
    texts[40] = std::string(50'000, 'y');  // its chain of pages goes across
    fill("large", root, texts);
    SqliteDatabase database(at("large"));
    EXPECT_EQ(database.texts("SELECT what FROM t ORDER BY id"), texts);
    std::ifstream written(at("large"), std::ios::binary);
    written.seekg(1U << 30U);
    std::string page(4096, 'x');
    written.read(page.data(), 4096);
    EXPECT_EQ(page, std::string(4096, '\0'));
    // Only the pages of the hole belong to nothing.
    for (const std::string& said : database.texts("PRAGMA integrity_check(1000000)"))
        EXPECT_TRUE(said.starts_with("***") || said.find("never used") != std::string::npos) << said;
    const auto unused = "Page " + std::to_string(count + 1);
    EXPECT_EQ(database.texts("PRAGMA integrity_check(1000000)").front().find(unused), std::string::npos);
}

TEST_F(SqliteTables, OfAFileOfAnotherMakeAreRefused) {
    made("log", 4096);
    SqliteDatabase(at("log")).run("PRAGMA journal_mode = WAL");
    EXPECT_THROW(SqlitePages(at("log")), SqliteFault);
    made("cut", 4096);
    std::filesystem::resize_file(at("cut"), 4096);
    EXPECT_THROW(SqlitePages(at("cut")), SqliteFault);
    std::ofstream(at("short")) << "SQLite";
    EXPECT_THROW(SqlitePages(at("short")), SqliteFault);
    EXPECT_THROW(SqlitePages(at("missing")), SqliteFault);
}

TEST(SqliteRecord, HoldsWhatSqliteReadsBack) {
    const std::vector<std::int64_t> numbers{0,
                                            1,
                                            2,
                                            -1,
                                            127,
                                            128,
                                            -128,
                                            -129,
                                            32'767,
                                            32'768,
                                            -32'769,
                                            8'388'607,
                                            8'388'608,
                                            -8'388'609,
                                            2'147'483'647,
                                            2'147'483'648,
                                            -2'147'483'649,
                                            (std::int64_t{1} << 47U) - 1,
                                            std::int64_t{1} << 47U,
                                            -(std::int64_t{1} << 47U) - 1,
                                            std::numeric_limits<std::int64_t>::max(),
                                            std::numeric_limits<std::int64_t>::min()};
    const std::vector<double> reals{0.0,
                                    -0.0,
                                    1.0,
                                    -3.0,
                                    0.5,
                                    1e15,
                                    -1e15,
                                    140'737'488'355'327.0,
                                    140'737'488'355'328.0,
                                    1e300,
                                    std::numeric_limits<double>::denorm_min(),
                                    std::numeric_limits<double>::infinity()};
    const auto path = std::filesystem::temp_directory_path() / ("record" + std::to_string(std::random_device{}()));
    std::ofstream(path).close();
    {
        SqliteDatabase database(path);
        database.run("CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER, r REAL, b BLOB, missing)");
        const auto root = database.texts("SELECT rootpage FROM sqlite_master").front();
        database.close();
        SqlitePages pages(path);
        SqliteTable table(pages, static_cast<std::uint32_t>(std::stoul(root)));
        SqliteRecord record;
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            record.clear();
            record.put_null();
            record.put(numbers[i]);
            record.put(reals[i % reals.size()]);
            const std::vector<std::byte> blob(i * 40, static_cast<std::byte>(i));
            record.put(std::span(blob));
            record.put_null();
            table.add(static_cast<std::int64_t>(i), record.bytes());
        }
        table.finish();
        pages.close();
    }
    {
        SqliteDatabase database(path);
        SqliteStatement rows = database.prepare("SELECT n, r, b, missing, typeof(n), typeof(r) FROM t ORDER BY id");
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            ASSERT_TRUE(rows.step());
            EXPECT_EQ(rows.integer(0), numbers[i]);
            EXPECT_EQ(rows.real(1), reals[i % reals.size()]);
            EXPECT_EQ(rows.blob(2).size(), i * 40);
            EXPECT_EQ(rows.kind(3), SQLITE_NULL);
            EXPECT_EQ(rows.text(4), "integer");
            EXPECT_EQ(rows.text(5), "real");
        }
        EXPECT_EQ(database.texts("PRAGMA integrity_check"), std::vector<std::string>{"ok"});
    }
    std::filesystem::remove(path);
}

/// A table of very many columns has a header whose length takes two bytes itself.
TEST(SqliteRecord, CountsALongHeader) {
    for (const std::size_t columns : {125, 126, 127, 128, 2'000}) {
        SqliteRecord record;
        for (std::size_t i = 0; i < columns; ++i) record.put_null();
        const auto bytes = record.bytes();
        const std::size_t own = columns + 1 < 128 ? 1 : 2;
        EXPECT_EQ(bytes.size(), columns + own);
        const auto first = std::to_integer<std::size_t>(bytes[0]);
        EXPECT_EQ(own == 1 ? first : (first & 0x7FU) << 7U | std::to_integer<std::size_t>(bytes[1]), columns + own);
    }
}

}  // namespace
}  // namespace sheltermap::io
