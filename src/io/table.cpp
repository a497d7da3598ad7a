// SPDX-License-Identifier: Apache-2.0
#include "sheltermap/io/table.hpp"

#include "io/text.hpp"
#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace sheltermap::io {
namespace {

std::string date_text(std::chrono::sys_days day) {
    const std::chrono::year_month_day date(day);
    std::array<char, 24> text{};
    const int length = std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(date.year()),
                                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
    return {text.data(), static_cast<std::size_t>(length)};
}

std::string time_text(std::int64_t microseconds, bool utc) {
    const std::chrono::sys_time<std::chrono::microseconds> time{std::chrono::microseconds(microseconds)};
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::hh_mm_ss clock(time - day);
    std::array<char, 48> text{};
    int length = std::snprintf(text.data(), text.size(), "T%02d:%02d:%02d", static_cast<int>(clock.hours().count()),
                               static_cast<int>(clock.minutes().count()), static_cast<int>(clock.seconds().count()));
    if (clock.subseconds().count() != 0) {
        length += std::snprintf(text.data() + length, text.size() - static_cast<std::size_t>(length), ".%06d",
                                static_cast<int>(clock.subseconds().count()));
    }
    return date_text(day) + std::string(text.data(), static_cast<std::size_t>(length)) + (utc ? "Z" : "");
}

struct CellText {
    std::size_t row;
    std::string operator()(const std::vector<std::int64_t>& values) const { return number_text(values[row]); }
    std::string operator()(const std::vector<double>& values) const { return number_text(values[row]); }
    std::string operator()(const Texts& texts) const { return std::string(texts[row]); }
    std::string operator()(const Booleans& flags) const { return flags.values[row] != 0 ? "true" : "false"; }
    std::string operator()(const Dates& dates) const {
        return date_text(std::chrono::sys_days(std::chrono::days(dates.days[row])));
    }
    std::string operator()(const Times& times) const { return time_text(times.microseconds[row], times.utc); }
};

}  // namespace

std::string_view Texts::operator[](std::size_t row) const {
    const auto begin = static_cast<std::size_t>(offsets[row]);
    return std::string_view(bytes).substr(begin, static_cast<std::size_t>(offsets[row + 1]) - begin);
}

void Texts::push_back(std::string_view text) {
    bytes.append(text);
    offsets.push_back(static_cast<std::int64_t>(bytes.size()));
}

const Column* Table::find(std::string_view name) const noexcept {
    const auto found = std::ranges::find(columns, name, &Column::name);
    return found == columns.end() ? nullptr : &*found;
}

std::string cell_text(const Column& column, std::size_t row) {
    return column.valid[row] == 0 ? std::string() : std::visit(CellText{row}, column.values);
}

}  // namespace sheltermap::io
