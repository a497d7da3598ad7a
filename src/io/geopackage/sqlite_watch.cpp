// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/sqlite_watch.hpp"

#include <utility>

namespace sheltermap::io {
namespace {

constexpr int steps_between_looks = 100'000;  // a millisecond or so

}  // namespace

SqliteWatch::SqliteWatch(sqlite3* database, std::stop_token stop, std::int64_t most_steps)
    : database_(database), stop_(std::move(stop)), most_steps_(most_steps) {
    if (database_ != nullptr) sqlite3_progress_handler(database_, steps_between_looks, &SqliteWatch::look, this);
}

SqliteWatch::~SqliteWatch() {
    if (database_ != nullptr) sqlite3_progress_handler(database_, 0, nullptr, nullptr);
}

int SqliteWatch::look(void* self) noexcept {
    auto& watch = *static_cast<SqliteWatch*>(self);
    watch.steps_ += steps_between_looks;
    return watch.gave_up() || watch.stop_.stop_requested() ? 1 : 0;
}

}  // namespace sheltermap::io
