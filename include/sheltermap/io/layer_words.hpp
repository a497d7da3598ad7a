// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace sheltermap::io {

/// What a column is called by people, and what the codes in it say.
struct ColumnWords {
    std::string label = {};                                       ///< empty for none
    std::vector<std::pair<std::string, std::string>> codes = {};  ///< code and what it says, in the order of a list
};

/// What a layer and its columns are called, for formats that have a place for it.
///
///     Layer layer = read_layer("shelters.geojson", {});
///     layer.words = {.title = "Patvertnes", .columns = {{"state", {.label = "Stāvoklis"}}}};
///     write_layers("shelters.gdb", {layer});
struct LayerWords {
    std::string title = {};                                      ///< empty for none
    std::map<std::string, ColumnWords> columns = {};             ///< by the name of the column
    std::pair<std::string, std::string> yes_no = {"yes", "no"};  ///< what true and false are called
};

}  // namespace sheltermap::io
