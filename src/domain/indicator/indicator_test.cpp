#include "domain/indicator/indicator.hpp"
#include "domain/intake/intake.hpp"
#include "domain/party/county_test.hpp"
#include "engine/pack/policy.hpp"

#include <algorithm>

namespace indicator {
namespace {

using base::Right;
using party::test::code;

constexpr std::int64_t yi = 10'000'000'000; // 1 亿元 in 分

// What this platform recorded, by day: the computation of the tests.
using Recorded = std::map<Date, std::int64_t>;

struct Bureau : party::test::County {
    Recorded recorded;
    std::optional<Indicators> indicators;

    explicit Bureau(const std::string& pack = "jiashan")
        : County({&indicator::declare}, pack) {
        const Compute sum = [this](const store::Snapshot&, Date after, Date until) {
            std::optional<std::int64_t> found;
            for (const auto& [day, value] : recorded) {
                if (day > after && day <= until) found = found.value_or(0) + value;
            }
            return found;
        };
        indicators.emplace(
            *database,
            *policy,
            Computations{{"loan.manufacturing_balance", sum}, {"loan.platform_amount", sum}});
    }

    Result<store::Receipt> report(
        const std::string& what,
        const std::string& period,
        std::int64_t value,
        ReportValue rest = {}) {
        rest.period = *Period::parse(period);
        rest.value = value;
        rest.source_note = "统计快报";
        return indicators->report(command(), what, rest);
    }

    void expect_report(const std::string& what, const std::string& period, std::int64_t value) {
        const auto done = report(what, period, value);
        ASSERT_TRUE(done) << what << " " << period << " " << code(done);
    }

    [[nodiscard]] View look(const std::string& what, std::int32_t year, Date as_of) const {
        return detail(what, year, as_of).indicator;
    }

    [[nodiscard]] Detail detail(const std::string& what, std::int32_t year, Date as_of) const {
        return *read(
            [&](const store::Snapshot& db) { return indicators->detail(db, what, year, as_of); });
    }

    [[nodiscard]] std::optional<std::int64_t> actual(
        const std::string& what, std::int32_t year, Date as_of) const {
        const auto view = look(what, year, as_of);
        return view.actual ? std::optional(view.actual->value) : std::nullopt;
    }

