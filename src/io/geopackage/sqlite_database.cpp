// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/sqlite_database.hpp"

#include <new>

namespace sheltermap::io {
namespace {

/// Throws std::bad_alloc instead where memory is out: then no other way of reading is to be tried.
std::string what_happened(sqlite3* database, int status) {
    if ((status & 0xFF) == SQLITE_NOMEM) throw std::bad_alloc();
    return database == nullptr ? sqlite3_errstr(status) : sqlite3_errmsg(database);
}

}  // namespace

SqliteStatement::SqliteStatement(sqlite3* database, const std::string& sql) {
    sqlite3_stmt* statement = nullptr;
    const int status = sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr);
    statement_.reset(statement);
    if (status != SQLITE_OK) throw SqliteFault(what_happened(database, status) + " in " + sql);
}

void SqliteStatement::require(int status) const {
    if (status != SQLITE_OK) throw SqliteFault(what_happened(sqlite3_db_handle(statement_.get()), status));
}

void SqliteStatement::bind(int parameter, std::int64_t value) {
    require(sqlite3_bind_int64(statement_.get(), parameter, value));
}

void SqliteStatement::bind(int parameter, double value) {
    require(sqlite3_bind_double(statement_.get(), parameter, value));
}

void SqliteStatement::bind(int parameter, std::string_view text) {
    // A text without bytes must not be a null pointer: that would be NULL.
    require(sqlite3_bind_text64(statement_.get(), parameter, text.empty() ? "" : text.data(), text.size(),
                                SQLITE_STATIC, SQLITE_UTF8));
}

void SqliteStatement::bind(int parameter, std::span<const std::byte> blob) {
    require(sqlite3_bind_blob64(statement_.get(), parameter, blob.data(), blob.size(), SQLITE_STATIC));
}

void SqliteStatement::bind_null(int parameter) { require(sqlite3_bind_null(statement_.get(), parameter)); }

bool SqliteStatement::step() {
    const int status = sqlite3_step(statement_.get());
    if (status == SQLITE_ROW) return true;
    require(sqlite3_reset(statement_.get()));  // gives the step's error again
    return false;
}

std::string SqliteStatement::text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    return bytes == nullptr ? std::string() : bytes;
}

std::string_view SqliteStatement::bytes_of_text(int column) const {
    const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_.get(), column));
    if (bytes == nullptr) return {};
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

std::span<const std::byte> SqliteStatement::blob(int column) const {
    const auto* bytes = static_cast<const std::byte*>(sqlite3_column_blob(statement_.get(), column));
    return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column))};
}

SqliteDatabase::SqliteDatabase(const std::string& path, Mode mode) {
    sqlite3* handle = nullptr;
    const int access = mode == Mode::write ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY;
    const int status = sqlite3_open_v2(path.c_str(), &handle, access | SQLITE_OPEN_NOMUTEX, nullptr);
    handle_.reset(handle);
    if (status != SQLITE_OK) throw SqliteFault(what_happened(handle, status));
    if (mode == Mode::read_untrusted) {
        run("PRAGMA trusted_schema = OFF");
        sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    }
}

void SqliteDatabase::run(const std::string& sql) {
    const int status = sqlite3_exec(handle_.get(), sql.c_str(), nullptr, nullptr, nullptr);
    if (status != SQLITE_OK) throw SqliteFault(what_happened(handle_.get(), status));
}

std::vector<std::string> SqliteDatabase::texts(const std::string& sql) {
    std::vector<std::string> found;
    SqliteStatement statement = prepare(sql);
    while (statement.step()) found.push_back(statement.text(0));
    return found;
}

void SqliteDatabase::close() {
    if (const int status = sqlite3_close(handle_.get()); status != SQLITE_OK)
        throw SqliteFault(what_happened(handle_.get(), status));
    static_cast<void>(handle_.release());
}

std::string sql_quoted(std::string_view name, char quote) {
    std::string out(1, quote);
    for (const char c : name) {
        if (c == quote) out += quote;
        out += c;
    }
    return out + quote;
}

}  // namespace sheltermap::io
