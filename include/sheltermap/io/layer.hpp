// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/geodesy/crs.hpp"
#include "sheltermap/geometry/geometry_column.hpp"
#include "sheltermap/io/layer_words.hpp"
#include "sheltermap/io/table.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace sheltermap::io {

/// A row that cannot be used, and why.
///
///     const Layer read = read_layer("homes.geojson", {.strict = false});
///     for (const RefusedRow& each : read.refused) std::cerr << "row " << each.row << ": " << each.detail << "\n";
struct RefusedRow {
    std::int64_t row;    ///< counting the file's data rows from 1
    std::string id;      ///< its id where the layer has an id column, else empty
    std::string reason;  ///< a short code: missing_geometry, invalid_geometry, duplicate_id, …
    std::string detail;  ///< one sentence for people
};

/// A table with geometries.
struct Layer {
    std::string name = {};
    std::string id_column = {};   ///< names the rows, for formats that have a place for it; empty for none
    std::optional<Crs> crs = {};  ///< none for a table without geometries
    Table attributes = {};
    GeometryColumn geometry = {};          ///< in `crs`; empty for a table without geometries
    LayerWords words = {};                 ///< aliases and coded values, for formats that have a place for them
    std::vector<RefusedRow> refused = {};  ///< these rows stay in the layer, their geometry missing; in order of rows
    std::vector<std::int64_t> repaired = {};  ///< rows, from 1, whose geometry was made valid
    std::vector<std::int64_t> emptied = {};   ///< rows, from 1, that lost holes and parts without a vertex
    std::vector<std::string> notes = {};      ///< what was left out or mended without refusing a row
};

}  // namespace sheltermap::io
