#include "engine/calendar/calendar.hpp"

#include "engine/calendar/hours.hpp"

#include <algorithm>

namespace calendar {
namespace {

constexpr std::int64_t minute_ms = 60'000;

base::Error year_not_loaded(int year) {
    const auto number = std::to_string(year);
    return base::unavailable(
        "calendar.year_not_loaded",
        {number + " 年的工作日历尚未载入。",
         "The business calendar of " + number + " is not loaded."},
        {"按国务院办公厅节假日安排通知，在政策包的 calendar/" + number +
             ".yaml 中补充该年后重新载入。",
         "Add that year to the pack as calendar/" + number +
             ".yaml from the State Council's holiday notice, then load the pack again."});
}

} // namespace

Result<BusinessCalendar> BusinessCalendar::make(
    const WeekRow& week, const std::vector<YearRow>& years) {
    if (const auto findings = check(week); !findings.empty()) {
        return base::findings_error("calendar.week", findings);
    }
    BusinessCalendar calendar;
    calendar.zone_ = {week.utc_offset_minutes};
    calendar.names_.emplace_back();
    calendar.hours_.resize(2);
    for (const auto& [from, until] : week.hours) {
        calendar.hours_[1].push_back({*minute_of(from), *minute_of(until)});
    }
    for (const auto& year : years) {
        if (const auto findings = check(year); !findings.empty()) {
            return base::findings_error("calendar.year", findings);
        }
        const auto number = std::to_string(year.year);
        if (calendar.has_year(year.year)) {
            return base::conflict(
                "calendar.year_twice",
                {number + " 年的日历出现两次。", "The calendar of " + number + " is given twice."},
                {"只保留一个文件。", "Keep one file."});
        }
        calendar.lay_out(week, year.year);
    }
    // Only now, since a notice may govern the last days of the year before.
    for (const auto& year : years)
        calendar.overlay(year);
    return calendar;
}

void BusinessCalendar::lay_out(const WeekRow& week, int year) {
    const auto first = Date::of(year, 1, 1);
    const auto days = Date::of(year + 1, 1, 1).days - first.days;
    auto& plans = years_[year];
    plans.resize(static_cast<std::size_t>(days));
    for (std::int32_t i = 0; i < days; ++i) {
        const auto weekday = static_cast<int>(first.plus_days(i).weekday());
        if (std::ranges::find(week.weekdays, weekday) == week.weekdays.end()) continue;
        plans[static_cast<std::size_t>(i)] = {.kind = DayKind::working, .hours = 1};
    }
}

void BusinessCalendar::overlay(const YearRow& year) {
    const auto put = [this](Date date, DayKind kind, std::size_t hours, const Text& name) {
        auto* plan = plan_at(date);
        if (plan == nullptr) return;
        auto found = std::ranges::find(names_, name);
        if (found == names_.end()) found = names_.insert(names_.end(), name);
        *plan = {
            .kind = kind,
            .hours = static_cast<std::uint16_t>(hours),
            .name = static_cast<std::uint16_t>(found - names_.begin())};
    };
    for (const auto& [name, from, until] : year.holidays) {
        for (auto day = from; day <= until; day = day.plus_days(1))
            put(day, DayKind::holiday, 0, name);
    }
    for (const auto& [name, day] : year.workdays)
        put(day, DayKind::make_up, 1, name);
    if (!year.half_days) return;
    for (const auto& [name, day, hours] : *year.half_days) {
        auto& half = hours_.emplace_back();
        for (const auto& [from, until] : hours)
            half.push_back({*minute_of(from), *minute_of(until)});
        put(day, DayKind::half, hours_.size() - 1, name);
    }
}

std::vector<int> BusinessCalendar::years() const {
    std::vector<int> loaded;
    for (const auto& [year, plans] : years_)
        loaded.push_back(year);
    return loaded;
}

BusinessCalendar::DayPlan* BusinessCalendar::plan_at(Date date) {
    const auto year = date.year();
    const auto found = years_.find(year);
    if (found == years_.end()) return nullptr;
    return &found->second[static_cast<std::size_t>(date.days - Date::of(year, 1, 1).days)];
}

Result<BusinessCalendar::DayPlan> BusinessCalendar::plan(Date date) const {
    const auto year = date.year();
    const auto found = years_.find(year);
    if (found == years_.end()) return year_not_loaded(year);
    return found->second[static_cast<std::size_t>(date.days - Date::of(year, 1, 1).days)];
}

int BusinessCalendar::open_minutes(DayPlan plan) const {
    int minutes = 0;
    for (const auto& [from, until] : spans(plan))
        minutes += until - from;
    return minutes;
}

Result<Day> BusinessCalendar::day(Date date) const {
    const auto found = TRY(plan(date));
    return Day{
        .date = date,
        .kind = found.kind,
        .name = names_[found.name],
        .open_minutes = open_minutes(found)};
}

Result<bool> BusinessCalendar::is_working_day(Date date) const {
    const auto found = TRY(plan(date));
    return found.hours != 0;
}

Result<bool> BusinessCalendar::is_open(Instant instant) const {
    const auto opening = TRY(next_opening(instant));
    return opening == instant;
}

Result<Instant> BusinessCalendar::next_opening(Instant instant) const {
    for (auto date = zone_.date(instant);; date = date.plus_days(1)) {
        const auto found = TRY(plan(date));
        for (const auto& [from, until] : spans(found)) {
            if (instant < zone_.at(date, until)) return std::max(instant, zone_.at(date, from));
        }
    }
}

Result<Instant> BusinessCalendar::add_business_ms(Instant start, std::int64_t span_ms) const {
    base::ensure(span_ms >= 0, "a span of working time is not negative");
    if (span_ms == 0) return start;
    auto left_ms = span_ms;
    for (auto date = zone_.date(start);; date = date.plus_days(1)) {
        const auto found = TRY(plan(date));
        for (const auto& [from, until] : spans(found)) {
            const auto opens = std::max(start, zone_.at(date, from));
            const auto open_ms = zone_.at(date, until).ms - opens.ms;
            if (open_ms <= 0) continue;
            if (left_ms <= open_ms) return opens.plus_ms(left_ms);
            left_ms -= open_ms;
        }
    }
}

Result<Instant> BusinessCalendar::add_business_minutes(
    Instant start, std::int64_t span_minutes) const {
    return add_business_ms(start, span_minutes * minute_ms);
}

Result<Instant> BusinessCalendar::closing(Date date) const {
    const auto found = TRY(plan(date));
    base::ensure(found.hours != 0, "closing time is asked of a working day");
    return zone_.at(date, spans(found).back().until_minute);
}

Result<Date> BusinessCalendar::plus_working_days(Date date, int days) const {
    const int step = days < 0 ? -1 : 1;
    auto left = days < 0 ? -days : days;
    if (left == 0) {
        while (!TRY(is_working_day(date)))
            date = date.plus_days(1);
        return date;
    }
    while (left > 0) {
        date = date.plus_days(step);
        const bool worked = TRY(is_working_day(date));
        left -= worked ? 1 : 0;
    }
    return date;
}

Result<Instant> BusinessCalendar::add_business_days(Instant start, int days) const {
    base::ensure(days >= 0, "a number of working days is not negative");
    const auto last = TRY(plus_working_days(zone_.date(start), days));
    return closing(last);
}

Result<Instant> BusinessCalendar::add_calendar_days(Instant start, int days) const {
    base::ensure(days >= 0, "a number of calendar days is not negative");
    const auto last = TRY(plus_working_days(zone_.date(start).plus_days(days), 0));
    return closing(last);
}

std::int64_t BusinessCalendar::open_ms_before(DayPlan plan, std::int64_t of_day_ms) const {
    std::int64_t open_ms = 0;
    for (const auto& [from, until] : spans(plan)) {
        open_ms +=
            std::clamp<std::int64_t>(of_day_ms - from * minute_ms, 0, (until - from) * minute_ms);
    }
    return open_ms;
}

Result<std::int64_t> BusinessCalendar::business_ms_between(Instant from, Instant until) const {
    if (until < from) {
        const auto forward_ms = TRY(business_ms_between(until, from));
        return -forward_ms;
    }
    const auto first = zone_.date(from);
    const auto last = zone_.date(until);
    const auto first_plan = TRY(plan(first));
    const auto last_plan = TRY(plan(last));
    auto sum_ms = -open_ms_before(first_plan, from.ms - zone_.at(first, 0).ms);
    for (auto date = first; date < last; date = date.plus_days(1)) {
        const auto found = TRY(plan(date));
        sum_ms += open_minutes(found) * minute_ms;
    }
    return sum_ms + open_ms_before(last_plan, until.ms - zone_.at(last, 0).ms);
}

Result<std::int64_t> BusinessCalendar::business_minutes_between(Instant from, Instant until) const {
    const auto between_ms = TRY(business_ms_between(from, until));
    return between_ms / minute_ms;
}

} // namespace calendar
