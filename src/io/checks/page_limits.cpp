// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/reader.hpp"

#include <algorithm>
#include <array>

namespace sheltermap::io {

std::string page_limit_note(std::size_t rows) {
    // ArcGIS Server and Online, Socrata, CKAN, WFS and OGC API as they are set up; then the last rows of spreadsheets.
    constexpr std::array<std::size_t, 19> limits{1'000,  2'000,  3'000,   4'000,     5'000,    8'000,  10'000,
                                                 15'000, 16'000, 20'000,  25'000,    32'000,   50'000, 100'000,
                                                 65'535, 65'536, 500'000, 1'000'000, 1'048'575};
    if (std::ranges::find(limits, rows) == limits.end()) return {};
    return "there are exactly " + std::to_string(rows) +
           " rows, as many as services or spreadsheets hand out at most: look whether rows are missing at the source";
}

}  // namespace sheltermap::io
