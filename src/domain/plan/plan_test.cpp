#include "domain/intake/intake.hpp"
#include "domain/party/county_test.hpp"
#include "domain/plan/plan.hpp"
#include "engine/pack/policy.hpp"

namespace plan {
namespace {

using base::Right;
using party::test::code;
using series::Light;

struct Hall : party::test::County {
    indicator::Indicators indicators{*database, *policy, {}};
    Plans plans{*database, *policy, indicators};

    Hall()
        : County({&indicator::declare, &plan::declare}, "jiashan") {
        clock.set(*Instant::parse("2022-06-30T10:00:00+08:00"));
    }

    static base::Actor reporter(const std::string& unit) {
        return of_unit(unit, {Right::task_report});
    }

    std::string report(const std::string& unit, std::int32_t task, const WriteReport& wish) {
        return code(plans.report(command(reporter(unit)), task, wish));
    }

    std::string reach(
        const std::string& unit, const std::string& milestone, const ReachMilestone& wish) {
        return code(plans.reach(command(reporter(unit)), 1, milestone, wish));
    }

    [[nodiscard]] TaskView task(
        std::int32_t number, Date today, const std::string& unit = "") const {
        return *read([&](const store::Snapshot& db) {
            return plans.task(db, reporter(unit), number, today);
        });
    }
};

const WriteReport good{.text = "已启用", .progress = Rate::percent(25), .blocker = {}};

TEST(Plan, a_figure_meets_the_plans_word_or_not) {
    struct Case {
        pack::Comparator word;
        bool below, equal, above;
    };

    const Case cases[] = {
        {pack::Comparator::above, false, false, true},
        {pack::Comparator::at_least, false, true, true},
        {pack::Comparator::reach, false, true, true},
        {pack::Comparator::at_most, true, true, false},
        {pack::Comparator::below, true, false, false},
    };
    for (const auto& one : cases) {
        EXPECT_EQ(meets(one.word, 99, 100), one.below);
        EXPECT_EQ(meets(one.word, 100, 100), one.equal);
        EXPECT_EQ(meets(one.word, 101, 100), one.above);
    }
}

TEST(Plan, a_tasks_light_is_its_worst_sign) {
    const auto today = Date::of(2022, 6, 30);
    const auto milestone = [&](MilestoneState state, int days) {
        MilestoneView view;
        view.state = state;
        view.due = today.plus_days(days);
        return view;
    };
    const auto figure = [](Light light) {
        IndicatorRef ref;
        ref.light = light;
        return ref;
    };
    const auto done = milestone(MilestoneState::done, -1);
    const auto open = milestone(MilestoneState::open, 1);
    const auto late = milestone(MilestoneState::late, -1);

    struct Case {
        std::vector<MilestoneView> milestones;
        std::vector<IndicatorRef> figures;
        Light want;
    };

    const Case cases[] = {
        {{}, {}, Light::none},
        {{open}, {}, Light::none},
        {{open}, {figure(Light::none)}, Light::none},
        {{done}, {}, Light::reached},
        {{open}, {figure(Light::reached)}, Light::reached},
        {{done, open}, {figure(Light::near)}, Light::near},
        {{done}, {figure(Light::behind), figure(Light::near)}, Light::behind},
        {{done, late}, {figure(Light::reached)}, Light::behind},
    };
    int number = 0;
    for (const auto& one : cases)
        EXPECT_EQ(light(one.milestones, one.figures, today), one.want) << "case " << number++;
}

TEST(Plan, a_unit_that_leads_or_supports_reports_under_any_of_its_names) {
    Hall hall;
    EXPECT_EQ(hall.report("county_finance_centre", 1, good), "ok") << "leads";
    EXPECT_EQ(hall.report("county_business_district", 1, good), "ok") << "supports";
    EXPECT_EQ(hall.report("嘉善科技商务区", 1, good), "ok") << "by an alias";
    EXPECT_EQ(hall.report("county_court", 1, good), "plan.not_yours");
    EXPECT_EQ(hall.report("nobody", 1, good), "plan.not_yours");
    EXPECT_EQ(hall.report("county_finance_centre", 19, good), "plan.no_task");
    EXPECT_EQ(hall.report("county_finance_centre", 1, {"", Rate{}, {}}), "plan.text");
    EXPECT_EQ(hall.report("county_finance_centre", 1, {"x", Rate{-1}, {}}), "plan.progress");
    EXPECT_EQ(hall.report("county_finance_centre", 1, {"x", Rate{1'000'001}, {}}), "plan.progress");
    EXPECT_EQ(hall.report("county_finance_centre", 1, {"全部完成", Rate::percent(100), {}}), "ok");
    EXPECT_EQ(
        code(hall.plans.report(hall.command(hall.of_unit("county_finance_centre", {})), 1, good)),
        "permission.denied");
    const auto view = hall.task(1, Date::of(2022, 6, 30), "county_finance_centre");
    EXPECT_EQ(view.reports.size(), 4U);
    EXPECT_EQ(view.reports.front().text, "全部完成") << "newest first";
    EXPECT_EQ(view.progress, Rate::percent(100));
    EXPECT_TRUE(view.may_report);
    EXPECT_FALSE(hall.task(1, Date::of(2022, 6, 30), "county_court").may_report);
    hall.expect_rebuilds();
}

TEST(Plan, a_milestone_is_late_on_the_day_after_it_is_due) {
    Hall hall;
    const auto state = [&](Date today) { return hall.task(1, today).milestones.at(0).state; };
    EXPECT_EQ(state(Date::of(2021, 12, 31)), MilestoneState::open);
    EXPECT_EQ(state(Date::of(2022, 1, 1)), MilestoneState::late);
    EXPECT_EQ(hall.task(1, Date::of(2022, 1, 1)).light, Light::behind);
    const std::string unit = "county_finance_centre";
    EXPECT_EQ(
        hall.reach(unit, "moon_landing", {Date::of(2022, 6, 1), "文件"}), "plan.no_milestone");
    EXPECT_EQ(
        hall.reach(unit, "board_centre", {Date::of(2022, 7, 1), "文件"}), "plan.milestone_future");
    EXPECT_EQ(hall.reach(unit, "board_centre", {Date::of(2022, 6, 30), ""}), "plan.evidence");
    EXPECT_EQ(
        hall.reach("county_court", "board_centre", {Date::of(2022, 6, 30), "文件"}),
        "plan.not_yours");
    EXPECT_EQ(hall.reach(unit, "board_centre", {Date::of(2022, 6, 30), "善金发〔2022〕3号"}), "ok");
    EXPECT_EQ(
        hall.reach(unit, "board_centre", {Date::of(2022, 6, 30), "文件"}), "plan.milestone_done");
    const auto view = hall.task(1, Date::of(2022, 7, 1));
    EXPECT_EQ(view.milestones.at(0).state, MilestoneState::done);
    EXPECT_EQ(view.milestones.at(0).evidence, "善金发〔2022〕3号");
    EXPECT_EQ(view.milestones.at(1).state, MilestoneState::late) << "due on 2022-06-30";
    EXPECT_EQ(view.progress, Rate::percent(25)) << "one of four, before any report";
    hall.expect_rebuilds();
}

TEST(Plan, the_tasks_of_a_unit_are_those_it_leads_or_supports) {
    const Hall hall;
    const auto tasks = [&](const std::string& unit) {
        return hall.read([&](const store::Snapshot& db) {
            return hall.plans.tasks(db, base::Actor::platform(), unit, Date::of(2022, 6, 30))
                .size();
        });
    };
    EXPECT_EQ(tasks(""), 21U) << "eighteen and three safeguards";
    EXPECT_GT(tasks("county_court"), 0U);
    EXPECT_LT(tasks("county_court"), 21U);
    EXPECT_EQ(tasks("嘉善县人民法院"), tasks("county_court")) << "an alias is the same unit";
    EXPECT_EQ(tasks("nobody"), 0U);
    EXPECT_EQ(
        code(hall.read([&](const store::Snapshot& db) {
            return hall.plans.task(db, base::Actor::platform(), 99, Date::of(2022, 6, 30));
        })),
        "plan.no_task");
}

} // namespace
} // namespace plan
