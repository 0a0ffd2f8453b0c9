#include "base/date.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <optional>

namespace base {
namespace {

namespace chrono = std::chrono;

constexpr std::int64_t day_ms = 86'400'000;

chrono::year_month_day civil(Date date) { return chrono::sys_days{chrono::days{date.days}}; }

std::optional<Date> date_of(int year, unsigned month, unsigned day) {
    const chrono::year_month_day civil_day{
        chrono::year{year}, chrono::month{month}, chrono::day{day}};
    if (year < 1 || year > 9999 || !civil_day.ok()) return std::nullopt;
    return Date{static_cast<std::int32_t>(chrono::sys_days{civil_day}.time_since_epoch().count())};
}

std::string padded(std::int64_t number, std::size_t width) {
    auto digits = std::to_string(number);
    if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
    return digits;
}

// Reads a number of at most `width` digits off the front.
bool eat_number(std::string_view& text, std::size_t width, int& out) {
    std::size_t used = 0;
    out = 0;
    while (used < text.size() && used < width && text[used] >= '0' && text[used] <= '9') {
        out = out * 10 + (text[used] - '0');
        used += 1;
    }
    text.remove_prefix(used);
    return used > 0;
}

bool eat(std::string_view& text, std::string_view mark) {
    if (!text.starts_with(mark)) return false;
    text.remove_prefix(mark.size());
    return true;
}

bool eat_date(std::string_view& text, Date& out) {
    int year = 0;
    int month = 0;
    int day = 0;
    // A year of two digits would be taken for antiquity.
    const auto before = text.size();
    if (!eat_number(text, 4, year) || before - text.size() != 4) return false;
    const std::string_view mark = text.starts_with("年") ? "年" : text.starts_with("/") ? "/" : "-";
    if (!eat(text, mark) || !eat_number(text, 2, month)) return false;
    if (!eat(text, mark == "年" ? "月" : mark) || !eat_number(text, 2, day)) return false;
    if (mark == "年") eat(text, "日");
    const auto found = date_of(year, static_cast<unsigned>(month), static_cast<unsigned>(day));
    if (!found) return false;
    out = *found;
    return true;
}

// RFC 3339 time-offset: Z or ±hh:mm.
bool eat_offset(std::string_view& text, int& minutes) {
    minutes = 0;
    if (eat(text, "Z") || eat(text, "z")) return true;
    const int sign = text.starts_with("-") ? -1 : 1;
    int hours = 0;
    if (!eat(text, sign < 0 ? "-" : "+") || !eat_number(text, 2, hours)) return false;
    if (!eat(text, ":") || !eat_number(text, 2, minutes)) return false;
    if (hours > 23 || minutes > 59) return false;
    minutes = sign * (hours * 60 + minutes);
    return true;
}

int months_in(PeriodKind kind) {
    switch (kind) {
    case PeriodKind::month: return 1;
    case PeriodKind::quarter: return 3;
    case PeriodKind::half: return 6;
    case PeriodKind::year: return 12;
    }
    bug("period kind out of range");
}

} // namespace

Result<Date> Date::parse(std::string_view text) {
    Date date;
    auto rest = text;
    if (!eat_date(rest, date) || !rest.empty()) {
        return invalid(
            "base.date",
            {"日期无效：" + std::string(text), "Not a date: " + std::string(text)},
            {"写成 2023-07-15。", "Write 2023-07-15."});
    }
    return date;
}

Date Date::of(int year, unsigned month, unsigned day) {
    const auto date = date_of(year, month, day);
    ensure(date.has_value(), "the day exists");
    return *date;
}

int Date::year() const { return static_cast<int>(civil(*this).year()); }

unsigned Date::month() const { return static_cast<unsigned>(civil(*this).month()); }

unsigned Date::day() const { return static_cast<unsigned>(civil(*this).day()); }

unsigned Date::weekday() const {
    return chrono::weekday{chrono::sys_days{chrono::days{days}}}.iso_encoding();
}

Date Date::plus_months(int count) const {
    const auto start = civil(*this);
    const auto month = chrono::year_month{start.year(), start.month()} + chrono::months{count};
    const chrono::year_month_day wanted{month.year(), month.month(), start.day()};
    if (wanted.ok())
        return {static_cast<std::int32_t>(chrono::sys_days{wanted}.time_since_epoch().count())};
    const chrono::sys_days last{month / chrono::last};
    return {static_cast<std::int32_t>(last.time_since_epoch().count())};
}

std::string Date::text() const {
    const auto day_of = civil(*this);
    return padded(static_cast<int>(day_of.year()), 4) + '-' +
           padded(static_cast<unsigned>(day_of.month()), 2) + '-' +
           padded(static_cast<unsigned>(day_of.day()), 2);
}

Result<Instant> Instant::parse(std::string_view text) {
    const auto error = [&] {
        return invalid(
            "base.instant",
            {"时间无效：" + std::string(text), "Not a time: " + std::string(text)},
            {"写成 2023-07-15T09:30:00+08:00。", "Write 2023-07-15T09:30:00+08:00."});
    };
    auto rest = text;
    Date date;
    int hour = 0;
    int minute = 0;
    int second = 0;
    int milliseconds = 0;
    if (!eat_date(rest, date) || !(eat(rest, "T") || eat(rest, "t") || eat(rest, " ")))
        return error();
    if (!eat_number(rest, 2, hour) || !eat(rest, ":") || !eat_number(rest, 2, minute))
        return error();
    if (eat(rest, ":") && !eat_number(rest, 2, second)) return error();
    if (eat(rest, ".")) {
        const auto before = rest.size();
        if (!eat_number(rest, 3, milliseconds)) return error();
        for (auto used = before - rest.size(); used < 3; ++used)
            milliseconds *= 10;
        int beyond = 0;
        eat_number(rest, 9, beyond);
    }
    int offset_minutes = 0;
    if (!eat_offset(rest, offset_minutes) || !rest.empty()) return error();
    if (hour > 23 || minute > 59 || second > 59) return error();
    const std::int64_t seconds = (hour * 60LL + minute - offset_minutes) * 60 + second;
    return Instant{date.days * day_ms + seconds * 1000 + milliseconds};
}

std::string Instant::text() const {
    const auto date = Zone{0}.date(*this);
    const auto of_day = ms - date.days * day_ms;
    return date.text() + 'T' + padded(of_day / 3'600'000, 2) + ':' +
           padded(of_day / 60'000 % 60, 2) + ':' + padded(of_day / 1000 % 60, 2) + '.' +
           padded(of_day % 1000, 3) + 'Z';
}

Date Zone::date(Instant instant) const {
    const auto local = instant.ms + offset_minutes * 60'000LL;
    const auto floor = local / day_ms - (local % day_ms < 0 ? 1 : 0);
    return {static_cast<std::int32_t>(floor)};
}

int Zone::minute_of_day(Instant instant) const {
    const auto local = instant.ms + offset_minutes * 60'000LL;
    return static_cast<int>((local - date(instant).days * day_ms) / 60'000);
}

Instant Zone::at(Date date, int minute_of_day) const {
    return {date.days * day_ms + (minute_of_day - offset_minutes) * 60'000LL};
}

Result<Period> Period::parse(std::string_view text) {
    auto rest = text;
    Period period;
    int year = 0;
    int number = 1;
    bool good = eat_number(rest, 4, year) && text.size() - rest.size() == 4 && year > 0;
    if (good && !rest.empty()) {
        period.kind = rest.starts_with("Q")   ? PeriodKind::quarter
                      : rest.starts_with("H") ? PeriodKind::half
                                              : PeriodKind::month;
        good = (eat(rest, "Q") || eat(rest, "H") || eat(rest, "-")) &&
               eat_number(rest, 2, number) && rest.empty() && number >= 1 &&
               number <= 12 / months_in(period.kind);
    }
    if (!good) {
        return invalid(
            "base.period",
            {"期间无效：" + std::string(text), "Not a period: " + std::string(text)},
            {"写成 2023-07、2023Q3、2023H2 或 2023。", "Write 2023-07, 2023Q3, 2023H2 or 2023."});
    }
    period.year = year;
    period.number = number;
    return period;
}

Period Period::containing(Date date, PeriodKind kind) {
    const auto month = static_cast<int>(date.month());
    return {.kind = kind, .year = date.year(), .number = (month - 1) / months_in(kind) + 1};
}

Date Period::first_day() const {
    return Date::of(year, static_cast<unsigned>((number - 1) * months_in(kind) + 1), 1);
}

Date Period::last_day() const {
    const auto after = next();
    if (after.year > 9999) return Date::of(year, 12, 31); // there is no first day of the year 10000
    return after.first_day().plus_days(-1);
}

Period Period::next() const {
    return number == 12 / months_in(kind) ? Period{kind, year + 1, 1}
                                          : Period{kind, year, number + 1};
}

Period Period::previous() const {
    return number == 1 ? Period{kind, year - 1, 12 / months_in(kind)}
                       : Period{kind, year, number - 1};
}

Period Period::year_before() const { return {kind, year - 1, number}; }

std::string Period::text() const {
    switch (kind) {
    case PeriodKind::month: return padded(year, 4) + '-' + padded(number, 2);
    case PeriodKind::quarter: return padded(year, 4) + 'Q' + std::to_string(number);
    case PeriodKind::half: return padded(year, 4) + 'H' + std::to_string(number);
    case PeriodKind::year: return padded(year, 4);
    }
    bug("period kind out of range");
}

} // namespace base
