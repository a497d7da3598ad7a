// SPDX-License-Identifier: Apache-2.0
#include "io/clear_time.hpp"

#include <chrono>
#include <string_view>

namespace sheltermap::io {
namespace {

constexpr std::int64_t second_us = 1'000'000, minute_us = 60 * second_us, hour_us = 60 * minute_us,
                       day_us = 24 * hour_us;

std::optional<std::int32_t> days_of(int year, int month, int day) noexcept {
    const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                                           std::chrono::day(static_cast<unsigned>(day))};
    if (!date.ok()) return std::nullopt;
    return static_cast<std::int32_t>(std::chrono::sys_days(date).time_since_epoch().count());
}

/// Takes a text apart from front to back.
class TimeCursor {
public:
    explicit TimeCursor(std::string_view text) noexcept : rest_(text) { pass_blanks(); }
    [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
    [[nodiscard]] char peek() const noexcept { return rest_.empty() ? '\0' : rest_.front(); }
    bool pass(char wanted) noexcept {
        if (peek() != wanted || rest_.empty()) return false;
        rest_.remove_prefix(1);
        return true;
    }
    bool pass_blanks() noexcept {
        const std::size_t before = rest_.size();
        while (pass(' ')) {
        }
        return rest_.size() < before;
    }
    [[nodiscard]] std::size_t digits_ahead() const noexcept {
        std::size_t count = 0;
        while (count < rest_.size() && rest_[count] >= '0' && rest_[count] <= '9') ++count;
        return count;
    }
    int take(std::size_t digits) noexcept {
        int value = 0;
        for (std::size_t i = 0; i < digits; ++i) value = value * 10 + (rest_[i] - '0');
        rest_.remove_prefix(digits);
        return value;
    }
    /// A number of one or two digits; -1 where there is none, or a longer one.
    int take_short() noexcept {
        const std::size_t digits = digits_ahead();
        return digits == 1 || digits == 2 ? take(digits) : -1;
    }

private:
    std::string_view rest_;
};

/// Day and month in the order that makes a date; nothing where both orders make one, and not the same.
std::optional<std::int32_t> days_in_one_order(int first, int second, int year) noexcept {
    const auto day_first = days_of(year, second, first), month_first = days_of(year, first, second);
    if (day_first && month_first && day_first != month_first) return std::nullopt;
    return day_first ? day_first : month_first;
}

std::optional<std::int32_t> take_date(TimeCursor& from) noexcept {
    const std::size_t digits = from.digits_ahead();
    if (digits == 8) {
        const int number = from.take(8);
        return days_of(number / 10'000, number / 100 % 100, number % 100);
    }
    if (digits != 1 && digits != 2 && digits != 4) return std::nullopt;
    const int first = from.take(digits);
    const char mark = from.peek();
    if ((mark != '-' && mark != '/' && mark != '.') || !from.pass(mark)) return std::nullopt;
    const int second = from.take_short();
    if (second < 0 || !from.pass(mark)) return std::nullopt;
    if (digits == 4) {
        const int day = from.take_short();
        return day < 0 ? std::nullopt : days_of(first, second, day);
    }
    if (from.digits_ahead() != 4) return std::nullopt;
    const int year = from.take(4);
    if (mark != '.') return days_in_one_order(first, second, year);
    from.pass('.');
    return days_of(year, second, first);  // with points the day is first everywhere
}

/// Microseconds since midnight.
std::optional<std::int64_t> take_clock(TimeCursor& from) noexcept {
    const int hour = from.take_short();
    if (hour < 0 || !from.pass(':') || from.digits_ahead() != 2) return std::nullopt;
    const int minute = from.take(2);
    int second = 0;
    std::int64_t fraction_us = 0;
    if (from.pass(':')) {
        if (from.digits_ahead() != 2) return std::nullopt;
        second = from.take(2);
        if (from.peek() == '.' || from.peek() == ',') {
            from.pass(from.peek());
            if (from.digits_ahead() == 0) return std::nullopt;
            for (std::int64_t unit = second_us / 10; from.digits_ahead() > 0; unit /= 10)
                fraction_us += unit * from.take(1);
        }
    }
    const std::int64_t since_midnight = hour * hour_us + minute * minute_us + second * second_us + fraction_us;
    if (minute > 59 || second > 59 || since_midnight > day_us) return std::nullopt;  // 24:00 is the end of the day
    return since_midnight;
}

/// How far the zone is from UTC; nothing where what stands there is no zone.
std::optional<std::int64_t> take_offset(TimeCursor& from) noexcept {
    if (from.pass('Z') || from.pass('z')) return 0;
    const bool is_behind = from.peek() == '-';
    if (!from.pass('-') && !from.pass('+')) return std::nullopt;
    int hours = -1, minutes = 0;
    if (from.digits_ahead() == 4) {
        const int both = from.take(4);
        hours = both / 100;
        minutes = both % 100;
    } else {
        hours = from.take_short();
        if (from.pass(':')) minutes = from.take_short();
    }
    if (hours < 0 || hours > 18 || minutes < 0 || minutes > 59) return std::nullopt;
    return (is_behind ? -1 : 1) * (hours * hour_us + minutes * minute_us);
}

struct Taken {
    std::int32_t days = 0;
    std::int64_t since_midnight_us = 0;
    std::optional<std::int64_t> offset_us = {};
};

std::optional<Taken> take_all(std::string_view text) noexcept {
    TimeCursor from(text);
    const auto days = take_date(from);
    if (!days) return std::nullopt;
    Taken taken{.days = *days};
    const bool has_clock = from.pass('T') || from.pass('t');
    const bool has_blank = from.pass_blanks();
    if (has_clock || (has_blank && !from.at_end())) {
        const auto clock = take_clock(from);
        if (!clock) return std::nullopt;
        taken.since_midnight_us = *clock;
        from.pass_blanks();
        if (!from.at_end() && !(taken.offset_us = take_offset(from))) return std::nullopt;
        from.pass_blanks();
    }
    return from.at_end() ? std::optional(taken) : std::nullopt;
}

/// The number that the digits at these places make; below 0 where one is none.
int digits(std::string_view text, std::size_t at, std::size_t count) noexcept {
    int value = 0;
    for (std::size_t i = at; i < at + count; ++i) {
        if (text[i] < '0' || text[i] > '9') return -1;
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

/// "2026-10-01" at the start of a text, as nearly all are: quick.
std::optional<std::int32_t> iso_date(std::string_view text) noexcept {
    if (text.size() < 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const int year = digits(text, 0, 4), month = digits(text, 5, 2), day = digits(text, 8, 2);
    return year < 0 || month < 0 || day < 0 ? std::nullopt : days_of(year, month, day);
}

/// "2026-10-01T12:34:56", perhaps with ".789", perhaps with "Z": quick.
std::optional<ClearTime> iso_time(std::string_view text) noexcept {
    const bool has_zone = text.ends_with('Z');
    if (has_zone) text.remove_suffix(1);
    if ((text.size() != 19 && text.size() != 23) || text[10] != 'T' || text[13] != ':' || text[16] != ':')
        return std::nullopt;
    const auto days = iso_date(text);
    const int hour = digits(text, 11, 2), minute = digits(text, 14, 2), second = digits(text, 17, 2);
    const int milliseconds = text.size() == 23 && text[19] == '.' ? digits(text, 20, 3) : text.size() == 19 ? 0 : -1;
    if (!days || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || milliseconds < 0)
        return std::nullopt;
    return ClearTime{
        *days * day_us + hour * hour_us + minute * minute_us + second * second_us + std::int64_t{milliseconds} * 1000,
        has_zone};
}

}  // namespace

std::optional<std::int32_t> clear_date(std::string_view text) noexcept {
    if (text.size() == 10) {
        if (const auto days = iso_date(text)) return days;
    }
    const auto taken = take_all(text);
    return taken && taken->since_midnight_us == 0 ? std::optional(taken->days) : std::nullopt;
}

std::optional<ClearTime> clear_time(std::string_view text) noexcept {
    if (const auto time = iso_time(text)) return time;
    const auto taken = take_all(text);
    if (!taken) return std::nullopt;
    return ClearTime{taken->days * day_us + taken->since_midnight_us - taken->offset_us.value_or(0),
                     taken->offset_us.has_value()};
}

}  // namespace sheltermap::io
