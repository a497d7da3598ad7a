// SPDX-License-Identifier: Apache-2.0
#include "io/geojson/geojson_features.hpp"

#include "base/excerpt.hpp"
#include "io/checks/refusals.hpp"
#include <algorithm>

namespace sheltermap::io {
namespace {

/// A name that is there twice, if there is one. Of a few, as features have, pairs are looked at faster than sorted.
const std::string* doubled(std::vector<std::string>& names) {
    constexpr std::size_t few = 16;
    if (names.size() <= few) {
        for (auto name = names.begin(); name != names.end(); ++name)
            if (std::find(names.begin(), name, *name) != name) return &*name;
        return nullptr;
    }
    std::ranges::sort(names);
    const auto twice = std::ranges::adjacent_find(names);
    return twice == names.end() ? nullptr : &*twice;
}

}  // namespace

void Properties::Named::add(std::size_t row, const JsonValue& value) {
    if (cells.size() < row) cells.resize(row);
    cells.emplace_back(value);
    kinds |= 1U << static_cast<unsigned>(value.kind);
}

std::size_t Properties::column_of(const JsonValue& key) {
    if (expected_ >= columns_.size()) expected_ = 0;
    if (expected_ >= columns_.size() || raw_keys_[expected_] != key.raw) {
        const auto [found, is_new] = by_name_.try_emplace(decoded(key), columns_.size());
        if (is_new) {
            columns_.push_back({found->first, {}, 0});
            raw_keys_.push_back(key.raw);
        }
        expected_ = found->second;
    }
    return expected_++;
}

bool Properties::add(std::size_t row, const JsonValue& key, const JsonValue& value) {
    Named& column = columns_[column_of(key)];
    if (column.cells.size() > row) return false;
    column.add(row, value);
    return true;
}

void FeatureReader::end_row() {
    if (!fault_.detail.empty()) {
        block_.refused.push_back({static_cast<std::int64_t>(block_.rows) + 1, {}, fault_.reason, fault_.detail});
        fault_ = {};
    }
    ++block_.rows;
}

void FeatureReader::fault(const char* why, const std::string& detail) {
    if (fault_.detail.empty()) fault_ = {why, detail};
}

void FeatureReader::take_feature(JsonCursor& cursor) {
    if (cursor.peek() == '{') {
        take_members(cursor);
    } else {
        fault(reason::damaged_row, "it is not an object: " + excerpt(cursor.skip().raw));
        block_.geometry.append_missing();
    }
    end_row();
}

void FeatureReader::take_geometry(std::string_view geometry) {
    append(geometry);
    end_row();
}

void FeatureReader::take_members(JsonCursor& cursor) {
    std::string type;
    geometry_ = {};
    geometry_is_in_ = false;
    seen_.clear();
    cursor.object([&](const JsonValue& member) {
        seen_.push_back(decoded(member));
        const std::string& key = seen_.back();
        if (key == "type" && cursor.peek() == '"') {
            type = cursor.string();
        } else if (key == "geometry") {
            take_geometry_of_feature(cursor);
        } else if (key == "properties") {
            take_properties(cursor);
        } else if (key == "id") {
            take_id(cursor.skip());
        } else {
            cursor.skip();
        }
    });
    if (const std::string* twice = doubled(seen_))
        fault(reason::damaged_row, "the member '" + *twice + "' appears twice");
    if (type != "Feature") fault(reason::damaged_row, "its type is '" + type + "', not 'Feature'");
    if (!geometry_is_in_) return append(geometry_);
    if (fault_.detail.empty()) {
        block_.rows_with_heights += has_heights_ ? 1 : 0;
    } else {
        block_.geometry.truncate(block_.rows);
        block_.geometry.append_missing();
    }
}

void FeatureReader::take_geometry_of_feature(JsonCursor& cursor) {
    if (geometry_is_in_) block_.geometry.truncate(block_.rows);  // a second one
    const auto has_heights = append_plain_geojson(block_.geometry, cursor);
    geometry_is_in_ = has_heights.has_value();
    has_heights_ = has_heights.value_or(false);
    if (!geometry_is_in_) geometry_ = cursor.skip().raw;
}

void FeatureReader::take_properties(JsonCursor& cursor) {
    if (cursor.peek() == '{') {
        return cursor.object([&](const JsonValue& key) {
            if (!block_.properties.add(block_.rows, key, cursor.skip()))
                fault(reason::damaged_row, "the property '" + decoded(key) + "' appears twice");
        });
    }
    if (cursor.skip().kind != JsonKind::missing) fault(reason::damaged_row, "its properties are not an object");
}

void FeatureReader::take_id(const JsonValue& id) {
    if (id.kind == JsonKind::structure) return fault(reason::damaged_row, "its id is neither a text nor a number");
    if (block_.ids.cells.size() <= block_.rows) block_.ids.add(block_.rows, id);
    block_.has_ids = true;
}

void FeatureReader::append(std::string_view geometry) {
    if (geometry.empty() || geometry == "null") fault(reason::missing_geometry, "no geometry");
    try {
        if (fault_.detail.empty()) {
            if (append_geojson(block_.geometry, geometry)) ++block_.rows_with_heights;
            return;
        }
    } catch (const GeometryRefusal& refusal) {
        fault(refusal.reason, refusal.detail);
    }
    block_.geometry.append_missing();
}

}  // namespace sheltermap::io
