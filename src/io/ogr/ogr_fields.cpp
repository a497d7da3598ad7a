// SPDX-License-Identifier: Apache-2.0
#include "io/ogr/ogr_fields.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <string>

namespace sheltermap::io {
namespace {

struct FieldType {
    OGRFieldType operator()(const std::vector<std::int64_t>&) const { return OFTInteger64; }
    OGRFieldType operator()(const std::vector<double>&) const { return OFTReal; }
    OGRFieldType operator()(const Texts&) const { return OFTString; }
    OGRFieldType operator()(const Booleans&) const { return OFTInteger; }
    OGRFieldType operator()(const Dates&) const { return OFTDate; }
    OGRFieldType operator()(const Times&) const { return OFTDateTime; }
};

/// Sets one field of a feature from one cell that has a value.
struct SetField {
    OGRFeature& feature;
    int index;
    std::size_t row;

    void operator()(const std::vector<std::int64_t>& values) const {
        feature.SetField(index, static_cast<GIntBig>(values[row]));
    }
    void operator()(const std::vector<double>& values) const { feature.SetField(index, values[row]); }
    void operator()(const Booleans& flags) const { feature.SetField(index, flags.values[row] != 0 ? 1 : 0); }
    void operator()(const Texts& texts) const { feature.SetField(index, std::string(texts[row]).c_str()); }
    void operator()(const Dates& dates) const { set(std::chrono::sys_days(std::chrono::days(dates.days[row])), 0, 0); }
    void operator()(const Times& times) const {
        constexpr std::int64_t day = 86'400'000'000;
        const std::int64_t days = times.microseconds[row] / day - (times.microseconds[row] % day < 0 ? 1 : 0);
        constexpr int utc = 100, unknown = 0;
        set(std::chrono::sys_days(std::chrono::days(days)), times.microseconds[row] - days * day,
            times.utc ? utc : unknown);
    }
    void set(std::chrono::sys_days day, std::int64_t microseconds, int zone) const {
        const std::chrono::year_month_day date(day);
        const auto seconds = microseconds / 1'000'000;
        feature.SetField(index, static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
                         static_cast<int>(static_cast<unsigned>(date.day())), static_cast<int>(seconds / 3600),
                         static_cast<int>(seconds / 60 % 60),
                         static_cast<float>(static_cast<double>(microseconds % 60'000'000) / 1e6), zone);
    }
};

bool is_nan(const Column& column, std::size_t row) {
    const auto* values = std::get_if<std::vector<double>>(&column.values);
    return values != nullptr && std::isnan((*values)[row]);
}

}  // namespace

bool OgrFields::create_in(OGRLayer& layer, const Shape& shape) const {
    return std::ranges::all_of(table_.columns, [&](const Column& column) {
        OGRFieldDefn field(column.name.c_str(), std::visit(FieldType{}, column.values));
        if (std::holds_alternative<Booleans>(column.values)) field.SetSubType(OFSTBoolean);
        if (shape) shape(field, column);
        return layer.CreateField(&field) == OGRERR_NONE;
    });
}

void OgrFields::fill(OGRFeature& feature, std::size_t row) const {
    for (std::size_t i = 0; i < table_.columns.size(); ++i) {
        const Column& column = table_.columns[i];
        const int index = static_cast<int>(i);
        if (column.valid[row] == 0 || is_nan(column, row)) {
            feature.SetFieldNull(index);
        } else {
            std::visit(SetField{feature, index, row}, column.values);
        }
    }
}

}  // namespace sheltermap::io
