// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/reader.hpp"

#include "io/geojson/geojson_geometry.hpp"
#include "io/geojson/json_columns.hpp"
#include "io/geojson/json_cursor.hpp"
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace sheltermap::io {

/// Properties of consecutive features as they are written, column by column; views into the text they come from.
class Properties {
public:
    struct Named {
        std::string name;
        std::vector<JsonCell> cells;  ///< may end before the rows do
        unsigned kinds = 0;           ///< 1 << JsonKind of every cell
        void add(std::size_t row, const JsonValue& value);
    };
    /// False where the row has that property already. Rows come in order.
    [[nodiscard]] bool add(std::size_t row, const JsonValue& key, const JsonValue& value);
    /// In the order in which they first appear.
    [[nodiscard]] const std::vector<Named>& columns() const noexcept { return columns_; }

private:
    std::size_t column_of(const JsonValue& key);
    std::vector<Named> columns_;
    std::vector<std::string_view> raw_keys_;  ///< as each was written first
    std::unordered_map<std::string, std::size_t> by_name_;
    std::size_t expected_ = 0;  ///< features tend to have the same properties in the same order
};

/// Consecutive features taken out of a text.
struct FeatureBlock {
    std::size_t rows = 0;
    GeometryColumn geometry;
    std::vector<RefusedRow> refused;  ///< rows counted from 1 within the block
    Properties properties;
    Properties::Named ids;
    bool has_ids = false;
    std::size_t rows_with_heights = 0;
};

/// Takes GeoJSON features one after the other into a block; those that cannot be used come on its list.
class FeatureReader {
public:
    explicit FeatureReader(FeatureBlock& block) : block_(block) {}

    /// Consumes the value the cursor stands before.
    void take_feature(JsonCursor& cursor);
    /// A geometry alone is a row without attributes.
    void take_geometry(std::string_view geometry);

private:
    void end_row();
    void fault(const char* why, const std::string& detail);
    void take_members(JsonCursor& cursor);
    void take_properties(JsonCursor& cursor);
    void take_id(const JsonValue& id);
    void take_geometry_of_feature(JsonCursor& cursor);
    void append(std::string_view geometry);

    FeatureBlock& block_;
    GeometryRefusal fault_{};      ///< the first one of the row; no detail, no fault
    std::string_view geometry_;    ///< of the row, where it was not plain
    bool geometry_is_in_ = false;  ///< the row's geometry was plain and is in the column
    bool has_heights_ = false;
    std::vector<std::string> seen_;  ///< names of the row's members
};

/// Puts blocks that follow one another into an empty layer, with notes of what was left out.
void put_into(Layer& layer, std::vector<FeatureBlock> blocks, const Execution& execution);

}  // namespace sheltermap::io
