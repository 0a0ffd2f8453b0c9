#include "engine/process/alarms.hpp"
#include "engine/process/clock.hpp"
#include "engine/process/machine.hpp"
#include "engine/process/survival.hpp"

#include <gtest/gtest.h>

#include <random>

namespace process {
namespace {

using base::Date;
using base::PartyKind;

// Weekdays 09:00–12:00 and 13:30–17:30 (420 minutes), 2023 and 2024, one holiday week with a
// make-up Sunday.
BusinessCalendar days() {
    const calendar::WeekRow week{
        .weekdays = {1, 2, 3, 4, 5},
        .hours = {{"09:00", "12:00"}, {"13:30", "17:30"}},
        .utc_offset_minutes = 480};
    const calendar::YearRow year{
        .year = 2023,
        .source = {"测试", "test"},
        .holidays = {{{"国庆节", "National Day"}, Date::of(2023, 10, 2), Date::of(2023, 10, 6)}},
        .workdays = {{{"国庆节", "National Day"}, Date::of(2023, 10, 8)}},
        .half_days = {}};
    const calendar::YearRow next{
        .year = 2024,
        .source = {"测试", "test"},
        .holidays = {{{"元旦", "New Year"}, Date::of(2024, 1, 1), Date::of(2024, 1, 1)}},
        .workdays = {},
        .half_days = {}};
    auto made = BusinessCalendar::make(week, {year, next});
    EXPECT_TRUE(made) << (made ? "" : made.error().message.en);
    return *std::move(made);
}

Instant at(std::string_view local) { // "2023-09-28 15:00" in Chinese time
    std::string text(local);
    text[10] = 'T';
    return *Instant::parse(text + ":00+08:00");
}

ClockRule answer_rule() {
    return {
        .code = "answer",
        .starts = {"claim"},
        .stops = {"offer", "refuse", "withdraw"},
        .pauses = {"waiting_documents"},
        .budget = 2,
        .unit = BudgetUnit::working_days,
        .rungs = {50, 80, 100, 150}};
}

TEST(Clock, a_budget_in_working_days_ends_at_closing_of_the_last_day) {
    struct Case {
        const char* start;
        BudgetUnit unit;
        int budget;
        const char* due;
    };

    const Case cases[] = {
        {"2023-09-27 10:00", BudgetUnit::working_days, 1, "2023-09-28 17:30"},
        {"2023-09-27 20:00", BudgetUnit::working_days, 1, "2023-09-28 17:30"},
        {"2023-09-29 10:00", BudgetUnit::working_days, 1, "2023-10-08 17:30"},
        {"2023-09-29 17:00", BudgetUnit::working_minutes, 60, "2023-10-08 09:30"},
        {"2023-09-27 10:00", BudgetUnit::working_minutes, 120, "2023-09-27 12:00"},
        {"2023-09-27 10:00", BudgetUnit::calendar_days, 1, "2023-09-28 17:30"},
        {"2023-09-28 10:00", BudgetUnit::calendar_days, 5, "2023-10-08 17:30"},
    };
    const auto calendar = days();
    for (const auto& one : cases) {
        auto rule = answer_rule();
        rule.unit = one.unit;
        rule.budget = one.budget;
        const auto clock = advance({}, rule, {at(one.start), "claim", "claimed"}, calendar);
        ASSERT_TRUE(clock && *clock);
        ASSERT_TRUE((*clock)->due);
        EXPECT_EQ((*clock)->due->text(), at(one.due).text()) << one.start;
        const auto full = reaches(**clock, 100, calendar);
        ASSERT_TRUE(full && *full);
        EXPECT_EQ((*full)->text(), at(one.due).text());
    }
}

TEST(Clock, time_spent_waiting_for_documents_is_not_charged_and_stays_visible) {
    const auto calendar = days();
    const std::vector<Moment> acts = {
        {at("2023-09-25 09:00"), "claim", "claimed"},
        {at("2023-09-25 10:00"), "request_documents", "waiting_documents"},
        {at("2023-09-27 09:00"), "supply_documents", "due_diligence"}};
    const auto clocks = replay(acts, answer_rule(), calendar);
    ASSERT_TRUE(clocks);
    ASSERT_EQ(clocks->size(), 1u);
    const auto& clock = clocks->front();
    EXPECT_EQ(clock.used_ms, 3'600'000);
    // Three days of 420 minutes: the rest of the first day and two whole ones.
    EXPECT_EQ(clock.budget_ms, 3 * 420 * 60'000);
    EXPECT_EQ(clock.due->text(), at("2023-09-29 16:30").text());
    ASSERT_EQ(clock.pauses.size(), 1u);
    EXPECT_EQ(clock.pauses[0].state, "waiting_documents");
    EXPECT_EQ(paused_ms(clock, at("2023-12-01 00:00")), 47 * 3'600'000);
    EXPECT_EQ(*used_ms(clock, at("2023-09-27 11:00"), calendar), 3 * 3'600'000);
}

TEST(Clock, an_overdue_clock_goes_on_counting_until_it_is_stopped) {
    const auto calendar = days();
    auto rule = answer_rule();
    rule.unit = BudgetUnit::working_minutes;
    rule.budget = 60;
    const auto clock = advance({}, rule, {at("2023-09-25 09:00"), "claim", "claimed"}, calendar);
    ASSERT_TRUE(clock && *clock);
    EXPECT_EQ(share(**clock, *used_ms(**clock, at("2023-09-25 10:30"), calendar)).ppm, 1'500'000);
    EXPECT_EQ((*reaches(**clock, 150, calendar))->text(), at("2023-09-25 10:30").text());
    const auto stopped =
        advance(*clock, rule, {at("2023-09-25 11:00"), "refuse", "refused"}, calendar);
    ASSERT_TRUE(stopped && *stopped);
    EXPECT_EQ((*stopped)->phase, Phase::stopped);
    EXPECT_EQ(
        share(**stopped, *used_ms(**stopped, at("2023-10-30 11:00"), calendar)).ppm, 2'000'000);
    EXPECT_FALSE(*reaches(**stopped, 150, calendar));
}

TEST(Clock, a_year_without_a_calendar_is_an_error_and_not_a_guess) {
    const auto calendar = days();
    const auto clock =
        advance({}, answer_rule(), {at("2024-12-31 16:00"), "claim", "claimed"}, calendar);
    ASSERT_FALSE(clock);
    EXPECT_EQ(clock.error().code, "calendar.year_not_loaded");
}

// Random histories: one act at a time gives what the whole list gives, at every prefix.
TEST(Clock, recomputing_from_the_list_equals_going_on_act_by_act) {
    const auto calendar = days();
    const auto seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random(seed);
    const std::vector<std::string> names = {
        "claim", "offer", "refuse", "note", "request_documents", "supply_documents"};
    const std::vector<std::string> states = {
        "claimed", "waiting_documents", "due_diligence", "offered", "waiting_guarantor"};
    for (int history = 0; history < 400; ++history) {
        auto rule = answer_rule();
        rule.unit = static_cast<BudgetUnit>(random() % 3);
        rule.budget = static_cast<std::int32_t>(1 + random() % 5);
        if (random() % 2 == 0) rule.pauses.push_back("waiting_guarantor");
        std::vector<Moment> moments;
        std::optional<Clock> last;
        std::vector<Clock> rounds;
        auto now = at("2023-09-20 08:00");
        for (int i = 0; i < 25; ++i) {
            now = now.plus_ms(static_cast<std::int64_t>(random() % (30 * 3'600'000)));
            moments.push_back(
                {now, names[random() % names.size()], states[random() % states.size()]});
            last = *advance(std::move(last), rule, moments.back(), calendar);
            if (last) {
                if (rounds.size() < static_cast<std::size_t>(last->round)) rounds.emplace_back();
                rounds.back() = *last;
            }
            const auto whole = replay(moments, rule, calendar);
            ASSERT_TRUE(whole);
            ASSERT_EQ(*whole, rounds) << "history " << history << " act " << i;
        }
        for (const auto& clock : rounds) {
            const auto later = now.plus_ms(86'400'000 * 3);
            std::int64_t paused = paused_ms(clock, later);
            const auto total = clock.stopped.value_or(later).ms - clock.started.ms;
            EXPECT_LE(*used_ms(clock, later, calendar) + paused, total);
        }
    }
}

TEST(Alarms, due_keys_come_once_and_in_order) {
    Alarms alarms;
    alarms.set(1, {300});
    alarms.set(2, {100});
    alarms.set(3, {200});
    alarms.set(1, {50}); // moved
    alarms.clear(3);
    EXPECT_EQ(alarms.next(), Instant{50});
    EXPECT_EQ(alarms.take_due({99}), std::vector<std::int64_t>{1});
    EXPECT_EQ(alarms.take_due({1000}), std::vector<std::int64_t>{2});
    EXPECT_TRUE(alarms.take_due({1000}).empty());
    EXPECT_EQ(alarms.next(), std::nullopt);
}

TEST(Alarms, a_hundred_thousand_open_clocks_need_no_sweep) {
    Alarms alarms;
    for (std::int64_t key = 0; key < 100'000; ++key)
        alarms.set(key, {key * 7919 % 1'000'003});
    const auto started = std::chrono::steady_clock::now();
    std::size_t taken = 0;
    for (std::int64_t now = 0; now < 1'000'003; now += 1'000)
        taken += alarms.take_due({now}).size();
    const auto spent = std::chrono::steady_clock::now() - started;
    taken += alarms.take_due({1'000'003}).size();
    EXPECT_EQ(taken, 100'000u);
    // A thousand looks, each touching only what is due: far below one sweep of all a look.
    EXPECT_LT(spent, std::chrono::seconds(2));
}

Machine machine() {
    auto made = Machine::make(
        {{"claimed", false}, {"offered", false}, {"refused", true}},
        {{"offer", {"claimed"}, "offered", PartyKind::institution, false},
         {"refuse", {"claimed", "offered"}, "refused", PartyKind::institution, true},
         {"decline", {"offered"}, "claimed", PartyKind::enterprise, true},
         {"urge", {"claimed"}, "", PartyKind::department, true}});
    EXPECT_TRUE(made);
    return *std::move(made);
}

TEST(Machine, a_step_is_refused_by_name_by_side_and_by_state) {
    struct Case {
        const char* state;
        const char* act;
        PartyKind by;
        const char* want; // state after, or the error
    };

    const Case cases[] = {
        {"claimed", "offer", PartyKind::institution, "offered"},
        {"offered", "refuse", PartyKind::institution, "refused"},
        {"claimed", "urge", PartyKind::department, "claimed"},
        {"claimed", "offer", PartyKind::enterprise, "process.not_yours"},
        {"refused", "offer", PartyKind::institution, "process.not_now"},
        {"offered", "offer", PartyKind::institution, "process.not_now"},
        {"claimed", "dance", PartyKind::institution, "process.act_unknown"},
    };
    const auto process = machine();
    for (const auto& one : cases) {
        const auto step = process.step(one.state, one.act, one.by);
        EXPECT_EQ(step ? Machine::after(**step, one.state) : step.error().code, one.want)
            << one.act << " from " << one.state;
    }
    EXPECT_TRUE(process.ends("refused"));
    EXPECT_EQ(process.open_to("offered", PartyKind::institution).size(), 1u);
}

TEST(Machine, a_process_that_names_missing_states_or_repeats_a_step_is_refused) {
    EXPECT_EQ(Machine::make({}, {}).error().code, "process.no_states");
    EXPECT_EQ(
        Machine::make({{"a", false}}, {{"go", {"a"}, "b", PartyKind::platform, false}})
            .error()
            .code,
        "process.state_unknown");
    EXPECT_EQ(
        Machine::make(
            {{"a", false}},
            {{"go", {"a"}, "a", PartyKind::platform, false},
             {"go", {"a"}, "", PartyKind::platform, false}})
            .error()
            .code,
        "process.step_twice");
}

// The worked table of remission times under 6-MP (Freireich 1963, 21 patients, twelve still in
// remission) has its median at week 23.
TEST(MedianTime, open_cases_count_as_taking_at_least_so_long) {
    const std::vector<Observation> remission = {
        {6, true},   {6, true},   {6, true},   {6, false},  {7, true},   {9, false},  {10, true},
        {10, false}, {11, false}, {13, true},  {16, true},  {17, false}, {19, false}, {20, false},
        {22, true},  {23, true},  {25, false}, {32, false}, {32, false}, {34, false}, {35, false}};
    EXPECT_EQ(median_time(remission).minutes, 23);
    EXPECT_FALSE(median_time(remission).upper);
    EXPECT_FALSE(median_time({}).minutes);
    EXPECT_EQ(median_time({{10, false}, {20, false}, {30, true}, {5, false}}).minutes, 30);
    // With nothing open it is the ordinary median.
    EXPECT_EQ(median_time({{3, true}, {1, true}, {2, true}}).minutes, 2);
    // Leaving slow cases open must not make an institution look fast.
    EXPECT_FALSE(median_time({{1, true}, {100, false}, {100, false}}).minutes);
}

} // namespace
} // namespace process
