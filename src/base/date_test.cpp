#include "base/date.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace {

using base::Date;
using base::Instant;
using base::Period;
using base::PeriodKind;
using base::Zone;

TEST(Date, texts_are_read_or_refused) {
    const std::pair<const char*, const char*> cases[] = {
        {"2023-07-15", "2023-07-15"},
        {"2023/7/5", "2023-07-05"},
        {"2023年7月5日", "2023-07-05"},
        {"2023年7月5", "2023-07-05"},
        {"2024-02-29", "2024-02-29"},
        {"2000-02-29", "2000-02-29"},
        {"9999-12-31", "9999-12-31"},
        {"0001-01-01", "0001-01-01"},
        {"2023-02-29", ""},
        {"1900-02-29", ""},
        {"2023-13-01", ""},
        {"2023-00-01", ""},
        {"2023-04-31", ""},
        {"2023-07-15x", ""},
        {"2023-07/15", ""},
        {"2023-07", ""},
        {"0000-01-01", ""},
        {"", ""},
        {"-1-01-01", ""},
        {"10000-01-01", ""},
        {" 2023-07-15", ""},
        {"23-07-15", ""}, // not the year 23 of our era
        {"2023-007-15", ""},
        {"2023年7-5日", ""}};
    for (const auto& [text, want] : cases) {
        const auto date = Date::parse(text);
        ASSERT_EQ(date.has_value(), *want != '\0') << text;
        if (date) {
            EXPECT_EQ(date->text(), want);
        } else {
            EXPECT_EQ(date.error().code, "base.date");
        }
    }
}

TEST(Date, every_day_of_four_centuries_follows_the_last) {
    auto date = Date::of(1899, 12, 31);
    auto weekday = 7U; // a Sunday
    for (int i = 0; i < 146'097; ++i) {
        const auto next = date.plus_days(1);
        weekday = weekday % 7 + 1;
        ASSERT_EQ(next.weekday(), weekday);
        ASSERT_LT(date.text(), next.text());
        ASSERT_EQ(Date::of(next.year(), next.month(), next.day()), next);
        date = next;
    }
    EXPECT_EQ(date, Date::of(2299, 12, 31));
    EXPECT_THROW(Date::of(2023, 2, 29), std::logic_error);
}

TEST(Date, months_later_stay_within_the_month) {
    struct Case {
        const char* from;
        int months;
        const char* want;
    };

    const Case cases[] = {
        {"2023-01-31", 1, "2023-02-28"},
        {"2024-01-31", 1, "2024-02-29"},
        {"2023-01-31", 3, "2023-04-30"},
        {"2023-03-31", -1, "2023-02-28"},
        {"2023-12-15", 1, "2024-01-15"},
        {"2023-01-15", -1, "2022-12-15"},
        {"2024-02-29", 12, "2025-02-28"},
        {"2023-05-05", 0, "2023-05-05"},
        {"2023-07-01", 120, "2033-07-01"}};
    for (const auto& [from, months, want] : cases) {
        EXPECT_EQ(Date::parse(from)->plus_months(months).text(), want) << from << months;
    }
}

TEST(Instant, texts_are_read_or_refused) {
    const std::pair<const char*, const char*> cases[] = {
        {"2023-07-15T09:30:00+08:00", "2023-07-15T01:30:00.000Z"},
        {"2023-07-15T09:30:00.5Z", "2023-07-15T09:30:00.500Z"},
        {"2023-07-15t09:30:00.123456789z", "2023-07-15T09:30:00.123Z"},
        {"2023-07-15 09:30-03:30", "2023-07-15T13:00:00.000Z"},
        {"1969-12-31T23:59:59.999Z", "1969-12-31T23:59:59.999Z"},
        {"2023-07-15T00:00:00+14:00", "2023-07-14T10:00:00.000Z"},
        {"2023-07-15T24:00:00Z", ""},
        {"2023-07-15T09:60:00Z", ""},
        {"2023-07-15T09:30:60Z", ""},
        {"2023-07-15T09:30:00", ""},
        {"2023-07-15", ""},
        {"2023-07-15T09:30:00+24:00", ""},
        {"2023-07-15T09:30:00.Z", ""},
        {"2023-07-15T09:30:00Zx", ""},
        {"2023-02-30T09:30:00Z", ""},
        {"", ""}};
    for (const auto& [text, want] : cases) {
        const auto instant = Instant::parse(text);
        ASSERT_EQ(instant.has_value(), *want != '\0') << text;
        if (instant) {
            EXPECT_EQ(instant->text(), want) << text;
        } else {
            EXPECT_EQ(instant.error().code, "base.instant");
        }
    }
}

