// SPDX-License-Identifier: Apache-2.0
#include "io/ogr/ogr_columns.hpp"

#include "io/files/encoding.hpp"
#include "io/gdal_call.hpp"
#include <chrono>
#include <cmath>
#include <map>
#include <memory>
#include <set>
#include <stdexcept>

namespace sheltermap::io {
namespace {

bool is_list(OGRFieldType type) {
    return type == OFTIntegerList || type == OFTInteger64List || type == OFTRealList || type == OFTStringList;
}

decltype(Column::values) values_for(const OGRFieldDefn& definition) {
    switch (definition.GetType()) {
        case OFTInteger:
            if (definition.GetSubType() == OFSTBoolean) return Booleans{};
            return std::vector<std::int64_t>{};
        case OFTInteger64:
            return std::vector<std::int64_t>{};
        case OFTReal:
            return std::vector<double>{};
        case OFTDate:
            return Dates{};
        case OFTDateTime:
            return Times{};
        default:
            return Texts{};  // texts, times of day, lists as JSON
    }
}

/// A date or time as OGR keeps it. The zone is 0 where unknown, 1 for local time, else 100 + quarters of an hour.
struct Moment {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0;
    float second = 0;
    int zone = 0;

    Moment() = default;
    Moment(OGRFeature& feature, int index) {
        feature.GetFieldAsDateTime(index, &year, &month, &day, &hour, &minute, &second, &zone);
    }
    [[nodiscard]] bool has_zone() const { return zone > 1; }
    /// A shapefile may hold the 45th of a 13th month.
    [[nodiscard]] bool is_sound() const { return date().ok() && hour < 25 && minute < 60; }
    /// 0 where it is not sound.
    [[nodiscard]] std::int32_t days() const {
        return is_sound() ? static_cast<std::int32_t>(std::chrono::sys_days(date()).time_since_epoch().count()) : 0;
    }
    /// In UTC where the zone is known. OGR's seconds are good to a millisecond.
    [[nodiscard]] std::int64_t microseconds() const {
        const std::int64_t minutes = std::int64_t{days()} * 1440 + std::int64_t{hour} * 60 + minute -
                                     (has_zone() ? std::int64_t{zone - 100} * 15 : 0);
        return minutes * 60'000'000 + std::llround(static_cast<double>(second) * 1000) * 1000;
    }

private:
    [[nodiscard]] std::chrono::year_month_day date() const {
        return {std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                std::chrono::day(static_cast<unsigned>(day))};
    }
};

void append_moment(const Moment& moment, Column& column) {
    if (auto* dates = std::get_if<Dates>(&column.values)) {
        dates->days.push_back(moment.days());
    } else {
        std::get<Times>(column.values).microseconds.push_back(moment.microseconds());
    }
}

}  // namespace

OgrColumns::OgrColumns(OGRFeatureDefn& definition, std::string encoding) : encoding_(std::move(encoding)) {
    for (int index = 0; index < definition.GetFieldCount(); ++index) {
        OGRFieldDefn& field = *definition.GetFieldDefn(index);
        std::string name = text(field.GetNameRef(), "#" + std::to_string(index + 1));
        if (field.GetType() == OFTBinary) {
            left_out_.push_back(std::move(name));
        } else {
            fields_.push_back({index, is_list(field.GetType()), Column{std::move(name), values_for(field), {}}});
        }
    }
    tell_apart_doubles();
}

void OgrColumns::tell_apart_doubles() {
    std::map<std::string, std::vector<Column*>> by_name;
    for (Field& field : fields_) by_name[field.column.name].push_back(&field.column);
    std::set<std::string> taken;
    for (const auto& [name, columns] : by_name) taken.insert(name);
    for (const auto& [name, columns] : by_name) {
        if (columns.size() == 1) continue;
        std::string given;
        std::size_t number = 0;
        for (Column* column : columns) {
            do column->name = name + "_" + std::to_string(++number);
            while (!taken.insert(column->name).second);
            given += (given.empty() ? "'" : ", '") + column->name + "'";
        }
        doubled_.push_back(std::to_string(columns.size()) + " columns are named '" + name + "': they were read as " +
                           given);
    }
}

std::string OgrColumns::text_of(OGRFeature& feature, const Field& field) const {
    if (!field.as_json) return text(feature.GetFieldAsString(field.index), field.column.name);
    const CplText json(feature.GetFieldAsSerializedJSon(field.index));
    return text(json.get(), field.column.name);
}

std::string OgrColumns::text(const char* raw, const std::string& column) const {
    try {
        if (!encoding_.empty()) return to_utf8(raw, encoding_);
    } catch (const std::invalid_argument& fault) {
        throw std::invalid_argument("column '" + column + "': " + fault.what());
    }
    if (!is_utf8(raw)) throw std::invalid_argument("column '" + column + "': the text " + encoding_advice());
    return raw;
}

std::string OgrColumns::append(OGRFeature& feature) {
    std::string fault;
    for (Field& field : fields_) {
        if (!append_value(feature, field)) {
            fault = "column '" + field.column.name + "': " + feature.GetFieldAsString(field.index) + " is not a date";
        }
    }
    ++rows_;
    return fault;
}

bool OgrColumns::append_value(OGRFeature& feature, Field& field) const {
    const int index = field.index;
    bool has_value = feature.IsFieldSetAndNotNull(index);
    bool is_sound = true;
    auto& values = field.column.values;
    if (auto* integers = std::get_if<std::vector<std::int64_t>>(&values)) {
        integers->push_back(has_value ? feature.GetFieldAsInteger64(index) : 0);
    } else if (auto* reals = std::get_if<std::vector<double>>(&values)) {
        reals->push_back(has_value ? feature.GetFieldAsDouble(index) : 0);
        has_value = has_value && !std::isnan(reals->back());
    } else if (auto* booleans = std::get_if<Booleans>(&values)) {
        booleans->values.push_back(has_value && feature.GetFieldAsInteger(index) != 0 ? 1 : 0);
    } else if (auto* texts = std::get_if<Texts>(&values)) {
        texts->push_back(has_value ? text_of(feature, field) : "");
    } else {
        const Moment moment = has_value ? Moment(feature, index) : Moment();
        is_sound = !has_value || moment.is_sound();
        has_value = has_value && is_sound;
        append_moment(moment, field.column);
        if (has_value) (moment.has_zone() ? field.has_zones : field.lacks_zones) = true;
    }
    field.column.valid.push_back(has_value ? 1 : 0);
    return is_sound;
}

Table OgrColumns::finish(std::vector<std::string>& notes) && {
    Table table;
    table.rows = rows_;
    notes.insert(notes.end(), doubled_.begin(), doubled_.end());
    for (const auto& name : left_out_) notes.push_back("column '" + name + "' holds binary data and was left out");
    for (Field& field : fields_) {
        const std::string label = "column '" + field.column.name + "'";
        if (field.as_json) notes.push_back(label + " holds lists: it was read as text (JSON)");
        if (auto* times = std::get_if<Times>(&field.column.values)) {
            times->utc = field.has_zones;
            if (field.has_zones && field.lacks_zones)
                notes.push_back(label + ": times without a zone were taken as UTC");
        }
        table.columns.push_back(std::move(field.column));
    }
    return table;
}

}  // namespace sheltermap::io
