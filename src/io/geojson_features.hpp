// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "sheltermap/io/reader.hpp"

#include "geojson_geometry.hpp"
#include "json_cursor.hpp"
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace sheltermap::io {

/// Properties of features as they are written, column by column; views into the text they come from.
class Properties {
public:
    /// False where the row has that property already.
    [[nodiscard]] bool add(std::size_t row, const std::string& key, std::string_view value);
    [[nodiscard]] bool contains(const std::string& key) const { return columns_.contains(key); }
    /// Adds the columns to the layer, whose number of rows is known.
    void put_into(Layer& layer);

private:
    std::map<std::string, std::size_t> columns_;
    std::vector<std::map<std::string, std::size_t>::iterator> order_;
    std::vector<std::vector<std::string_view>> values_;
};

/// Takes GeoJSON features one after the other into a layer; those that cannot be used come on its list.
class FeatureReader {
public:
    FeatureReader(Layer& layer, const std::string& file_name, const ReadOptions& options, const Execution& execution)
        : layer_(layer), file_name_(file_name), options_(options), execution_(execution) {}

    /// Consumes the value the cursor stands before.
    void take_feature(JsonCursor& cursor);
    /// A geometry alone is a row without attributes.
    void take_geometry(std::string_view geometry);
    /// Puts the attributes and notes into the layer.
    void finish();

private:
    void begin_row();
    void end_row();
    void fault(const char* why, const std::string& detail);
    void take_members(JsonCursor& cursor);
    void take_properties(JsonCursor& cursor);
    void take_id(std::string_view raw);
    void append(std::string_view geometry);

    Layer& layer_;
    const std::string& file_name_;
    const ReadOptions& options_;
    const Execution& execution_;
    std::size_t rows_ = 0;
    GeometryRefusal fault_{};  ///< the first one of the row; no detail, no fault
    Properties properties_;
    std::vector<std::string_view> ids_;
    bool has_ids_ = false;
    std::size_t rows_with_heights_ = 0;
};

}  // namespace sheltermap::io
