// The plan's tasks: the list, one task, reporting progress and milestones.
#include "domain/plan/plan.hpp"
#include "edge/api/capabilities.hpp"
#include "engine/pack/policy.hpp"

namespace api {
namespace {

struct TasksQuery {
    std::string unit;
};
BOOST_DESCRIBE_STRUCT(TasksQuery, (), (unit))

std::string names(const std::vector<indicator::UnitRef>& units) {
    std::string out;
    for (const auto& unit : units)
        out += (out.empty() ? "" : "、") + unit.name.zh;
    return out;
}

std::vector<Column<plan::TaskView>> task_columns() {
    using plan::TaskView;
    return {
        {{"序号", "No."},
         [](const TaskView& row) -> SheetCell { return static_cast<std::int64_t>(row.number); }},
        {{"任务", "Task"}, [](const TaskView& row) -> SheetCell { return row.title; }},
        {{"牵头单位", "Lead"}, [](const TaskView& row) -> SheetCell { return names(row.lead); }},
        {{"配合单位", "Support"},
         [](const TaskView& row) -> SheetCell { return names(row.support); }},
        {{"进度", "Progress"}, [](const TaskView& row) -> SheetCell { return row.progress; }},
        {{"状态", "State"}, [](const TaskView& row) -> SheetCell { return sheet_cell(row.light); }},
        {{"最近进展", "Last report"}, [](const TaskView& row) -> SheetCell {
             return row.last_report ? SheetCell(row.last_report->text) : SheetCell();
         }}};
}

} // namespace

void declare_tasks(Endpoints& all, Services& services) {
    all.capability("tasks");
    all.get(
           "/v1/tasks",
           Right::task_read,
           {"主要任务与工作保障", "The plan's tasks and safeguards"},
           [&](Call& call, const TasksQuery& query) -> Result<std::vector<plan::TaskView>> {
               const auto today = services.policy->zone().date(call.now);
               return services.database->read([&](const store::Snapshot& db) {
                   return services.plans->tasks(db, call.actor, query.unit, today);
               });
           })
        .exportable("tasks", task_columns());
    all.get(
        "/v1/tasks/{number}",
        Right::task_read,
        {"一项任务：节点、指标、进展", "One task: milestones, figures, reports"},
        [&](Call& call) -> Result<plan::TaskView> {
            const auto number = TRY(call.number("number"));
            const auto today = services.policy->zone().date(call.now);
            return services.database->read([&](const store::Snapshot& db) {
                return services.plans->task(
                    db, call.actor, static_cast<std::int32_t>(number), today);
            });
        });
    all.post(
        "/v1/tasks/{number}/reports",
        Right::task_report,
        {"填报任务进展", "Report on a task"},
        [&](Call& call, const plan::WriteReport& wish) -> Result<store::Receipt> {
            const auto number = TRY(call.number("number"));
            return services.plans->report(call.command(), static_cast<std::int32_t>(number), wish);
        });
    all.post(
        "/v1/tasks/{number}/milestones/{code}",
        Right::task_report,
        {"登记节点完成", "Record a milestone as reached"},
        [&](Call& call, const plan::ReachMilestone& wish) -> Result<store::Receipt> {
            const auto number = TRY(call.number("number"));
            return services.plans->reach(
                call.command(), static_cast<std::int32_t>(number), call.text("code"), wish);
        });
}

} // namespace api
