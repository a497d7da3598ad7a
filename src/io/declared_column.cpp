// SPDX-License-Identifier: Apache-2.0
#include "io/declared_column.hpp"

#include "base/excerpt.hpp"
#include "io/clear_time.hpp"
#include "io/numbers.hpp"
#include "io/text.hpp"
#include <algorithm>
#include <array>
#include <cmath>
#include <stdexcept>

namespace sheltermap::io {
namespace {

using Integers = std::vector<std::int64_t>;
using Reals = std::vector<double>;

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
void add(std::vector<Value>& to, const std::vector<Value>& from) {
    to.insert(to.end(), from.begin(), from.end());
}

struct Join {
    template <class Value>
    void operator()(std::vector<Value>& to, const std::vector<Value>& from) const {
        add(to, from);
    }
    void operator()(Texts& to, const Texts& from) const {
        const auto before = static_cast<std::int64_t>(to.bytes.size());
        to.bytes += from.bytes;
        for (std::size_t row = 1; row < from.offsets.size(); ++row) to.offsets.push_back(before + from.offsets[row]);
    }
    void operator()(Booleans& to, const Booleans& from) const { add(to.values, from.values); }
    void operator()(Dates& to, const Dates& from) const { add(to.days, from.days); }
    void operator()(Times& to, const Times& from) const { add(to.microseconds, from.microseconds); }
    template <class To, class From>
    void operator()(To&, const From&) const {
        throw std::logic_error("columns of different types cannot be joined");
    }
};

struct TypeInWords {
    std::string_view operator()(const Integers&) const { return "whole numbers"; }
    std::string_view operator()(const Reals&) const { return "numbers"; }
    std::string_view operator()(const Texts&) const { return "texts"; }
    std::string_view operator()(const Booleans&) const { return "true and false"; }
    std::string_view operator()(const Dates&) const { return "dates"; }
    std::string_view operator()(const Times&) const { return "times"; }
};

bool is_exact(std::int64_t value) noexcept { return value <= max_exact_integer && value >= -max_exact_integer; }

bool is_blank(std::string_view text) noexcept {
    return text.find_first_not_of(std::string_view(" \t\0", 3)) == std::string_view::npos;
}

}  // namespace

bool DeclaredColumn::holds_numbers() const noexcept {
    return std::holds_alternative<Integers>(column_.values) || std::holds_alternative<Reals>(column_.values);
}

void DeclaredColumn::append_missing() {
    std::visit(AppendNothing{}, column_.values);
    column_.valid.push_back(0);
}

void DeclaredColumn::append_strange(std::string text, std::optional<double> number) {
    strange_.push_back({column_.valid.size(), std::move(text), number});
    append_missing();
}

void DeclaredColumn::append(std::int64_t value) {
    if (auto* integers = std::get_if<Integers>(&column_.values)) {
        integers->push_back(value);
    } else if (auto* reals = std::get_if<Reals>(&column_.values); reals != nullptr && is_exact(value)) {
        reals->push_back(static_cast<double>(value));
    } else if (auto* flags = std::get_if<Booleans>(&column_.values); flags != nullptr && (value == 0 || value == 1)) {
        flags->values.push_back(static_cast<std::uint8_t>(value));
    } else if (auto* texts = std::get_if<Texts>(&column_.values)) {
        texts->push_back(number_text(value));
    } else {
        return append_strange(number_text(value));
    }
    column_.valid.push_back(1);
}

void DeclaredColumn::append(double value) {
    if (std::isnan(value)) return append_missing();
    if (auto* reals = std::get_if<Reals>(&column_.values)) {
        reals->push_back(value);
    } else if (auto* texts = std::get_if<Texts>(&column_.values)) {
        texts->push_back(number_text(value));
    } else if (std::trunc(value) == value && std::abs(value) <= static_cast<double>(max_exact_integer)) {
        return append(static_cast<std::int64_t>(value));
    } else {
        return append_strange(number_text(value), value);
    }
    column_.valid.push_back(1);
}

void DeclaredColumn::append(std::string_view text) {
    if (auto* texts = std::get_if<Texts>(&column_.values)) {
        texts->push_back(text);
        column_.valid.push_back(1);
    } else if (is_blank(text)) {
        append_missing();
    } else if (std::holds_alternative<Dates>(column_.values)) {
        const auto days = clear_date(text);
        days ? append_day(*days) : append_strange(std::string(text));
    } else if (std::holds_alternative<Times>(column_.values)) {
        const auto time = clear_time(text);
        time ? append_time(time->microseconds, time->has_zone) : append_strange(std::string(text));
    } else if (std::holds_alternative<Booleans>(column_.values)) {
        append_flag(text);
    } else {
        append_number(text);
    }
}

void DeclaredColumn::append_number(std::string_view text) {
    const Number number = parse_declared_number(text);
    if (!number.is_finite()) return append_strange(std::string(text));
    if (auto* reals = std::get_if<Reals>(&column_.values)) {
        reals->push_back(number.real);
        column_.valid.push_back(1);
    } else if (number.kind == Number::Kind::integer) {
        append(number.integer);
    } else {
        append(number.real);
    }
}

void DeclaredColumn::append_flag(std::string_view text) {
    constexpr std::array<std::string_view, 4> yes{"true", "t", "y", "1"}, no{"false", "f", "n", "0"};
    const std::string word = lower(text);
    if (std::ranges::find(yes, word) != yes.end()) return append(std::int64_t{1});
    if (std::ranges::find(no, word) != no.end()) return append(std::int64_t{0});
    append_strange(std::string(text));
}

void DeclaredColumn::append_day(std::int32_t days) {
    std::get<Dates>(column_.values).days.push_back(days);
    column_.valid.push_back(1);
}

void DeclaredColumn::append_time(std::int64_t microseconds, bool has_zone) {
    std::get<Times>(column_.values).microseconds.push_back(microseconds);
    column_.valid.push_back(1);
    (has_zone ? has_zones_ : lacks_zones_) = true;
}

void DeclaredColumn::join(DeclaredColumn&& other) {
    for (Strange& cell : other.strange_) {
        cell.row += column_.valid.size();
        strange_.push_back(std::move(cell));
    }
    std::visit(Join{}, column_.values, other.column_.values);
    add(column_.valid, other.column_.valid);
    has_zones_ |= other.has_zones_;
    lacks_zones_ |= other.lacks_zones_;
    other.column_ = {};
}

bool DeclaredColumn::can_be_reals() const {
    const auto* integers = std::get_if<Integers>(&column_.values);
    return integers != nullptr && std::ranges::all_of(*integers, is_exact) &&
           std::ranges::all_of(strange_, [](const Strange& cell) { return cell.number.has_value(); });
}

void DeclaredColumn::become_reals() {
    const auto& integers = std::get<Integers>(column_.values);
    Reals reals(integers.begin(), integers.end());
    for (const Strange& cell : strange_) {
        reals[cell.row] = *cell.number;
        column_.valid[cell.row] = 1;
    }
    column_.values = std::move(reals);
}

void DeclaredColumn::become_texts() {
    const bool are_reals = std::holds_alternative<Reals>(column_.values);
    Texts texts;
    auto next = strange_.begin();
    for (std::size_t row = 0; row < column_.valid.size(); ++row) {
        const bool is_strange = next != strange_.end() && next->row == row;
        std::string text = is_strange ? next->text : cell_text(column_, row);
        if (!is_strange && are_reals && may_be_thousands(text)) text += '0';  // 1.125 is sure
        texts.push_back(text);
        if (is_strange) {
            column_.valid[row] = 1;
            ++next;
        }
    }
    column_.values = std::move(texts);
}

std::string DeclaredColumn::note(std::string_view declared, std::string_view became) const {
    constexpr std::size_t most = 100;
    std::string cells;
    for (std::size_t i = 0; i < std::min(most, strange_.size()); ++i) {
        const Strange& cell = strange_[i];
        cells += (i == 0 ? "" : ", ") + (cell.number ? cell.text : quoted_excerpt(cell.text)) + " in row " +
                 std::to_string(cell.row + 1);
    }
    if (strange_.size() > most) cells += " and " + std::to_string(strange_.size() - most) + " more";
    return "column '" + column_.name + "' is declared to hold " + std::string(declared) + " and holds " + cells +
           ": it was read as " + std::string(became);
}

Column DeclaredColumn::finish(std::vector<std::string>& notes) && {
    if (auto* times = std::get_if<Times>(&column_.values)) {
        times->utc = has_zones_;
        if (has_zones_ && lacks_zones_)
            notes.push_back("column '" + column_.name + "': times without a zone were taken as UTC");
    }
    if (!strange_.empty()) {
        const std::string_view declared = std::visit(TypeInWords{}, column_.values);
        const bool to_reals = can_be_reals();
        to_reals ? become_reals() : become_texts();
        notes.push_back(note(declared, to_reals ? "numbers with a fraction" : "text"));
    }
    return std::move(column_);
}

}  // namespace sheltermap::io
