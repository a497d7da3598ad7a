// SPDX-License-Identifier: Apache-2.0
#include "io/geopackage/geopackage_cells.hpp"

#include "io/files/encoding.hpp"
#include <chrono>
#include <limits>

namespace sheltermap::io {
namespace {

/// The number that so many digits make; -1 where they are none.
int digits(std::string_view text, std::size_t at, std::size_t count) {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (i >= text.size() || text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/// "2026-10-01" at the start of a text.
std::optional<std::chrono::sys_days> plain_date(std::string_view text) {
    const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    if (year < 0 || month < 0 || day < 0 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    return date.ok() ? std::optional<std::chrono::sys_days>(date) : std::nullopt;
}

struct PlainTime {
    std::int64_t microseconds = 0;
    bool is_utc = false;
};

/// "2026-10-01T12:34:56", perhaps with ".789", perhaps with "Z".
std::optional<PlainTime> plain_time(std::string_view text) {
    const auto date = plain_date(text);
    const int hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
    if (!date || hour < 0 || minute < 0 || second < 0 || text[10] != 'T' || text[13] != ':' || text[16] != ':' ||
        hour > 23 || minute > 59 || second > 59)
        return std::nullopt;
    PlainTime time;
    if (text.ends_with('Z')) {
        time.is_utc = true;
        text.remove_suffix(1);
    }
    int millisecond = 0;
    if (text.size() == 23 && text[19] == '.') {
        millisecond = digits(text, 20, 3);
    } else if (text.size() != 19) {
        return std::nullopt;
    }
    if (millisecond < 0) return std::nullopt;
    const std::int64_t seconds = std::int64_t{date->time_since_epoch().count()} * 86'400 + std::int64_t{hour} * 3600 +
                                 std::int64_t{minute} * 60 + second;
    time.microseconds = seconds * 1'000'000 + std::int64_t{millisecond} * 1000;
    return time;
}

/// A number of a type so many values can be appended to as a missing cell has.
struct AppendNothing {
    template <class Value>
    void operator()(std::vector<Value>& values) const {
        values.push_back(0);
    }
    void operator()(Texts& texts) const { texts.push_back({}); }
    void operator()(Booleans& flags) const { flags.values.push_back(0); }
    void operator()(Dates& dates) const { dates.days.push_back(0); }
    void operator()(Times& times) const { times.microseconds.push_back(0); }
};

template <class Value>
void join(std::vector<Value>& to, const std::vector<Value>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

struct Join {
    template <class Value>
    void operator()(std::vector<Value>& to, const std::vector<Value>& from) const {
        join(to, from);
    }
    void operator()(Texts& to, const Texts& from) const {
        const auto before = static_cast<std::int64_t>(to.bytes.size());
        to.bytes += from.bytes;
        for (std::size_t row = 1; row < from.offsets.size(); ++row) to.offsets.push_back(before + from.offsets[row]);
    }
    void operator()(Booleans& to, const Booleans& from) const { join(to.values, from.values); }
    void operator()(Dates& to, const Dates& from) const { join(to.days, from.days); }
    void operator()(Times& to, const Times& from) const { join(to.microseconds, from.microseconds); }
    template <class To, class From>
    void operator()(To&, const From&) const {
        throw std::logic_error("columns of different types cannot be joined");
    }
};

}  // namespace

PlainColumn::PlainColumn(const OGRFieldDefn& definition, decltype(Column::values) values)
    : column{definition.GetNameRef(), std::move(values), {}}, type_(definition.GetType()) {}

std::optional<PlainColumn> PlainColumn::of(const OGRFieldDefn& definition) {
    const bool has_subtype = definition.GetSubType() != OFSTNone;
    switch (definition.GetType()) {
        case OFTInteger:
            if (definition.GetSubType() == OFSTBoolean) return PlainColumn(definition, Booleans{});
            if (has_subtype) return std::nullopt;
            return PlainColumn(definition, std::vector<std::int64_t>{});
        case OFTInteger64:
            return PlainColumn(definition, std::vector<std::int64_t>{});
        case OFTReal:
            if (has_subtype) return std::nullopt;
            return PlainColumn(definition, std::vector<double>{});
        case OFTString:
            if (has_subtype) return std::nullopt;
            return PlainColumn(definition, Texts{});
        case OFTDate:
            return PlainColumn(definition, Dates{});
        case OFTDateTime:
            return PlainColumn(definition, Times{});
        default:
            return std::nullopt;
    }
}

bool PlainColumn::append(const SqliteStatement& row, int index) {
    const int kind = row.kind(index);
    column.valid.push_back(kind == SQLITE_NULL ? 0 : 1);
    if (kind == SQLITE_NULL) {
        std::visit(AppendNothing{}, column.values);
        return true;
    }
    if (auto* integers = std::get_if<std::vector<std::int64_t>>(&column.values)) {
        integers->push_back(row.integer(index));
        const bool fits = type_ == OFTInteger64 || (integers->back() <= std::numeric_limits<std::int32_t>::max() &&
                                                    integers->back() >= std::numeric_limits<std::int32_t>::min());
        return kind == SQLITE_INTEGER && fits;
    }
    if (auto* reals = std::get_if<std::vector<double>>(&column.values)) {
        reals->push_back(row.real(index));
        return kind == SQLITE_FLOAT;
    }
    if (auto* flags = std::get_if<Booleans>(&column.values)) {
        const std::int64_t flag = row.integer(index);
        flags->values.push_back(flag != 0 ? 1 : 0);
        return kind == SQLITE_INTEGER && (flag == 0 || flag == 1);
    }
    return kind == SQLITE_TEXT && append_text(row.bytes_of_text(index));
}

bool PlainColumn::append_text(std::string_view text) {
    if (auto* texts = std::get_if<Texts>(&column.values)) {
        texts->push_back(text);
        return is_utf8(text) && text.find('\0') == std::string_view::npos;
    }
    if (auto* dates = std::get_if<Dates>(&column.values)) {
        const auto date = plain_date(text);
        if (!date || text.size() != 10) return false;
        dates->days.push_back(static_cast<std::int32_t>(date->time_since_epoch().count()));
        return true;
    }
    const auto time = plain_time(text);
    if (!time) return false;
    std::get<Times>(column.values).microseconds.push_back(time->microseconds);
    (time->is_utc ? has_zones : lacks_zones) = true;
    return true;
}

Column joined(std::vector<Column> pieces) {
    Column all = std::move(pieces.front());
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        std::visit(Join{}, all.values, pieces[i].values);
        join(all.valid, pieces[i].valid);
        pieces[i] = {};
    }
    return all;
}

}  // namespace sheltermap::io
