// The business calendar: which days are worked, when the desks are open, and what a deadline in
// working time means.
//
// Everything is data: a weekly pattern with opening hours, and for each year the holidays, the
// make-up working days (调休) and the half days of the State Council's yearly notice
// (国务院办公厅关于部分节假日安排的通知). A year that is not loaded is refused with
// `calendar.year_not_loaded`; nothing is guessed from the weekly pattern alone.
#pragma once

#include "base/date.hpp"
#include "base/finding.hpp"
#include "base/json.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace calendar {

using base::Date;
using base::Instant;
using base::Result;
using base::Text;

// ---- as the pack writes it ----

// Local wall-clock time, "09:00" to "12:00"; "24:00" is allowed as an end.
struct HoursRow {
    std::string from;
    std::string until;
    friend bool operator==(const HoursRow&, const HoursRow&) = default;
};
BOOST_DESCRIBE_STRUCT(HoursRow, (), (from, until))

// packs/…/calendar/week.yaml
struct WeekRow {
    std::vector<int> weekdays; // 1 Monday … 7 Sunday
    std::vector<HoursRow> hours;
    int utc_offset_minutes = 480;
    friend bool operator==(const WeekRow&, const WeekRow&) = default;
};
BOOST_DESCRIBE_STRUCT(WeekRow, (), (weekdays, hours, utc_offset_minutes))

// Days off, both ends included.
struct HolidayRow {
    Text name;
    Date from;
    Date until;
    friend bool operator==(const HolidayRow&, const HolidayRow&) = default;
};
BOOST_DESCRIBE_STRUCT(HolidayRow, (), (name, from, until))

// A make-up working day, usually at a weekend, with the ordinary hours.
struct WorkdayRow {
    Text name; // of the holiday it makes up for
    Date day;
    friend bool operator==(const WorkdayRow&, const WorkdayRow&) = default;
};
BOOST_DESCRIBE_STRUCT(WorkdayRow, (), (name, day))

// A working day with hours of its own.
struct HalfDayRow {
    Text name;
    Date day;
    std::vector<HoursRow> hours;
    friend bool operator==(const HalfDayRow&, const HalfDayRow&) = default;
};
BOOST_DESCRIBE_STRUCT(HalfDayRow, (), (name, day, hours))

// packs/…/calendar/2023.yaml: one year's notice. Its days may reach into the last week of the year
// before (元旦).
struct YearRow {
    int year = 0;
    Text source;
    std::vector<HolidayRow> holidays;
    std::vector<WorkdayRow> workdays;
    std::optional<std::vector<HalfDayRow>> half_days;
    friend bool operator==(const YearRow&, const YearRow&) = default;
};
BOOST_DESCRIBE_STRUCT(YearRow, (), (year, source, holidays, workdays, half_days))

[[nodiscard]] std::vector<base::Finding> check(const WeekRow& week);
[[nodiscard]] std::vector<base::Finding> check(const YearRow& year);

// ---- as it answers ----

enum class DayKind { working, weekend, holiday, make_up, half };
BOOST_DESCRIBE_ENUM(DayKind, working, weekend, holiday, make_up, half)

struct Day {
    Date date;
    DayKind kind = DayKind::working;
    Text name;            // of the holiday, the make-up day or the half day; empty on ordinary days
    int open_minutes = 0; // 0 when not worked
    friend bool operator==(const Day&, const Day&) = default;
};
BOOST_DESCRIBE_STRUCT(Day, (), (date, kind, name, open_minutes))

class BusinessCalendar {
public:
    // Errors: `calendar.week`, `calendar.year` (what check() finds), `calendar.year_twice`.
    static Result<BusinessCalendar> make(const WeekRow& week, const std::vector<YearRow>& years);

    [[nodiscard]] bool has_year(int year) const { return years_.contains(year); }

    [[nodiscard]] std::vector<int> years() const;

    [[nodiscard]] base::Zone zone() const { return zone_; }

    // Every answer below may be the Error `calendar.year_not_loaded`.
    [[nodiscard]] Result<Day> day(Date date) const;
    [[nodiscard]] Result<bool> is_working_day(Date date) const;
    [[nodiscard]] Result<bool> is_open(Instant instant) const;

    // The instant itself when the desks are open then, else the next moment they open.
    [[nodiscard]] Result<Instant> next_opening(Instant instant) const;

    // The first instant by which that much open time has passed; the start itself for 0. A span
    // that ends at closing time ends then, not at the next opening. A negative span is a Bug.
    [[nodiscard]] Result<Instant> add_business_ms(Instant start, std::int64_t span_ms) const;
    [[nodiscard]] Result<Instant> add_business_minutes(
        Instant start, std::int64_t span_minutes) const;

    // Deadlines by days follow 民法典 §201, §203: the day of the start does not count, and a period
    // ends when business stops on its last day. Business days count working days only; calendar
    // days count every day, and when the last is not worked the period ends on the next working
    // day. 0 days end on the day of the start itself.
    [[nodiscard]] Result<Instant> add_business_days(Instant start, int days) const;
    [[nodiscard]] Result<Instant> add_calendar_days(Instant start, int days) const;

    // The working day `days` working days after (before, when negative) this one; 0 is the date
    // itself when it is worked, else the next working day.
    [[nodiscard]] Result<Date> plus_working_days(Date date, int days) const;

    // Open time in [from, until); negative when until is before from. Minutes are whole ones,
    // rounded towards zero.
    [[nodiscard]] Result<std::int64_t> business_ms_between(Instant from, Instant until) const;
    [[nodiscard]] Result<std::int64_t> business_minutes_between(Instant from, Instant until) const;

private:
    struct Span {
        std::int32_t from_minute = 0;
        std::int32_t until_minute = 0;
    };

    struct DayPlan {
        DayKind kind = DayKind::weekend;
        std::uint16_t hours = 0; // index into hours_; 0 is closed
        std::uint16_t name = 0;  // index into names_; 0 is no name
    };

    BusinessCalendar() = default;
    void lay_out(const WeekRow& week, int year);
    void overlay(const YearRow& year);
    [[nodiscard]] DayPlan* plan_at(Date date);
    [[nodiscard]] Result<DayPlan> plan(Date date) const;

    [[nodiscard]] const std::vector<Span>& spans(DayPlan plan) const { return hours_[plan.hours]; }

    [[nodiscard]] int open_minutes(DayPlan plan) const;
    [[nodiscard]] Result<Instant> closing(Date date) const;
    [[nodiscard]] std::int64_t open_ms_before(DayPlan plan, std::int64_t of_day_ms) const;

    base::Zone zone_;
    std::vector<std::vector<Span>> hours_; // [0] closed, [1] ordinary, then one for each half day
    std::vector<Text> names_;              // [0] empty
    std::map<int, std::vector<DayPlan>> years_; // a plan for every day of a loaded year
};

} // namespace calendar
