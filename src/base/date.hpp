// Days, instants and periods. Business code gets them as arguments; only base/clock.cpp asks the
// machine.
#pragma once

#include "base/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace base {

// A calendar day (proleptic Gregorian), counted from 1970-01-01. Text form YYYY-MM-DD.
struct Date {
    std::int32_t days = 0;

    static Result<Date> parse(std::string_view text); // also takes 2023/1/5 and 2023年1月5日
    static Date of(int year, unsigned month, unsigned day); // a Bug when there is no such day
    [[nodiscard]] int year() const;
    [[nodiscard]] unsigned month() const;
    [[nodiscard]] unsigned day() const;
    [[nodiscard]] unsigned weekday() const; // 1 Monday … 7 Sunday

    [[nodiscard]] Date plus_days(std::int32_t count) const { return {days + count}; }

    // The same day of another month; the last day of that month when it has no such day (01-31 + 1
    // → 02-28).
    [[nodiscard]] Date plus_months(int count) const;
    [[nodiscard]] std::string text() const;
    friend auto operator<=>(const Date&, const Date&) = default;
};

// A moment: milliseconds since 1970-01-01T00:00:00Z. Text form RFC 3339, always with Z.
struct Instant {
    std::int64_t ms = 0;

    static Result<Instant> parse(std::string_view text); // RFC 3339 with any offset

    [[nodiscard]] Instant plus_ms(std::int64_t count) const { return {ms + count}; }

    [[nodiscard]] std::string text() const;
    friend auto operator<=>(const Instant&, const Instant&) = default;
};

// A zone without daylight saving, as China's: minutes east of Greenwich.
struct Zone {
    std::int32_t offset_minutes = 480;

    [[nodiscard]] Date date(Instant instant) const;
    [[nodiscard]] int minute_of_day(Instant instant) const; // 0…1439
    [[nodiscard]] Instant at(Date date, int minute_of_day) const;
    friend bool operator==(const Zone&, const Zone&) = default;
};

enum class PeriodKind { month, quarter, half, year };

// A reporting period. Text forms 2023-07, 2023Q3, 2023H2, 2023.
struct Period {
    PeriodKind kind = PeriodKind::year;
    std::int32_t year = 1970;
    std::int32_t number = 1; // 1…12, 1…4, 1…2, 1

    static Result<Period> parse(std::string_view text);
    static Period containing(Date date, PeriodKind kind);
    [[nodiscard]] Date first_day() const;
    [[nodiscard]] Date last_day() const;
    [[nodiscard]] Period next() const;
    [[nodiscard]] Period previous() const;
    [[nodiscard]] Period year_before() const;

    [[nodiscard]] bool contains(Date date) const {
        return first_day() <= date && date <= last_day();
    }

    [[nodiscard]] std::string text() const;
    friend auto operator<=>(const Period&, const Period&) = default;
};

} // namespace base
