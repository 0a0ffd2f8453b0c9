// What units report of the plan's tasks each quarter, and the milestones they reach; some are late
// and say why.
#include "app/demo_world.hpp"

#include <algorithm>

namespace app::demo {
namespace {

constexpr std::array<std::string_view, 5> steps = {
    "已与责任单位对接，明确本季度重点和分工。",
    "召开专题推进会，梳理问题清单并逐项销号。",
    "组织银企对接，走访企业并收集融资需求。",
    "完成制度文件起草，正在征求各单位意见。",
    "按计划推进，主要节点均已落实。"};
constexpr std::array<std::string_view, 3> blockers = {
    "数据共享接口尚未打通，需县政务数据部门协调。",
    "配套资金未到位，需财政部门明确安排。",
    "上级政策细则未出台，待明确后推进。"};

Result<> report_task(World& world, const pack::Task& task, Rate progress) {
    Random random(world.wish.seed, "task " + task.code + world.today().text());
    plan::WriteReport wish;
    wish.text = std::string(random.pick(steps));
    wish.progress = progress;
    if (random.chance(16)) wish.blocker = std::string(random.pick(blockers));
    const auto& lead = task.lead.empty() ? std::string() : task.lead.front();
    const auto& actor = world.official(lead, base::Right::task_report);
    TRY(world.county.plans.report(world.by(actor), task.number, wish));
    return {};
}

Result<> reach(World& world, const pack::Task& task, const pack::Milestone& milestone) {
    const plan::ReachMilestone wish{
        .done_on = world.today().plus_days(-1), .evidence = "工作简报及会议纪要（演示）"};
    TRY(world.county.plans.reach(
        world.by(world.official(milestone.unit, base::Right::task_report)),
        task.number,
        milestone.code,
        wish));
    return {};
}

void plan_milestones(World& world, const pack::Task& task, Random& random) {
    const auto first = world.today();
    const auto last = world.policy().zone().date(world.end);
    for (const auto& milestone : task.milestones) {
        if (milestone.due >= last || random.chance(11)) continue;
        const auto day =
            milestone.due.plus_days(static_cast<std::int32_t>(random.between(-18, 24)));
        if (day <= first || day >= last) continue;
        world.at(world.morning(day.plus_days(1)), [&world, &task, &milestone] {
            return reach(world, task, milestone);
        });
    }
}

} // namespace

Result<> plan_tasks(World& world) {
    const auto first = world.today();
    const auto last = world.policy().zone().date(world.end);
    // The plan's years; a task is done by the end of them.
    const auto begin = std::max(first, world.policy().pack().header.effective_from);
    const auto finish = Date::of(last.year(), 12, 31);
    for (const auto& task : world.policy().pack().tasks) {
        Random random(world.wish.seed, "task " + task.code);
        plan_milestones(world, task, random);
        const auto diligence = random.between(82, 108);
        for (auto quarter = Period::containing(begin, base::PeriodKind::quarter);
             quarter.last_day() < last;
             quarter = quarter.next()) {
            const auto day =
                quarter.last_day().plus_days(static_cast<std::int32_t>(random.between(3, 14)));
            if (day >= last || random.chance(7)) continue;
            const auto elapsed = std::int64_t{day.days - begin.days};
            const auto percent =
                std::clamp<std::int64_t>(elapsed * diligence / (finish.days - begin.days), 3, 97);
            world.at(world.morning(day), [&world, &task, percent] {
                return report_task(world, task, Rate::percent(percent));
            });
        }
    }
    return {};
}

} // namespace app::demo
