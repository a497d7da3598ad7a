// SPDX-License-Identifier: Apache-2.0
#include "ogr_columns.hpp"

#include "encoding.hpp"
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
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

    Moment(OGRFeature& feature, int index) {
        feature.GetFieldAsDateTime(index, &year, &month, &day, &hour, &minute, &second, &zone);
    }
    [[nodiscard]] bool has_zone() const { return zone > 1; }
    [[nodiscard]] std::int32_t days() const {
        const std::chrono::year_month_day date(std::chrono::year(year),
                                               std::chrono::month(static_cast<unsigned>(month)),
                                               std::chrono::day(static_cast<unsigned>(day)));
        return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
    }
    /// In UTC where the zone is known. OGR's seconds are good to a millisecond.
    [[nodiscard]] std::int64_t microseconds() const {
        const std::int64_t minutes = std::int64_t{days()} * 1440 + std::int64_t{hour} * 60 + minute -
                                     (has_zone() ? std::int64_t{zone - 100} * 15 : 0);
        return minutes * 60'000'000 + std::llround(static_cast<double>(second) * 1000) * 1000;
    }
};

struct CplFree {
    void operator()(char* text) const noexcept { CPLFree(text); }
};

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

void OgrColumns::append(OGRFeature& feature) {
    for (Field& field : fields_) append_value(feature, field);
    ++rows_;
}

void OgrColumns::append_value(OGRFeature& feature, Field& field) const {
    const int index = field.index;
    bool has_value = feature.IsFieldSetAndNotNull(index);
    auto& values = field.column.values;
    if (auto* integers = std::get_if<std::vector<std::int64_t>>(&values)) {
        integers->push_back(has_value ? feature.GetFieldAsInteger64(index) : 0);
    } else if (auto* reals = std::get_if<std::vector<double>>(&values)) {
        reals->push_back(has_value ? feature.GetFieldAsDouble(index) : 0);
        has_value = has_value && !std::isnan(reals->back());
    } else if (auto* booleans = std::get_if<Booleans>(&values)) {
        booleans->values.push_back(has_value && feature.GetFieldAsInteger(index) != 0 ? 1 : 0);
    } else if (auto* dates = std::get_if<Dates>(&values)) {
        dates->days.push_back(has_value ? Moment(feature, index).days() : 0);
    } else if (auto* times = std::get_if<Times>(&values)) {
        const auto moment = has_value ? std::optional(Moment(feature, index)) : std::nullopt;
        times->microseconds.push_back(moment ? moment->microseconds() : 0);
        if (moment) (moment->has_zone() ? field.has_zones : field.lacks_zones) = true;
    } else if (field.as_json && has_value) {
        const std::unique_ptr<char, CplFree> json(feature.GetFieldAsSerializedJSon(index));
        std::get<Texts>(values).push_back(text(json.get(), field.column.name));
    } else {
        std::get<Texts>(values).push_back(has_value ? text(feature.GetFieldAsString(index), field.column.name) : "");
    }
    field.column.valid.push_back(has_value ? 1 : 0);
}

Table OgrColumns::finish(std::vector<std::string>& notes) && {
    Table table;
    table.rows = rows_;
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
