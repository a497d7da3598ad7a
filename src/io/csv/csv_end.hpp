// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "io/csv/csv_syntax.hpp"

namespace sheltermap::io {

/// How the last row of a CSV file stands in it.
struct LastRow {
    std::size_t fields = 0;
    bool ends_in_line_end = true;
    bool is_bad = false;  ///< it is on the list of bad rows already
};

/// Tells a whole file that has no last line end, which gets a note, from one that was cut: its last row becomes a bad
/// one, and a note says that nobody knows what stood behind it.
///
/// Cut is a file that ends inside a line end, with too few fields, or in a cell that is begun only: a number that ends
/// in its decimal mark; one with fewer decimals than all the others of its column have; no value where all have one.
void judge_end(CsvTable& table, const LastRow& last, std::string_view text);

}  // namespace sheltermap::io