    [[nodiscard]] bool flagged(
        const std::string& check, std::int32_t year, Date as_of, const char* when) const {
        const auto board =
            read([&](const store::Snapshot& db) { return indicators->board(db, year, as_of); });
        return std::ranges::any_of(board.flags, [&](const Flag& flag) {
            return flag.check == check && flag.figures.zh.find(when) != std::string::npos;
        });
    }
};

TEST(Indicator, a_years_flow_is_made_of_its_largest_periods_without_counting_twice) {
    struct Case {
        const char* what;
        std::vector<std::pair<const char*, std::int64_t>> reports;
        Date as_of;
        std::optional<std::int64_t> want;
        bool complete;
    };

    const auto end = Date::of(2023, 12, 31);
    const Case cases[] = {
        {"nothing", {}, end, {}, false},
        {"one month", {{"2023-01", 5}}, end, 5, false},
        {"months", {{"2023-01", 5}, {"2023-02", 7}}, end, 12, false},
        {"a quarter beside its months",
         {{"2023-01", 5}, {"2023-02", 7}, {"2023-03", 9}, {"2023Q1", 20}},
         end,
         20,
         false},
        {"a quarter and the month after", {{"2023Q1", 20}, {"2023-04", 3}}, end, 23, false},
        {"a half over quarters",
         {{"2023Q1", 20}, {"2023Q2", 30}, {"2023H1", 51}, {"2023Q3", 10}},
         end,
         61,
         false},
        {"two halves", {{"2023H1", 51}, {"2023H2", 49}}, end, 100, true},
        {"the year's own", {{"2023H1", 51}, {"2023H2", 49}, {"2023", 103}}, end, 103, true},
        {"not yet over", {{"2023Q1", 20}, {"2023Q2", 30}}, Date::of(2023, 6, 29), 20, false},
        {"just over", {{"2023Q1", 20}, {"2023Q2", 30}}, Date::of(2023, 6, 30), 50, false},
        {"another year's", {{"2022", 99}, {"2023-01", 5}}, end, 5, false},
    };
    for (const auto& one : cases) {
        SCOPED_TRACE(one.what);
        Bureau bureau;
        for (const auto& [period, value] : one.reports)
            bureau.expect_report("gdp", period, value);
        EXPECT_EQ(bureau.actual("gdp", 2023, one.as_of), one.want);
        const auto view = bureau.look("gdp", 2023, one.as_of);
        if (view.actual) {
            EXPECT_EQ(view.actual->complete, one.complete);
        }
        // However they arrive, it is the same.
        Bureau other;
        for (auto it = one.reports.rbegin(); it != one.reports.rend(); ++it)
            other.expect_report("gdp", it->first, it->second);
        EXPECT_EQ(other.actual("gdp", 2023, one.as_of), one.want);
    }
}

TEST(Indicator, a_series_line_counts_a_quarter_beside_its_months_once) {
    Bureau bureau;
    bureau.expect_report("gdp", "2023Q1", 20);
    bureau.expect_report("gdp", "2023-01", 5);
    bureau.expect_report("gdp", "2023-02", 7);
    bureau.expect_report("gdp", "2023-04", 9);
    const auto series = bureau.detail("gdp", 2023, Date::of(2023, 12, 31)).series;
    std::vector<std::pair<std::string, std::int64_t>> found;
    for (const auto& point : series)
        found.emplace_back(point.period.text(), point.cumulative);
    const std::vector<std::pair<std::string, std::int64_t>> want = {
        {"2023-01", 5}, {"2023-02", 12}, {"2023Q1", 20}, {"2023-04", 29}};
    EXPECT_EQ(found, want);
}

TEST(Indicator, a_stock_is_its_newest_report_by_day) {
    Bureau bureau;
    bureau.expect_report("high_tech_enterprises", "2023-06", 530);
    bureau.expect_report("high_tech_enterprises", "2023-03", 500);
    bureau.expect_report("high_tech_enterprises", "2022-12", 480);
    const auto at = [&](Date day) {
        return bureau.actual("high_tech_enterprises", day.year(), day);
    };
    EXPECT_EQ(at(Date::of(2023, 12, 31)), 530);
    EXPECT_EQ(at(Date::of(2023, 6, 29)), 500);
    EXPECT_EQ(at(Date::of(2023, 3, 30)), std::nullopt)
        << "the year before is no actual of this year";
    EXPECT_EQ(at(Date::of(2022, 12, 31)), 480);
}

TEST(Indicator, a_computed_stock_moves_from_its_base_by_what_is_recorded_after_the_bases_day) {
    Bureau bureau;
    const std::string balance = "manufacturing_loan_balance";
    bureau.recorded = {
        {Date::of(2023, 3, 30), 1}, {Date::of(2023, 3, 31), 2}, {Date::of(2023, 4, 1), 4}};
    const auto at = [&](Date day) { return bureau.actual(balance, 2023, day); };
    EXPECT_EQ(at(Date::of(2023, 4, 1)), 7) << "without a base, what is recorded";
    bureau.expect_report(balance, "2023-03", 380 * yi);
    EXPECT_EQ(at(Date::of(2023, 3, 31)), 380 * yi) << "the base holds its own day's";
    EXPECT_EQ(at(Date::of(2023, 4, 1)), 380 * yi + 4);
    bureau.recorded[Date::of(2023, 5, 1)] = 300'000'000;
    EXPECT_EQ(at(Date::of(2023, 5, 1)), 380 * yi + 4 + 300'000'000);
    const auto view = bureau.look(balance, 2023, Date::of(2023, 5, 1));
    EXPECT_EQ(view.actual->base, 380 * yi);
    EXPECT_EQ(view.actual->base_as_of, Date::of(2023, 3, 31));
    EXPECT_EQ(view.actual->source, Origin::computed);
    const auto span = bureau.read([&](const store::Snapshot& db) {
        return bureau.indicators->span(db, balance, 2023, Date::of(2023, 5, 1));
    });
    ASSERT_TRUE(span);
    EXPECT_EQ(span->after, Date::of(2023, 3, 31));
    EXPECT_EQ(span->until, Date::of(2023, 5, 1));
}

TEST(Indicator, growth_compares_spans_of_equal_length) {
    Bureau bureau;
    for (int month = 1; month <= 12; ++month) {
        const auto text = "2022-" + std::string(month < 10 ? "0" : "") + std::to_string(month);
        bureau.expect_report("gdp", text, 100);
    }
    for (int month = 1; month <= 5; ++month)
        bureau.expect_report("gdp", "2023-0" + std::to_string(month), 110);
    // June of this year is not in yet on 2023-07-03: five months stand against five.
    const auto july = bureau.look("gdp", 2023, Date::of(2023, 7, 3));
    EXPECT_EQ(july.previous->value, 500);
    EXPECT_EQ(july.growth, Rate::percent(10));
    EXPECT_EQ(bureau.actual("gdp_growth", 2023, Date::of(2023, 7, 3)), Rate::percent(10).ppm);
    // A reported growth stands before our own arithmetic.
    bureau.expect_report("gdp_growth", "2023-05", 88'000);
    EXPECT_EQ(bureau.actual("gdp_growth", 2023, Date::of(2023, 7, 3)), 88'000);
}

TEST(Indicator, a_leap_february_is_whole_in_the_year_before) {
    Bureau bureau;
    bureau.clock.set(*Instant::parse("2025-03-15T10:00:00+08:00"));
    for (const auto* month : {"2024-01", "2024-02", "2025-01", "2025-02"})
        bureau.expect_report("gdp", month, 100);
    EXPECT_EQ(bureau.look("gdp", 2025, Date::of(2025, 2, 28)).growth, Rate{});
    EXPECT_EQ(bureau.look("gdp", 2025, Date::of(2025, 3, 5)).growth, Rate{});
}

TEST(Indicator, a_restatement_keeps_both_figures_and_needs_a_reason) {
    Bureau bureau;
    bureau.expect_report("gdp", "2023-01", 10);
    EXPECT_EQ(code(bureau.report("gdp", "2023-01", 12)), "indicator.restates");
    ReportValue again;
    again.restates = true;
    EXPECT_EQ(code(bureau.report("gdp", "2023-01", 12, again)), "indicator.restatement_reason");
    again.reason = "";
    EXPECT_EQ(code(bureau.report("gdp", "2023-01", 12, again)), "indicator.restatement_reason");
    again.reason = "漏报一户";
    EXPECT_EQ(code(bureau.report("gdp", "2023-01", 12, again)), "ok");
    again.reason = "第二次核对";
    EXPECT_EQ(code(bureau.report("gdp", "2023-01", 11, again)), "ok");
    EXPECT_EQ(bureau.actual("gdp", 2023, Date::of(2023, 12, 31)), 11);
    const auto log = bureau.detail("gdp", 2023, Date::of(2023, 12, 31)).restatements;
    ASSERT_EQ(log.size(), 2U);
    EXPECT_EQ(log[0].before, 10);
    EXPECT_EQ(log[0].after, 12);
    EXPECT_EQ(log[0].reason, "漏报一户");
    EXPECT_EQ(log[1].before, 12);
    EXPECT_EQ(log[1].after, 11);
    EXPECT_EQ(bureau.read([](const store::Snapshot& db) { return reports(db, "gdp").size(); }), 3U);
    bureau.expect_rebuilds();
}

TEST(Indicator, a_report_that_cannot_be_is_refused) {
    Bureau bureau; // 2024-07-15

    struct Case {
        const char* what;
        const char* period;
        std::int64_t value;
        std::optional<Date> as_of;
        const char* code;
    };

    const Case cases[] = {
        {"gdp", "2024-07", 1, {}, "ok"}, // has begun; it is of today
        {"gdp", "2024-08", 1, {}, "indicator.future"},
        {"gdp", "2024-06", 1, Date::of(2024, 7, 1), "indicator.as_of"},
        {"gdp", "2024-06", 1, Date::of(2024, 6, 30), "ok"},
        {"high_tech_enterprises", "2024-06", -1, {}, "indicator.negative"},
        {"happiness", "2024-06", 1, {}, "indicator.unknown"},
    };
    for (const auto& one : cases) {
        ReportValue rest;
        rest.as_of = one.as_of;
        EXPECT_EQ(code(bureau.report(one.what, one.period, one.value, rest)), one.code)
            << one.what << " " << one.period;
    }
    const auto by = [&](const std::string& unit, base::Rights rights) {
        ReportValue wish;
        wish.period = *Period::parse("2024-05");
        wish.value = 3;
        return code(
            bureau.indicators->report(bureau.command(bureau.of_unit(unit, rights)), "gdp", wish));
    };
    EXPECT_EQ(by("county_science_bureau", {Right::indicator_report}), "indicator.not_the_reporter");
    EXPECT_EQ(by("county_statistics_bureau", {Right::indicator_read}), "permission.denied");
    EXPECT_EQ(by("county_statistics_bureau", {Right::indicator_report}), "ok");
}

TEST(Indicator, a_changed_target_is_a_vintage_beside_the_plans) {
    Bureau bureau;
    const auto change =
        [&](const base::Actor& actor, const ChangeTarget& wish, const char* what = "gdp") {
            return code(bureau.indicators->change_target(bureau.command(actor), what, wish));
        };
    const ChangeTarget wish{
        .year = 2022, .value = 800 * yi, .vintage = "2022 年中期调整", .reason = "会议纪要"};
    const auto platform = base::Actor::platform();
    EXPECT_EQ(change(platform, {2022, 1, "", "why"}), "indicator.target_reason");
    EXPECT_EQ(change(platform, {2022, 1, "plan", "why"}), "indicator.target_reason");
    EXPECT_EQ(change(platform, {2022, 1, "mid", ""}), "indicator.target_reason");
    EXPECT_EQ(change(platform, wish, "happiness"), "indicator.unknown");
    EXPECT_EQ(
        change(bureau.of_unit("county_statistics_bureau", {Right::indicator_report}), wish),
        "indicator.not_the_office");
    EXPECT_EQ(change(platform, wish), "ok");
    const auto detail = bureau.detail("gdp", 2022, Date::of(2022, 12, 31));
    EXPECT_EQ(detail.indicator.target->value, 800 * yi);
    EXPECT_EQ(detail.indicator.target->vintage, "2022 年中期调整");
    EXPECT_EQ(detail.targets.size(), 4U) << "the plan's three stay";
    std::vector<std::pair<std::int32_t, std::optional<std::int64_t>>> years;
    for (const auto& year : detail.years)
        years.emplace_back(year.year, year.target);
    const std::vector<std::pair<std::int32_t, std::optional<std::int64_t>>> want = {
        {2021, 714 * yi}, {2022, 800 * yi}, {2023, 848 * yi}};
    EXPECT_EQ(years, want) << "a year once, with its newest target";
    bureau.expect_rebuilds();
}

TEST(Indicator, growth_and_values_are_flagged_beyond_the_tolerance_only) {
    // 12 ÷ 10 of the pack's targets is 20 %; the check allows half a percentage point.
    struct Case {
        std::int64_t growth_ppm;
        bool flagged;
    };

    const Case cases[] = {
        {180'000, true},
        {194'999, true},
        {195'000, false},
        {200'000, false},
        {205'000, false},
        {205'001, true}};
    for (const auto& one : cases) {
        Bureau bureau("qingxi");
        bureau.clock.set(*Instant::parse("2026-01-15T10:00:00+08:00"));
        bureau.expect_report("loan_balance", "2024-12", 10 * yi);
        bureau.expect_report("loan_balance", "2025-12", 12 * yi);
        bureau.expect_report("loan_balance_growth", "2025-12", one.growth_ppm);
        // The pack computes the balance by a name that is not here: the reports stand.
        EXPECT_EQ(
            bureau.flagged("balance_and_growth", 2025, Date::of(2025, 12, 31), "实际"), one.flagged)
            << one.growth_ppm;
    }
}

TEST(Indicator, the_plans_own_contradictions_are_flagged_and_its_agreements_are_not) {
    const Bureau bureau;
    const auto planned = [&](const char* check) {
        return bureau.flagged(check, 2023, Date::of(2023, 12, 31), "2023 年目标");
    };
    EXPECT_TRUE(planned("industrial_profit_and_growth")) << "90.7 ÷ 81 is 12 %, printed 9 %";
    EXPECT_TRUE(planned("manufacturing_share_above")) << "450 ÷ 1800 is 25.00 %, wanted above 25 %";
    EXPECT_TRUE(planned("subsidy_within_fiscal_total"));
    EXPECT_FALSE(planned("gdp_and_growth"));
    EXPECT_FALSE(planned("finance_value_added_body"));
    EXPECT_FALSE(planned("manufacturing_loans_body"));
    EXPECT_FALSE(planned("medium_long_within_manufacturing"));
    EXPECT_FALSE(planned("finance_within_gdp"));
    const auto board = bureau.read([&](const store::Snapshot& db) {
        return bureau.indicators->board(db, 2023, Date::of(2023, 12, 31));
    });
    const auto profit = std::ranges::find(board.items, "industrial_profit", &View::code);
    ASSERT_NE(profit, board.items.end());
    EXPECT_FALSE(profit->flags.empty()) << "the flag hangs on its indicator";
    std::int32_t rows = 0;
    for (const auto& item : board.items)
        rows = std::max(rows, item.row);
    EXPECT_EQ(rows, 32) << "the annex";
    EXPECT_EQ(board.groups.front().total, static_cast<std::int32_t>(board.items.size()));
}

TEST(Indicator, a_part_is_flagged_above_its_whole_and_not_at_it) {
    const auto flagged = [](std::int64_t part) {
        Bureau bureau;
        bureau.expect_report("industrial_value_added", "2023", 388 * yi);
        bureau.expect_report("industrial_profit", "2023", part);
        return bureau.flagged(
            "industrial_profit_within_value_added", 2023, Date::of(2023, 12, 31), "实际");
    };
    EXPECT_FALSE(flagged(388 * yi));
    EXPECT_TRUE(flagged(388 * yi + 1));
}

TEST(Indicator, the_light_within_a_year_follows_the_pace_and_at_its_end_the_target) {
    struct Case {
        std::int64_t first_quarter; // of 848 by the plan, 23 % of it by the seasonal shares
        series::Light want;
    };

    // 848 × 23 % = 195.04
    const Case cases[] = {
        {196 * yi, series::Light::reached},
        {186 * yi, series::Light::near},
        {185 * yi, series::Light::behind}};
    for (const auto& one : cases) {
        Bureau bureau;
        bureau.expect_report("gdp", "2023Q1", one.first_quarter);
        const auto spring = bureau.look("gdp", 2023, Date::of(2023, 4, 20));
        EXPECT_EQ(spring.light, one.want);
        ASSERT_TRUE(spring.pace);
        EXPECT_EQ(spring.pace->expected, 19'504'000'000 * 100)
            << "at the end of March, not of today";
        EXPECT_EQ(bureau.look("gdp", 2023, Date::of(2023, 12, 31)).light, series::Light::behind);
    }
    const Bureau empty;
    EXPECT_EQ(empty.look("gdp", 2023, Date::of(2023, 4, 20)).light, series::Light::none);
}

} // namespace
} // namespace indicator