TEST(Instant, texts_and_zones_round_trip) {
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937_64 random(seed);
    std::uniform_int_distribution<std::int64_t> any(
        Instant::parse("0002-01-01T00:00:00Z")->ms, 250'000'000'000'000);
    for (int round = 0; round < 5'000; ++round) {
        const Instant instant{any(random)};
        ASSERT_EQ(Instant::parse(instant.text()), instant);
        for (const int offset : {480, 0, -570, 840}) {
            const Zone zone{offset};
            const auto minute = zone.at(zone.date(instant), zone.minute_of_day(instant));
            ASSERT_LE(minute, instant);
            ASSERT_LT(instant.ms - minute.ms, 60'000);
        }
    }
    // In Beijing the new day begins at 16:00 UTC, also before 1970.
    EXPECT_EQ(Zone{}.date({-8 * 3'600'000 - 1}).text(), "1969-12-31");
    EXPECT_EQ(Zone{}.date({-8 * 3'600'000}).text(), "1970-01-01");
    EXPECT_EQ(Zone{}.minute_of_day({-8 * 3'600'000 - 1}), 1439);
}

TEST(Period, texts_are_read_or_refused) {
    struct Case {
        const char* text;
        const char* first; // empty: refused
        const char* last;
        const char* next;
        const char* year_before;
    };

    const Case cases[] = {
        {"2023-02", "2023-02-01", "2023-02-28", "2023-03", "2022-02"},
        {"2024-12", "2024-12-01", "2024-12-31", "2025-01", "2023-12"},
        {"2023Q1", "2023-01-01", "2023-03-31", "2023Q2", "2022Q1"},
        {"2023Q4", "2023-10-01", "2023-12-31", "2024Q1", "2022Q4"},
        {"2023H2", "2023-07-01", "2023-12-31", "2024H1", "2022H2"},
        {"2023", "2023-01-01", "2023-12-31", "2024", "2022"},
        {"2023-13", "", "", "", ""},
        {"2023-00", "", "", "", ""},
        {"2023Q5", "", "", "", ""},
        {"2023H3", "", "", "", ""},
        {"2023Q0", "", "", "", ""},
        {"2023Q", "", "", "", ""},
        {"2023-07-01", "", "", "", ""},
        {"", "", "", "", ""},
        {"0000", "", "", "", ""},
        {"23-07", "", "", "", ""},
        {"x", "", "", "", ""}};
    for (const auto& want : cases) {
        const auto period = Period::parse(want.text);
        ASSERT_EQ(period.has_value(), *want.first != '\0') << want.text;
        if (!period) continue;
        EXPECT_EQ(period->first_day().text(), want.first);
        EXPECT_EQ(period->last_day().text(), want.last);
        EXPECT_EQ(period->next().text(), want.next);
        EXPECT_EQ(period->year_before().text(), want.year_before);
        EXPECT_EQ(period->next().previous(), *period);
        EXPECT_EQ(period->text(), want.text);
    }
}

TEST(Period, every_day_lies_in_exactly_one_period_of_a_kind) {
    for (const auto kind :
         {PeriodKind::month, PeriodKind::quarter, PeriodKind::half, PeriodKind::year}) {
        for (auto date = Date::of(2019, 1, 1); date < Date::of(2025, 1, 1);
             date = date.plus_days(1)) {
            const auto period = Period::containing(date, kind);
            ASSERT_TRUE(period.contains(date));
            ASSERT_FALSE(period.next().contains(date) || period.previous().contains(date));
            ASSERT_EQ(Period::parse(period.text()), period);
        }
    }
    // The last year a date can be written in has a last day too.
    EXPECT_EQ(Period::parse("9999")->last_day().text(), "9999-12-31");
    EXPECT_EQ(Period::parse("9999-12")->last_day().text(), "9999-12-31");
}

} // namespace
