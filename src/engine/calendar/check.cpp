// What can be wrong with the calendar a pack gives.
#include "engine/calendar/hours.hpp"

#include <set>

namespace calendar {

using base::Finding;

std::optional<int> minute_of(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    for (const auto i : {0U, 1U, 3U, 4U}) {
        if (text[i] < '0' || text[i] > '9') return std::nullopt;
    }
    const int hour = (text[0] - '0') * 10 + (text[1] - '0');
    const int minute = (text[3] - '0') * 10 + (text[4] - '0');
    if (minute > 59 || hour * 60 + minute > 24 * 60) return std::nullopt;
    return hour * 60 + minute;
}

namespace {

void check_hours(
    const std::vector<HoursRow>& hours,
    const std::string& pointer,
    std::vector<Finding>& findings) {
    if (hours.empty()) {
        findings.push_back(
            {pointer,
             {"没有办公时间", "no opening hours"},
             {"写成 {from: \"09:00\", until: \"12:00\"}。",
              "Write {from: \"09:00\", until: \"12:00\"}."}});
    }
    int closed_at = 0;
    for (std::size_t i = 0; i < hours.size(); ++i) {
        const auto from = minute_of(hours[i].from);
        const auto until = minute_of(hours[i].until);
        const auto place = pointer + '/' + std::to_string(i);
        if (!from || !until) {
            findings.push_back(
                {place,
                 {"时间应写成 09:00", "a time is written 09:00"},
                 {"用两位数的时和分，24:00 只能作为结束。",
                  "Use two digits for hour and minute; 24:00 only as an end."}});
            continue;
        }
        if (*from >= *until || *from < closed_at) {
            findings.push_back(
                {place,
                 {"时段为空，或与前一时段重叠", "the span is empty or overlaps the one before"},
                 {"按先后顺序写，开始早于结束。",
                  "Write spans in order, each start before its end."}});
        }
        closed_at = *until;
    }
}

bool belongs(const YearRow& year, Date date) {
    // A notice governs its own year, and 元旦 may begin in the last week of the year before.
    return date.year() == year.year ||
           (date.year() == year.year - 1 && date.month() == 12 && date.day() >= 24);
}

void check_day(
    const YearRow& year,
    Date day,
    std::set<Date>& taken,
    const std::string& pointer,
    std::vector<Finding>& findings) {
    if (!belongs(year, day)) {
        findings.push_back(
            {pointer,
             {day.text() + " 不属于 " + std::to_string(year.year) + " 年",
              day.text() + " is no day of " + std::to_string(year.year)},
             {"把它移到所属年份的文件。", "Move it to the file of its own year."}});
    }
    if (!taken.insert(day).second) {
        findings.push_back(
            {pointer,
             {day.text() + " 出现两次", day.text() + " stands here twice"},
             {"每一天只能是放假、调休上班或半天之一。",
              "A day is a holiday, a make-up day or a half day, only once."}});
    }
}

} // namespace

std::vector<Finding> check(const WeekRow& week) {
    std::vector<Finding> findings;
    std::set<int> seen;
    for (std::size_t i = 0; i < week.weekdays.size(); ++i) {
        const auto weekday = week.weekdays[i];
        if (weekday < 1 || weekday > 7 || !seen.insert(weekday).second) {
            findings.push_back(
                {"/weekdays/" + std::to_string(i),
                 {"星期应为 1 至 7，且不重复", "a weekday is 1 to 7, once"},
                 {"1 是星期一，7 是星期日。", "1 is Monday, 7 is Sunday."}});
        }
    }
    if (week.weekdays.empty()) {
        findings.push_back(
            {"/weekdays",
             {"没有工作日", "no working day"},
             {"至少写一个星期几。", "Name at least one weekday."}});
    }
    check_hours(week.hours, "/hours", findings);
    if (week.utc_offset_minutes < -14 * 60 || week.utc_offset_minutes > 14 * 60) {
        findings.push_back(
            {"/utc_offset_minutes",
             {"时差超出范围", "the offset is out of range"},
             {"北京时间是 480。", "Beijing time is 480."}});
    }
    return findings;
}

std::vector<Finding> check(const YearRow& year) {
    constexpr int longest_holiday_days = 31;
    std::vector<Finding> findings;
    if (year.year < 1949 || year.year > 2200) {
        findings.push_back(
            {"/year",
             {"年份超出范围", "the year is out of range"},
             {"写四位年份。", "Write a year of four digits."}});
        return findings;
    }
    if (year.holidays.empty()) {
        // An empty year would silently work through 春节: the mistake this module exists to
        // prevent.
        findings.push_back(
            {"/holidays",
             {"没有节假日", "no holidays"},
             {"按国务院办公厅通知填写；通知未发布时不要建立该年文件。",
              "Fill it in from the State Council's notice; before the notice, have no file for the "
              "year."}});
    }
    std::set<Date> taken;
    for (std::size_t i = 0; i < year.holidays.size(); ++i) {
        const auto& [name, from, until] = year.holidays[i];
        const auto pointer = "/holidays/" + std::to_string(i);
        if (until < from || until.days - from.days >= longest_holiday_days) {
            findings.push_back(
                {pointer,
                 {"起止日期颠倒或过长", "the range runs backwards or is too long"},
                 {"from 不晚于 until，最多 31 天。", "from is not after until; 31 days at most."}});
            continue;
        }
        for (auto day = from; day <= until; day = day.plus_days(1)) {
            check_day(year, day, taken, pointer, findings);
        }
    }
    for (std::size_t i = 0; i < year.workdays.size(); ++i) {
        check_day(year, year.workdays[i].day, taken, "/workdays/" + std::to_string(i), findings);
    }
    const auto half_days = year.half_days.value_or(std::vector<HalfDayRow>{});
    for (std::size_t i = 0; i < half_days.size(); ++i) {
        const auto pointer = "/half_days/" + std::to_string(i);
        check_day(year, half_days[i].day, taken, pointer, findings);
        check_hours(half_days[i].hours, pointer + "/hours", findings);
    }
    return findings;
}

} // namespace calendar
