// SPDX-License-Identifier: Apache-2.0
#include "json_columns.hpp"

#include "json_cursor.hpp"
#include "numbers.hpp"

namespace sheltermap::io {
namespace {

struct Census {
    bool booleans = false, integers = false, reals = false, big_integers = false, texts = false, structures = false,
         odd_numbers = false;

    void add(std::string_view value) {
        switch (value.front()) {
            case '"':
                texts = true;
                return;
            case '{':
            case '[':
                structures = true;
                return;
            case 't':
            case 'f':
                booleans = true;
                return;
            default:
                add_number(parse_number(value));
        }
    }
    void add_number(const Number& number) {
        if (number.kind == Number::Kind::integer) {
            integers = true;
            big_integers |= number.integer > max_exact_integer || number.integer < -max_exact_integer;
        } else if (number.kind == Number::Kind::real) {
            reals = true;
        } else {
            odd_numbers = true;  // NaN, 1e400, integers beyond 64 bits
        }
    }
    [[nodiscard]] bool only_booleans() const {
        return booleans && !integers && !reals && !texts && !structures && !odd_numbers;
    }
    [[nodiscard]] bool only_numbers() const {
        return (integers || reals) && !booleans && !texts && !structures && !odd_numbers;
    }
    [[nodiscard]] bool only_texts() const { return !booleans && !integers && !reals && !structures && !odd_numbers; }
};

bool is_missing(std::string_view value) { return value.empty() || value == "null"; }

template <class Values, class Convert>
Column filled(const std::string& name, const std::vector<std::string_view>& raw, Values values, Convert convert) {
    Column column{name, std::move(values), {}};
    auto& target = std::get<Values>(column.values);
    for (const std::string_view value : raw) {
        column.valid.push_back(is_missing(value) ? 0 : 1);
        convert(target, is_missing(value) ? std::string_view() : value);
    }
    return column;
}

Column text_column(const std::string& name, const std::vector<std::string_view>& raw) {
    return filled(name, raw, Texts{}, [](Texts& texts, std::string_view value) {
        texts.push_back(value.starts_with('"') ? JsonCursor(value).string() : std::string(value));
    });
}

}  // namespace

Column json_column(const std::string& name, const std::vector<std::string_view>& values, std::string& note) {
    Census census;
    for (const std::string_view value : values) {
        if (!is_missing(value)) census.add(value);
    }
    if (census.only_booleans()) {
        return filled(name, values, Booleans{},
                      [](Booleans& flags, std::string_view value) { flags.values.push_back(value == "true" ? 1 : 0); });
    }
    if (census.only_numbers() && !census.reals) {
        return filled(name, values, std::vector<std::int64_t>{},
                      [](auto& numbers, std::string_view value) { numbers.push_back(parse_number(value).integer); });
    }
    if (census.only_numbers() && !census.big_integers) {
        return filled(name, values, std::vector<double>{},
                      [](auto& numbers, std::string_view value) { numbers.push_back(parse_number(value).real); });
    }
    if (!census.only_texts()) {
        note = "column '" + name + "' holds " +
               (census.structures ? "lists or objects" : "values of several kinds, or numbers that are not exact") +
               ": it was read as text (JSON)";
    }
    return text_column(name, values);
}

}  // namespace sheltermap::io
