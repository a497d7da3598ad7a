// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <sqlite3.h>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace sheltermap::io {

/// What SQLite says where something failed.
class SqliteFault : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// A prepared statement; parameters count from 1, columns from 0. Throws SqliteFault.
class SqliteStatement {
public:
    SqliteStatement(sqlite3* database, const std::string& sql);
    void bind(int parameter, std::int64_t value);
    void bind(int parameter, double value);
    /// The bytes must stay until the next step is done.
    void bind(int parameter, std::string_view text);
    void bind(int parameter, std::span<const std::byte> blob);
    void bind_null(int parameter);
    /// Runs to the next row; false where there is none, and then begins anew. Parameters stay bound.
    bool step();
    [[nodiscard]] std::string text(int column) const;
    [[nodiscard]] std::int64_t integer(int column) const { return sqlite3_column_int64(statement_.get(), column); }
    [[nodiscard]] double real(int column) const { return sqlite3_column_double(statement_.get(), column); }
    /// SQLITE_INTEGER, SQLITE_FLOAT, SQLITE_TEXT, SQLITE_BLOB or SQLITE_NULL.
    [[nodiscard]] int kind(int column) const { return sqlite3_column_type(statement_.get(), column); }
    /// Valid until the next step.
    [[nodiscard]] std::string_view bytes_of_text(int column) const;
    [[nodiscard]] std::span<const std::byte> blob(int column) const;

private:
    void require(int status) const;
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const noexcept { sqlite3_finalize(statement); }
    };
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

/// A database that one thread uses, and nobody else. Throws SqliteFault.
class SqliteDatabase {
public:
    enum class Mode {
        write,
        read_untrusted  ///< nothing that somebody put into the file is run
    };
    explicit SqliteDatabase(const std::string& path, Mode mode = Mode::write);
    /// As whoever watches it sees it.
    [[nodiscard]] sqlite3* handle() const noexcept { return handle_.get(); }
    SqliteStatement prepare(const std::string& sql) { return {handle_.get(), sql}; }
    void run(const std::string& sql);
    /// The first column of all rows.
    std::vector<std::string> texts(const std::string& sql);
    /// Throws where anything is left to write that cannot be.
    void close();

private:
    struct Close {
        void operator()(sqlite3* database) const noexcept { sqlite3_close_v2(database); }
    };
    std::unique_ptr<sqlite3, Close> handle_;
};

/// A name between the quotes that SQL wants around it: " for tables and columns, ' for texts.
[[nodiscard]] std::string sql_quoted(std::string_view name, char quote = '"');

}  // namespace sheltermap::io
