// SPDX-License-Identifier: Apache-2.0
#include "io/ogr/ogr_columns.hpp"

#include <cpl_conv.h>

#include "base/utf8.hpp"
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

/// A cell of a .dbf: ASCII, or what was to be a number and is a text.
void append_written(std::string_view cell, DeclaredColumn& column) {
    // Programs write what is no number ("nan", "-1.#IND") and the infinite in ways of their own, which GDAL knows.
    const bool may_be_special = cell.find_first_of("nNiI#") != std::string_view::npos;
    if (may_be_special && column.holds_numbers()) {
        const std::string text(cell);
        char* end = nullptr;
        const double value = CPLStrtod(text.c_str(), &end);
        if (end == text.c_str() + text.size() && !std::isfinite(value)) return column.append(value);
    }
    column.append(cell);
}

void append_moment(OGRFeature& feature, int index, DeclaredColumn& column, bool is_day) {
    const Moment moment(feature, index);
    if (!moment.is_sound()) return column.append_strange(feature.GetFieldAsString(index));
    if (is_day) return column.append_day(moment.days());
    column.append_time(moment.microseconds(), moment.has_zone());
}

/// Gives columns of one name a number behind it, the first one too: nobody may take one for the other.
void tell_apart(std::vector<std::string>& names, std::vector<std::string>& notes) {
    std::map<std::string, std::vector<std::string*>> by_name;
    for (std::string& name : names) by_name[name].push_back(&name);
    std::set<std::string> taken(names.begin(), names.end());
    for (const auto& [name, columns] : by_name) {
        if (columns.size() == 1) continue;
        std::string given;
        std::size_t number = 0;
        for (std::string* column : columns) {
            do *column = name + "_" + std::to_string(++number);
            while (!taken.insert(*column).second);
            given += (given.empty() ? "'" : ", '") + *column + "'";
        }
        notes.push_back(std::to_string(columns.size()) + " columns are named '" + name + "': they were read as " +
                        given);
    }
}

}  // namespace

DeclaredColumn declared_column(const OGRFieldDefn& field, std::string name) {
    return {std::move(name), values_for(field)};
}

OgrColumns::OgrColumns(OGRFeatureDefn& definition, Beside beside) : beside_(std::move(beside)) {
    const std::optional<DbfCells>& dbf = beside_.dbf;
    const int count = definition.GetFieldCount();
    if (dbf && dbf->header().fields.size() != static_cast<std::size_t>(count))
        throw std::invalid_argument("GDAL finds " + std::to_string(count) + " of the " +
                                    std::to_string(dbf->header().fields.size()) + " columns of its .dbf");
    std::vector<std::string> names;
    names.reserve(static_cast<std::size_t>(count));
    for (int index = 0; index < count; ++index)
        names.push_back(text(definition.GetFieldDefn(index)->GetNameRef(), "#" + std::to_string(index + 1)));
    tell_apart(names, doubled_);
    for (int index = 0; index < count; ++index) {
        OGRFieldDefn& field = *definition.GetFieldDefn(index);
        std::string& name = names[static_cast<std::size_t>(index)];
        if (field.GetType() == OFTBinary) {
            left_out_.push_back(std::move(name));
        } else {
            const bool is_in_dbf = dbf && dbf->is_typed(static_cast<std::size_t>(index));
            field.SetIgnored(is_in_dbf ? TRUE : FALSE);
            fields_.push_back({index, is_list(field.GetType()), is_in_dbf, declared_column(field, std::move(name))});
        }
    }
}

std::string OgrColumns::text_of(OGRFeature& feature, const Field& field) const {
    if (!field.is_list) return text(feature.GetFieldAsString(field.index), field.column.name());
    const CplText json(feature.GetFieldAsSerializedJSon(field.index));
    return text(json.get(), field.column.name());
}

std::string OgrColumns::text(const char* raw, const std::string& column) const {
    try {
        if (!beside_.encoding.empty()) return to_utf8(raw, beside_.encoding);
    } catch (const std::invalid_argument& fault) {
        throw std::invalid_argument("column '" + column + "': " + fault.what());
    }
    if (!is_utf8(raw)) throw std::invalid_argument("column '" + column + "': the text " + encoding_advice());
    return raw;
}

/// Of a cell that is no number or date: never a reason to read nothing.
std::string OgrColumns::readable(std::string_view raw) const {
    try {
        if (!beside_.encoding.empty()) return to_utf8(raw, beside_.encoding);
    } catch (const std::invalid_argument&) {
        return escaped(raw);
    }
    return escaped(raw);
}

void OgrColumns::append(OGRFeature& feature) {
    for (Field& field : fields_) {
        if (field.is_in_dbf) {
            const auto record = static_cast<std::uint32_t>(feature.GetFID());
            append_cell(beside_.dbf->cell(record, static_cast<std::size_t>(field.index)), field.column);
        } else if (feature.IsFieldSetAndNotNull(field.index)) {
            append_value(feature, field);
        } else {
            append_unset(feature, field);
        }
    }
    ++rows_;
}

void OgrColumns::append_unset(OGRFeature& feature, Field& field) {
    const bool may_be_unread = beside_.times && feature.GetFieldDefnRef(field.index)->GetType() == OFTDateTime;
    const std::string written = may_be_unread ? beside_.times->written(static_cast<std::uint64_t>(feature.GetFID()),
                                                                       static_cast<std::size_t>(field.index))
                                              : std::string();
    written.empty() ? field.column.append_missing() : field.column.append(escaped(written));
}

void OgrColumns::append_cell(std::string_view cell, DeclaredColumn& column) const {
    if (cell.empty()) return column.append_missing();
    if (is_utf8(cell)) return append_written(cell, column);
    column.append(readable(cell));
}

void OgrColumns::append_value(OGRFeature& feature, Field& field) const {
    const int index = field.index;
    const OGRFieldDefn& definition = *feature.GetFieldDefnRef(index);
    switch (definition.GetType()) {
        case OFTInteger:
        case OFTInteger64:
            return field.column.append(static_cast<std::int64_t>(feature.GetFieldAsInteger64(index)));
        case OFTReal:
            return field.column.append(feature.GetFieldAsDouble(index));
        case OFTDate:
        case OFTDateTime:
            return append_moment(feature, index, field.column, definition.GetType() == OFTDate);
        default:
            return field.column.append(text_of(feature, field));
    }
}

Table OgrColumns::finish(std::vector<std::string>& notes) && {
    Table table;
    table.rows = rows_;
    notes.insert(notes.end(), doubled_.begin(), doubled_.end());
    for (const auto& name : left_out_) notes.push_back("column '" + name + "' holds binary data and was left out");
    for (Field& field : fields_) {
        if (field.is_list)
            notes.push_back("column '" + field.column.name() + "' holds lists: it was read as text (JSON)");
        table.columns.push_back(std::move(field.column).finish(notes));
    }
    return table;
}

}  // namespace sheltermap::io
