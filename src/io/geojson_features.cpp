// SPDX-License-Identifier: Apache-2.0
#include "geojson_features.hpp"

#include "base/excerpt.hpp"
#include "json_columns.hpp"
#include "refusals.hpp"
#include "text_file.hpp"
#include <set>

namespace sheltermap::io {

bool Properties::add(std::size_t row, const std::string& key, std::string_view value) {
    const auto [found, is_new] = columns_.try_emplace(key, order_.size());
    if (is_new) order_.push_back(found);
    values_.resize(order_.size());
    auto& cells = values_[found->second];
    if (cells.size() > row) return false;
    cells.resize(row + 1);
    cells[row] = value;
    return true;
}

void Properties::put_into(Layer& layer) {
    for (std::size_t i = 0; i < order_.size(); ++i) {
        values_[i].resize(layer.attributes.rows);
        std::string note;
        layer.attributes.columns.push_back(json_column(order_[i]->first, values_[i], note));
        if (!note.empty()) layer.notes.push_back(note);
    }
}

void FeatureReader::begin_row() {
    if (static_cast<std::int64_t>(rows_) >= options_.max_rows) throw too_many_rows(file_name_, options_);
    if (rows_ % rows_per_block == 0 && execution_.stop.stop_requested()) throw Cancelled();
    fault_ = {};
}

void FeatureReader::end_row() {
    if (!fault_.detail.empty()) refuse(layer_, rows_, fault_.reason, fault_.detail);
    ++rows_;
}

void FeatureReader::fault(const char* why, const std::string& detail) {
    if (fault_.detail.empty()) fault_ = {why, detail};
}

void FeatureReader::take_feature(JsonCursor& cursor) {
    begin_row();
    if (cursor.peek() == '{') {
        take_members(cursor);
    } else {
        fault(reason::damaged_row, "it is not an object: " + excerpt(cursor.skip()));
        layer_.geometry.append_missing();
    }
    end_row();
}

void FeatureReader::take_geometry(std::string_view geometry) {
    begin_row();
    append(geometry);
    end_row();
}

void FeatureReader::finish() {
    layer_.attributes.rows = rows_;
    if (has_ids_ && properties_.contains("id")) {
        layer_.notes.emplace_back("the features' own ids were left out: there is a property 'id' as well");
    } else if (has_ids_) {
        ids_.resize(rows_);
        std::string note;
        layer_.attributes.columns.push_back(json_column("id", ids_, note));
        if (!note.empty()) layer_.notes.push_back(note);
    }
    properties_.put_into(layer_);
    if (rows_with_heights_ > 0) {
        layer_.notes.push_back("heights (Z) of " + std::to_string(rows_with_heights_) + " rows were left out");
    }
}

void FeatureReader::take_members(JsonCursor& cursor) {
    std::string type;
    std::string_view geometry;
    std::set<std::string> seen;
    cursor.object([&](const std::string& key) {
        if (!seen.insert(key).second) fault(reason::damaged_row, "the member '" + key + "' appears twice");
        if (key == "type" && cursor.peek() == '"') {
            type = cursor.string();
        } else if (key == "geometry") {
            geometry = cursor.skip();
        } else if (key == "properties") {
            take_properties(cursor);
        } else if (key == "id") {
            take_id(cursor.skip());
        } else {
            cursor.skip();
        }
    });
    if (type != "Feature") fault(reason::damaged_row, "its type is '" + type + "', not 'Feature'");
    append(geometry);
}

void FeatureReader::take_properties(JsonCursor& cursor) {
    const char first = cursor.peek();
    if (first == '{') {
        return cursor.object([&](const std::string& key) {
            if (!properties_.add(rows_, key, cursor.skip()))
                fault(reason::damaged_row, "the property '" + key + "' appears twice");
        });
    }
    if (cursor.skip() != "null") fault(reason::damaged_row, "its properties are not an object");
}

void FeatureReader::take_id(std::string_view raw) {
    if (raw.starts_with('{') || raw.starts_with('['))
        return fault(reason::damaged_row, "its id is neither a text nor a number");
    ids_.resize(rows_ + 1);
    ids_[rows_] = raw;
    has_ids_ = true;
}

void FeatureReader::append(std::string_view geometry) {
    if (geometry.empty() || geometry == "null") fault(reason::missing_geometry, "no geometry");
    try {
        if (fault_.detail.empty()) {
            if (append_geojson(layer_.geometry, geometry)) ++rows_with_heights_;
            return;
        }
    } catch (const GeometryRefusal& refusal) {
        fault(refusal.reason, refusal.detail);
    }
    layer_.geometry.append_missing();
}

}  // namespace sheltermap::io
