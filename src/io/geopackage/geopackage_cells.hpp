// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/declared_column.hpp"
#include "io/geopackage/sqlite_database.hpp"

namespace sheltermap::io {

/// Appends a cell of a row as SQLite keeps it, whatever the column was declared to hold.
/// Throws std::invalid_argument, naming the column, for a text that is not UTF-8.
void append_cell(DeclaredColumn& column, const SqliteStatement& row, int index);

}  // namespace sheltermap::io
