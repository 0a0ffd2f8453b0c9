#include "engine/calendar/calendar.hpp"

#include <gtest/gtest.h>

#include <random>

namespace {

using base::Date;
using base::Instant;
using calendar::BusinessCalendar;
using calendar::DayKind;
using calendar::WeekRow;
using calendar::YearRow;

constexpr std::int64_t minute_ms = 60'000;

const WeekRow week{.weekdays = {1, 2, 3, 4, 5}, .hours = {{"09:00", "12:00"}, {"13:30", "17:00"}}};

Date date(const char* text) { return *Date::parse(text); }

Instant at(const std::string& local) { return *Instant::parse(local + ":00+08:00"); }

// A made-up pair of years with everything in it: a holiday over a year's end, a make-up day in the
// year before, a half day, and a holiday that begins on a weekend.
std::vector<YearRow> years() {
    YearRow first;
    first.year = 2030;
    first.holidays = {
        {{"春节", "Spring Festival"}, date("2030-02-02"), date("2030-02-08")},
        {{"国庆节", "National Day"}, date("2030-10-01"), date("2030-10-07")}};
    first.workdays = {
        {{"春节", "Spring Festival"}, date("2030-02-09")},
        {{"国庆节", "National Day"}, date("2030-09-29")}};
    first.half_days = {{{{"除夕前", "eve"}, date("2030-02-01"), {{"09:00", "12:00"}}}}};
    YearRow second;
    second.year = 2031;
    second.holidays = {{{"元旦", "New Year"}, date("2030-12-31"), date("2031-01-01")}};
    second.workdays = {{{"元旦", "New Year"}, date("2030-12-28")}};
    return {first, second};
}

BusinessCalendar sample() {
    auto made = BusinessCalendar::make(week, years());
    EXPECT_TRUE(made);
    return *std::move(made);
}

// The naive model: is this one minute open? Decided straight from the rows.
bool minute_is_open(Instant minute) {
    const base::Zone zone;
    const auto day = zone.date(minute);
    const auto of_day = zone.minute_of_day(minute);
    const bool morning = of_day >= 540 && of_day < 720;
    const bool afternoon = of_day >= 810 && of_day < 1020;
    static const auto rows = years();
    for (const auto& year : rows) {
        for (const auto& holiday : year.holidays) {
            if (holiday.from <= day && day <= holiday.until) return false;
        }
        if (year.half_days && std::ranges::find(*year.half_days, day, &calendar::HalfDayRow::day) !=
                                  year.half_days->end())
            return morning;
        for (const auto& workday : year.workdays) {
            if (workday.day == day) return morning || afternoon;
        }
    }
    return day.weekday() <= 5 && (morning || afternoon);
}

TEST(Calendar, days_know_what_they_are) {
    const auto calendar = sample();

    struct Case {
        const char* day;
        DayKind kind;
        int open_minutes;
        const char* name;
    };

    const Case cases[] = {
        {"2030-01-31", DayKind::working, 390, ""},
        {"2030-02-01", DayKind::half, 180, "除夕前"},
        {"2030-02-04", DayKind::holiday, 0, "春节"},
        {"2030-02-09", DayKind::make_up, 390, "春节"},
        {"2030-02-10", DayKind::weekend, 0, ""},
        {"2030-12-28", DayKind::make_up, 390, "元旦"}, // governed by the notice of 2031
        {"2030-12-31", DayKind::holiday, 0, "元旦"},
        {"2031-01-02", DayKind::working, 390, ""},
    };
    for (const auto& want : cases) {
        const auto day = calendar.day(date(want.day));
        ASSERT_TRUE(day) << want.day;
        EXPECT_EQ(day->kind, want.kind) << want.day;
        EXPECT_EQ(day->open_minutes, want.open_minutes) << want.day;
        EXPECT_EQ(day->name.zh, want.name) << want.day;
    }
}

TEST(Calendar, a_year_not_loaded_is_refused_and_says_how_to_load_it) {
    const auto calendar = sample();
    const auto errors = {
        calendar.is_working_day(date("2029-12-31")).error(),
        calendar.next_opening(at("2032-01-01T10:00")).error(),
        calendar.add_business_minutes(at("2031-12-31T16:59"), 2).error(),
        calendar.add_business_days(at("2031-12-31T16:59"), 1).error(),
        calendar.add_calendar_days(at("2031-12-31T16:59"), 1).error(),
        calendar.business_ms_between(at("2031-12-31T16:59"), at("2032-01-01T09:00")).error(),
        calendar.business_ms_between(at("2032-01-01T09:00"), at("2031-12-31T16:59")).error()};
    for (const auto& error : errors) {
        EXPECT_EQ(error.code, "calendar.year_not_loaded");
        EXPECT_NE(error.cure.zh.find("calendar/20"), std::string::npos);
        EXPECT_FALSE(error.cure.en.empty());
    }
    // The last minute of the last loaded year is still answered.
    EXPECT_TRUE(calendar.add_business_minutes(at("2031-12-31T16:59"), 1));
}

TEST(Calendar, working_time_is_added_over_lunch_weekends_and_holidays) {
    const auto calendar = sample();

    struct Case {
        const char* start;
        int minutes;
        const char* want;
    };

    const Case cases[] = {
        {"2030-01-02T09:00", 0, "2030-01-02T09:00"},
        {"2030-01-02T20:00", 0, "2030-01-02T20:00"},  // nothing to add, nothing moves
        {"2030-01-02T11:30", 30, "2030-01-02T12:00"}, // ends at closing, not at the next opening
        {"2030-01-02T11:30", 31, "2030-01-02T13:31"},
        {"2030-01-02T06:00", 60, "2030-01-02T10:00"},
        {"2030-01-04T16:30", 60, "2030-01-07T09:30"}, // Friday to Monday
        {"2030-02-01T11:00",
         120,
         "2030-02-09T10:00"}, // half day, holiday, then the make-up Saturday
        {"2030-12-30T16:59", 2, "2031-01-02T09:01"},
        {"2030-01-02T09:00", 390, "2030-01-02T17:00"}, // a day's worth is a day, not 24 hours
        {"2030-01-02T09:00", 391, "2030-01-03T09:01"},
    };
    for (const auto& [start, minutes, want] : cases) {
        const auto end = calendar.add_business_minutes(at(start), minutes);
        ASSERT_TRUE(end) << start;
        EXPECT_EQ(end->text(), at(want).text()) << start << " + " << minutes;
    }
}

TEST(Calendar, deadlines_in_days_end_when_business_stops) {
    const auto calendar = sample();

    struct Case {
        const char* start;
        int days;
        const char* business;
        const char* calendar_days;
    };

    const Case cases[] = {
        {"2030-01-02T16:59", 1, "2030-01-03T17:00", "2030-01-03T17:00"},
        {"2030-01-02T08:00", 0, "2030-01-02T17:00", "2030-01-02T17:00"},
        {"2030-01-04T10:00", 1, "2030-01-07T17:00", "2030-01-07T17:00"}, // 5 January is a Saturday
        {"2030-01-04T10:00", 5, "2030-01-11T17:00", "2030-01-09T17:00"},
        {"2030-01-31T10:00",
         1,
         "2030-02-01T12:00",
         "2030-02-01T12:00"}, // the half day closes at noon
        {"2030-01-31T10:00",
         2,
         "2030-02-09T17:00",
         "2030-02-09T17:00"}, // out of the holiday, to the make-up day
        {"2030-02-03T10:00", 0, "2030-02-09T17:00", "2030-02-09T17:00"},
    };
    for (const auto& want : cases) {
        const auto business = calendar.add_business_days(at(want.start), want.days);
        const auto days = calendar.add_calendar_days(at(want.start), want.days);
        ASSERT_TRUE(business && days);
        EXPECT_EQ(business->text(), at(want.business).text()) << want.start << " + " << want.days;
        EXPECT_EQ(days->text(), at(want.calendar_days).text()) << want.start << " + " << want.days;
    }
    EXPECT_EQ(calendar.plus_working_days(date("2030-02-11"), -1), date("2030-02-09"));
    EXPECT_EQ(calendar.plus_working_days(date("2030-02-11"), -3), date("2030-01-31"));
}

TEST(Calendar, agrees_with_a_walk_over_every_minute) {
    const auto calendar = sample();
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const auto begin = at("2030-01-01T00:00");
    const auto whole_minutes = (at("2031-12-31T00:00").ms - begin.ms) / minute_ms;

    // open_until[i]: open minutes before minute i, counted one by one.
    std::vector<int> open_until(static_cast<std::size_t>(whole_minutes) + 1);
    for (std::int64_t i = 0; i < whole_minutes; ++i) {
        open_until[i + 1] = open_until[i] + (minute_is_open(begin.plus_ms(i * minute_ms)) ? 1 : 0);
    }
    std::uniform_int_distribution<std::int64_t> any(0, whole_minutes - 30'000);
    std::uniform_int_distribution<std::int64_t> length(1, 5'000);
    for (int round = 0; round < 2'000; ++round) {
        const auto from = any(random);
        const auto until = any(random);
        const auto between = calendar.business_minutes_between(
            begin.plus_ms(from * minute_ms), begin.plus_ms(until * minute_ms));
        ASSERT_EQ(between, open_until[until] - open_until[from]) << from << ' ' << until;

        const auto minutes = length(random);
        auto walked = from;
        while (open_until[walked] - open_until[from] < minutes)
            ++walked;
        const auto start = begin.plus_ms(from * minute_ms);
        const auto end = calendar.add_business_minutes(start, minutes);
        ASSERT_EQ(end, begin.plus_ms(walked * minute_ms)) << from << " + " << minutes;
        ASSERT_EQ(calendar.business_minutes_between(start, *end), minutes);

        auto opening = from;
        while (open_until[opening + 1] == open_until[opening])
            ++opening;
        ASSERT_EQ(calendar.next_opening(start), begin.plus_ms(opening * minute_ms));
        ASSERT_EQ(calendar.is_open(start), opening == from);
    }
}

TEST(Calendar, milliseconds_are_kept_and_spans_add_up) {
    const auto calendar = sample();
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    const auto begin = at("2030-01-01T00:00");
    std::uniform_int_distribution<std::int64_t> any(0, 300LL * 86'400'000);
    std::uniform_int_distribution<std::int64_t> span(0, 40LL * 3'600'000);
    for (int round = 0; round < 2'000; ++round) {
        const auto a = begin.plus_ms(any(random));
        const auto b = begin.plus_ms(any(random));
        const auto c = begin.plus_ms(any(random));
        const auto whole = *calendar.business_ms_between(a, c);
        ASSERT_EQ(whole, *calendar.business_ms_between(a, b) + *calendar.business_ms_between(b, c));
        ASSERT_EQ(whole, -*calendar.business_ms_between(c, a));
        // A clock stopped and started again ends where an unbroken one does.
        const auto first = span(random);
        const auto second = span(random);
        const auto stop = calendar.add_business_ms(a, first);
        ASSERT_EQ(
            calendar.business_ms_between(a, *calendar.add_business_ms(*stop, second)),
            first + second);
    }
}

TEST(Calendar, bad_rows_are_found_where_they_are) {
    struct Case {
        const char* where;
        std::function<void(WeekRow&, YearRow&)> spoil;
    };

    const Case cases[] = {
        {"/weekdays/1",
         [](WeekRow& w, YearRow&) {
             w.weekdays = {1, 1};
         }},
        {"/weekdays/0", [](WeekRow& w, YearRow&) { w.weekdays = {8}; }},
        {"/weekdays", [](WeekRow& w, YearRow&) { w.weekdays = {}; }},
        {"/hours", [](WeekRow& w, YearRow&) { w.hours = {}; }},
        {"/hours/0",
         [](WeekRow& w, YearRow&) {
             w.hours = {{"9:00", "12:00"}};
         }},
        {"/hours/0",
         [](WeekRow& w, YearRow&) {
             w.hours = {{"12:00", "09:00"}};
         }},
        {"/hours/0",
         [](WeekRow& w, YearRow&) {
             w.hours = {{"09:00", "24:01"}};
         }},
        {"/hours/1",
         [](WeekRow& w, YearRow&) {
             w.hours = {{"09:00", "12:00"}, {"11:00", "17:00"}};
         }},
        {"/utc_offset_minutes", [](WeekRow& w, YearRow&) { w.utc_offset_minutes = 4800; }},
        {"/year", [](WeekRow&, YearRow& y) { y.year = 23; }},
        {"/holidays", [](WeekRow&, YearRow& y) { y.holidays.clear(); }},
        {"/holidays/0",
         [](WeekRow&, YearRow& y) { std::swap(y.holidays[0].from, y.holidays[0].until); }},
        {"/holidays/0",
         [](WeekRow&, YearRow& y) {
             y.holidays[0].from = y.holidays[0].until = date("2029-12-01");
         }},
        {"/workdays/1", [](WeekRow&, YearRow& y) { y.workdays[1].day = y.workdays[0].day; }},
        {"/workdays/0", [](WeekRow&, YearRow& y) { y.workdays[0].day = date("2030-10-03"); }},
        {"/half_days/0/hours", [](WeekRow&, YearRow& y) { y.half_days->at(0).hours.clear(); }},
    };
    for (const auto& [where, spoil] : cases) {
        auto bad_week = week;
        auto bad_year = years()[0];
        spoil(bad_week, bad_year);
        auto findings = check(bad_week);
        for (auto& finding : check(bad_year))
            findings.push_back(std::move(finding));
        ASSERT_FALSE(findings.empty()) << where;
        EXPECT_EQ(findings.front().pointer, where);
        EXPECT_FALSE(findings.front().cure.zh.empty() || findings.front().cure.en.empty());
        EXPECT_FALSE(BusinessCalendar::make(bad_week, {bad_year})) << where;
    }
    EXPECT_EQ(
        BusinessCalendar::make(week, {years()[0], years()[0]}).error().code, "calendar.year_twice");
}

} // namespace
