// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <sqlite3.h>
#include <stop_token>

namespace sheltermap::io {

/// While it lives, a connection gives up what it runs once a stop is requested, or after so many steps of SQLite's
/// machine that a view may never come to an end. Without a connection it does nothing.
class SqliteWatch {
public:
    static constexpr std::int64_t endless = INT64_MAX;
    SqliteWatch(sqlite3* database, std::stop_token stop, std::int64_t most_steps = endless);
    ~SqliteWatch();
    SqliteWatch(const SqliteWatch&) = delete;
    SqliteWatch& operator=(const SqliteWatch&) = delete;

    /// Whether there were too many steps.
    [[nodiscard]] bool gave_up() const noexcept { return steps_ > most_steps_; }

private:
    static int look(void* self) noexcept;
    sqlite3* database_;
    std::stop_token stop_;
    std::int64_t most_steps_, steps_ = 0;
};

}  // namespace sheltermap::io
